// The joiner's rules, one test each, on traces worked out by hand.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing

@Suite("Joining labels to events")
struct LabelJoinerTests {
    /// A joiner of two heads: 60 s, silence is a negative; 10 s, silence says nothing. Grace 5 s.
    private func joiner(grace: Double = 5, maximumPending: Int = 100) throws -> LabelJoiner<Int> {
        LabelJoiner(
            specification: try TestSpecification.make(
                grace: TimeSpan(microseconds: Int64(grace * 1e6)), maximumPending: maximumPending))
    }

    private func label(_ id: String, _ seconds: Double, head: UInt8 = 0, value: Float = 1, weight: Float = 1) -> Label {
        Label(id: eventID(id), head: head, value: value, time: at(seconds), weight: weight)
    }

    /// What leaves, as "payload/head:outcome".
    private func closed(_ joiner: inout LabelJoiner<Int>, before seconds: Double?) -> [String] {
        var left: [String] = []
        joiner.advance(to: seconds.map(at)) { output in
            guard case .matured(let matured) = output else { return }
            let outcome =
                switch matured.outcome {
                case .unlabelled: "-"
                case .observed(let value, let weight): "\(value)×\(weight)"
                case .category(let category, let weight): "#\(category)×\(weight)"
                }
            left.append("\(matured.payload)/\(matured.head):\(outcome)")
        }
        return left
    }

    /// Joins where nothing is to be learned yet, or it does not matter what.
    private func join(_ joiner: inout LabelJoiner<Int>, _ label: Label) -> RejectionReason? {
        joiner.join(label, sequence: 0, watermark: at(0)) { _ in }
    }

    private func add(
        _ joiner: inout LabelJoiner<Int>, _ id: String, _ seconds: Double, sequence: UInt64 = 0, watermark: Double = 0
    ) -> RejectionReason? {
        joiner.add(
            id: eventID(id), sequence: sequence, time: at(seconds), watermark: at(watermark),
            payload: Int(sequence).write
        ) { _ in }
    }

    @Test("each head leaves once, when its own window and the grace have passed")
    func heads() throws {
        var joiner = try joiner()
        #expect(add(&joiner, "a", 100, sequence: 1) == nil)
        #expect(closed(&joiner, before: 115) == [])
        #expect(closed(&joiner, before: 115.000001) == ["1/1:-"])
        #expect(joiner.pendingCount == 1)
        #expect(closed(&joiner, before: 165) == [])
        #expect(closed(&joiner, before: 165.000001) == ["1/0:0.0×1.0"])
        #expect(joiner.pendingCount == 0)
        #expect(closed(&joiner, before: nil) == [])
    }

    @Test("events leave in the order of their windows' ends, ties in journal order, then by head")
    func order() throws {
        var joiner = try joiner()
        // Head 1 of the event at 150 ends with head 0 of the event at 100: both at 165.
        #expect(add(&joiner, "c", 150, sequence: 1) == nil)
        #expect(add(&joiner, "a", 100, sequence: 2) == nil)
        #expect(add(&joiner, "b", 100, sequence: 3) == nil)
        #expect(
            closed(&joiner, before: nil) == [
                "2/1:-", "3/1:-", "1/1:-", "2/0:0.0×1.0", "3/0:0.0×1.0", "1/0:0.0×1.0",
            ])
        var same = try TestSpecification.make(windows: [.seconds(10), .seconds(10)])
        same.heads[1].missingLabel = .negative
        var tied = LabelJoiner<Int>(specification: same)
        #expect(add(&tied, "a", 0, sequence: 1) == nil)
        #expect(closed(&tied, before: nil) == ["1/0:0.0×1.0", "1/1:0.0×1.0"])
    }

    @Test("a label counts up to the very end of its window, and not a microsecond later")
    func windowEnd() throws {
        var joiner = try joiner()
        #expect(add(&joiner, "a", 100) == nil)
        #expect(join(&joiner, label("a", 160.000001)) == .lateLabel)
        #expect(join(&joiner, label("a", 110.000001, head: 1)) == .lateLabel)
        #expect(join(&joiner, label("a", 160)) == nil)
        #expect(join(&joiner, label("a", 110, head: 1, value: 0.25, weight: 2)) == nil)
        #expect(closed(&joiner, before: nil) == ["0/1:0.25×2.0", "0/0:1.0×1.0"])
    }

    @Test("a label may be dated before its event")
    func earlyLabel() throws {
        var joiner = try joiner()
        #expect(add(&joiner, "a", 100) == nil)
        #expect(join(&joiner, label("a", 50)) == nil)
    }

    @Test("a label in time may travel for as long as the grace, and is late once the window has closed")
    func grace() throws {
        var joiner = try joiner()
        #expect(add(&joiner, "a", 100) == nil)
        #expect(closed(&joiner, before: 115) == [])
        #expect(join(&joiner, label("a", 105, head: 1)) == nil)
        #expect(closed(&joiner, before: 116) == ["0/1:1.0×1.0"])
        #expect(join(&joiner, label("a", 105, head: 1)) == .lateLabel)
        #expect(join(&joiner, label("a", 105)) == nil)
    }

    @Test("the same label again is a duplicate; another one is a reversal if dated later, and else a conflict")
    func secondLabel() throws {
        var joiner = try joiner()
        #expect(add(&joiner, "a", 100) == nil)
        #expect(join(&joiner, label("a", 101)) == nil)
        #expect(join(&joiner, label("a", 101)) == .duplicateLabel)
        #expect(join(&joiner, label("a", 102)) == .duplicateLabel)
        #expect(join(&joiner, label("a", 101, value: 0)) == .conflictingLabel)
        #expect(join(&joiner, label("a", 101, weight: 2)) == .conflictingLabel)
        #expect(joiner.counts.reversed == 0)
        #expect(join(&joiner, label("a", 103, value: 0)) == nil)
        #expect(join(&joiner, label("a", 102)) == .conflictingLabel)
        #expect(join(&joiner, label("a", 104, value: 0, weight: 2)) == nil)
        #expect(joiner.counts.reversed == 2)
        #expect(join(&joiner, label("a", 101, head: 1, value: 0)) == nil)
        #expect(closed(&joiner, before: nil) == ["0/1:0.0×1.0", "0/0:0.0×2.0"])
    }

    @Test("a label of weight zero is still an observation")
    func weightZero() throws {
        var joiner = try joiner()
        #expect(add(&joiner, "a", 100) == nil)
        #expect(join(&joiner, label("a", 101, weight: 0)) == nil)
        #expect(join(&joiner, label("a", 101)) == .conflictingLabel)
        #expect(closed(&joiner, before: nil) == ["0/1:-", "0/0:1.0×0.0"])
    }

    @Test("without an orphan window a label for an id that is not waiting is unknown, before the event as after it")
    func unknown() throws {
        var joiner = try joiner()
        #expect(join(&joiner, label("a", 100)) == .unknownEvent)
        #expect(add(&joiner, "a", 100) == nil)
        _ = closed(&joiner, before: nil)
        #expect(join(&joiner, label("a", 100)) == .unknownEvent)
    }

    @Test("an id that is waiting makes a second event a duplicate; it is forgotten after its last window")
    func duplicates() throws {
        var joiner = try joiner()
        #expect(add(&joiner, "a", 100, sequence: 1) == nil)
        #expect(add(&joiner, "a", 500, sequence: 2) == .duplicateEvent)
        _ = closed(&joiner, before: 120)
        #expect(add(&joiner, "a", 500, sequence: 3) == .duplicateEvent)
        _ = closed(&joiner, before: 200)
        #expect(add(&joiner, "a", 500, sequence: 4) == nil)
        #expect(join(&joiner, label("a", 510)) == nil)
        #expect(closed(&joiner, before: nil) == ["4/1:-", "4/0:1.0×1.0"])
    }

    @Test("an event is late once its shortest window has closed, and not at that very instant")
    func lateEvents() throws {
        var joiner = try joiner()
        #expect(add(&joiner, "a", 100, watermark: 115) == nil)
        #expect(add(&joiner, "b", 100, watermark: 115.000001) == .lateEvent)
        #expect(joiner.pendingCount == 1)
        // Known beats late, and late beats full.
        #expect(add(&joiner, "a", 0, watermark: 1_000) == .duplicateEvent)
        var full = try self.joiner(maximumPending: 1)
        #expect(add(&full, "a", 100) == nil)
        #expect(add(&full, "b", 0, watermark: 1_000) == .lateEvent)
    }

    @Test("beyond the bound a further event finds the joiner full, until one leaves")
    func full() throws {
        var joiner = try joiner(maximumPending: 2)
        #expect(add(&joiner, "a", 100, sequence: 1) == nil)
        #expect(add(&joiner, "b", 200, sequence: 2) == nil)
        #expect(add(&joiner, "c", 200, sequence: 3) == .joinerFull)
        #expect(join(&joiner, label("c", 200)) == .unknownEvent)
        _ = closed(&joiner, before: 170)
        #expect(add(&joiner, "c", 200, sequence: 4) == nil)
        #expect(joiner.pendingCount == 2)
    }

    @Test("extreme times neither trap nor leave early")
    func extremes() throws {
        var joiner = try joiner()
        let first = joiner.add(
            id: eventID("a"), sequence: 1, time: .distantFuture, watermark: at(0), payload: 1.write
        ) { _ in }
        #expect(first == nil)
        let second = joiner.add(
            id: eventID("b"), sequence: 2, time: .distantPast, watermark: .distantPast, payload: 2.write
        ) { _ in }
        #expect(second == nil)
        var left: [Int] = []
        func note(_ output: JoinOutput<Int>) { if case .matured(let matured) = output { left.append(matured.payload) } }
        joiner.advance(to: .distantFuture, note)
        #expect(left == [2, 2])
        joiner.advance(to: nil, note)
        #expect(left == [2, 2, 1, 1])
    }

    @Test("against a joiner that searches a list, a random history has the same answers")
    func model() throws {
        var random = SeededGenerator()
        for _ in 0..<50 {
            var joiner = try joiner(grace: 2, maximumPending: 8)
            var waiting: [(id: String, time: Double, sequence: UInt64, open: Set<Int>, seen: Set<Int>)] = []
            var now = 0.0
            let windows = [60.0, 10]
            for step in 0..<300 {
                let id = "\(random.below(12))"
                let time = now + Double(random.below(60) - 20)
                let known = waiting.firstIndex { $0.id == id }
                switch random.below(3) {
                case 0:
                    let expected: RejectionReason? =
                        known != nil
                        ? .duplicateEvent : time + 12 < now ? .lateEvent : waiting.count >= 8 ? .joinerFull : nil
                    #expect(add(&joiner, id, time, sequence: UInt64(step), watermark: now) == expected)
                    if expected == nil { waiting.append((id, time, UInt64(step), [0, 1], [])) }
                case 1:
                    let head = random.below(2)
                    var expected: RejectionReason?
                    if let known {
                        let entry = waiting[known]
                        if !entry.open.contains(head) || time > entry.time + windows[head] {
                            expected = .lateLabel
                        } else if entry.seen.contains(head) {
                            expected = .duplicateLabel
                        } else {
                            waiting[known].seen.insert(head)
                        }
                    } else {
                        expected = .unknownEvent
                    }
                    #expect(join(&joiner, label(id, time, head: UInt8(head))) == expected)
                default:
                    now += Double(random.below(15))
                    var due: [(end: Double, sequence: UInt64, head: Int)] = []
                    for index in waiting.indices {
                        for head in waiting[index].open where waiting[index].time + windows[head] + 2 < now {
                            due.append((waiting[index].time + windows[head] + 2, waiting[index].sequence, head))
                            waiting[index].open.remove(head)
                        }
                    }
                    waiting.removeAll { $0.open.isEmpty }
                    due.sort { ($0.end, $0.sequence, $0.head) < ($1.end, $1.sequence, $1.head) }
                    let left = closed(&joiner, before: now).map { $0.split(separator: ":")[0] }
                    #expect(left == due.map { "\($0.sequence)/\($0.head)" })
                }
                #expect(joiner.pendingCount == waiting.count)
            }
        }
    }
}
