// What a head may learn while its window is open, under either policy, on traces worked out by hand.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing

@Suite("Label policies")
struct LabelPolicyTests {
    /// A joiner that writes down what it says: `+` a first lesson, `old>new` a correction, `=` what became of it.
    private struct Script {
        var joiner: LabelJoiner<Int>

        init(
            windows: [TimeSpan] = [.seconds(60)], policies: [LabelPolicy] = [.retract(after: .seconds(10))],
            grace: TimeSpan = .seconds(5), looks: [TimeSpan?] = []
        ) throws {
            joiner = LabelJoiner(
                specification: try TestSpecification.make(windows: windows, grace: grace, policies: policies),
                looks: looks)
        }

        mutating func add(_ id: String, _ seconds: Double, sequence: UInt64 = 1) {
            let refused = joiner.add(
                id: eventID(id), sequence: sequence, time: at(seconds), watermark: .distantPast, payload: 0.write
            ) { _ in }
            #expect(refused == nil)
        }

        mutating func label(_ id: String, _ seconds: Double, _ value: Float, head: UInt8 = 0) -> [String] {
            var said: [String] = []
            let label = Label(id: eventID(id), head: head, value: value, time: at(seconds), weight: 1)
            let refused = joiner.join(label, sequence: 0, watermark: at(0)) { said.append(Script.text($0)) }
            if let refused { said.append(refused.code) }
            return said
        }

        mutating func advance(_ seconds: Double?) -> [String] {
            var said: [String] = []
            joiner.advance(to: seconds.map(at)) { said.append(Script.text($0)) }
            return said
        }

        private static func text(_ outcome: Outcome) -> String {
            guard case .observed(let value, _) = outcome else { return "-" }
            return "\(Int(value))"
        }

        private static func text(_ output: JoinOutput<Int>) -> String {
            switch output {
            case .provisional(let joined): "\(joined.id.text)\(joined.head)+\(text(joined.outcome))"
            case .correction(let joined, let old):
                "\(joined.id.text)\(joined.head) \(text(old))>\(text(joined.outcome))"
            case .matured(let joined): "\(joined.id.text)\(joined.head)=\(text(joined.outcome))"
            case .aged(let joined): "\(joined.id.text)\(joined.head)?\(text(joined.outcome))"
            case .refused(let orphan, let reason): "\(orphan.label.id.text) \(reason.code)"
            }
        }
    }

    @Test("a fold that looks early sees each event once, at its age and the grace, by the labels dated until then")
    func earlyLook() throws {
        var script = try Script(policies: [.wait], looks: [.seconds(20)])
        script.add("a", 100, sequence: 1)
        script.add("b", 101, sequence: 2)
        script.add("c", 102, sequence: 3)
        #expect(script.label("a", 119, 1) == [])
        // Known when "b" is looked at, and dated after its age.
        #expect(script.label("b", 122, 1) == [])
        #expect(script.advance(125) == [])
        #expect(script.advance(126.5) == ["a0?1", "b0?-"])
        #expect(script.advance(140) == ["c0?-"])
        #expect(script.advance(nil) == ["a0+1", "a0=1", "b0+1", "b0=1", "c0+0", "c0=0"])
    }

    @Test("an early look teaches nothing and changes no other step")
    func earlyLookBeside() throws {
        var script = try Script(looks: [.seconds(10)])
        script.add("a", 100)
        // The wait ends at an age of 10 s without the grace, the look comes with it.
        #expect(script.advance(111) == ["a0+0"])
        #expect(script.advance(116) == ["a0?-"])
        #expect(script.label("a", 130, 1) == ["a0 0>1"])
        #expect(script.advance(nil) == ["a0=1"])
    }

    @Test("an early positive is learned at once, and silence after it says nothing")
    func earlyPositive() throws {
        var script = try Script()
        script.add("a", 100)
        #expect(script.label("a", 103, 1) == ["a0+1"])
        #expect(script.advance(150) == [])
        #expect(script.advance(nil) == ["a0=1"])
    }

    @Test("silence is learned when the wait has passed, and a late positive takes it back")
    func latePositive() throws {
        var script = try Script()
        script.add("a", 100)
        #expect(script.advance(110) == [])
        #expect(script.advance(110.000001) == ["a0+0"])
        #expect(script.label("a", 130, 1) == ["a0 0>1"])
        #expect(script.label("a", 131, 1) == ["duplicate-label"])
        #expect(script.advance(165) == [])
        #expect(script.advance(165.000001) == ["a0=1"])
    }

    @Test("a negative that confirms silence corrects nothing; silence to the end is learned and judged once")
    func confirmedSilence() throws {
        var script = try Script()
        script.add("a", 100)
        script.add("b", 100, sequence: 2)
        #expect(script.advance(120) == ["a0+0", "b0+0"])
        #expect(script.label("a", 130, 0) == [])
        #expect(script.advance(nil) == ["a0=0", "b0=0"])
        #expect(script.joiner.counts.reversed == 0)
    }

    @Test("a reversal dated later corrects; dated no later it conflicts and teaches nothing")
    func reversal() throws {
        var script = try Script()
        script.add("a", 100)
        #expect(script.label("a", 110, 1) == ["a0+1"])
        #expect(script.label("a", 110, 0) == ["conflicting-label"])
        #expect(script.label("a", 109, 0) == ["conflicting-label"])
        #expect(script.label("a", 120, 0) == ["a0 1>0"])
        #expect(script.label("a", 119, 1) == ["conflicting-label"])
        #expect(script.label("a", 121, 1) == ["a0 0>1"])
        #expect(script.joiner.counts.reversed == 2)
        #expect(script.advance(nil) == ["a0=1"])
    }

    @Test("a label dated at the window's end counts, also while the grace runs; one dated later does not")
    func windowEnd() throws {
        var script = try Script()
        script.add("a", 100)
        #expect(script.advance(164) == ["a0+0"])
        #expect(script.label("a", 160.000001, 1) == ["late-label"])
        #expect(script.label("a", 160, 1) == ["a0 0>1"])
        #expect(script.advance(nil) == ["a0=1"])
    }

    @Test("nothing is said of a head after its window has closed")
    func afterClose() throws {
        var script = try Script(windows: [.seconds(10), .seconds(60)], policies: [.retract(after: .seconds(2))])
        script.add("a", 100)
        #expect(script.advance(120) == ["a0+0", "a0=0"])
        #expect(script.label("a", 105, 1) == ["late-label"])
        #expect(script.advance(nil) == ["a1=-"])
        #expect(script.label("a", 105, 1) == ["unknown-event"])
        #expect(script.advance(nil) == [])
    }

    @Test("a wait of zero learns silence at once; one as long as the window, just before the end", arguments: [0, 60])
    func extremeWaits(wait: Int64) throws {
        var script = try Script(policies: [.retract(after: .seconds(wait))], grace: .zero)
        script.add("a", 100)
        #expect(script.advance(100.000001) == (wait == 0 ? ["a0+0"] : []))
        #expect(script.advance(160.000001) == (wait == 0 ? ["a0=0"] : ["a0+0", "a0=0"]))
    }

    @Test("a head that waits hears nothing until the end, where a reversal has long replaced the first label")
    func waiting() throws {
        var script = try Script(policies: [.wait])
        script.add("a", 100)
        #expect(script.label("a", 103, 1) == [])
        #expect(script.label("a", 120, 0) == [])
        #expect(script.label("a", 120, 1) == ["conflicting-label"])
        #expect(script.advance(165) == [])
        #expect(script.advance(nil) == ["a0+0", "a0=0"])
        #expect(script.joiner.counts.reversed == 1)
    }

    @Test("two heads follow their own policies on one event")
    func twoPolicies() throws {
        var script = try Script(windows: [.seconds(60), .seconds(30)])
        script.add("a", 100)
        #expect(script.label("a", 105, 1, head: 1) == [])
        #expect(script.advance(111) == ["a0+0"])
        #expect(script.label("a", 112, 1) == ["a0 0>1"])
        #expect(script.label("a", 120, 0, head: 1) == [])
        #expect(script.advance(136) == ["a1+0", "a1=0"])
        #expect(script.advance(nil) == ["a0=1"])
        // Where silence says nothing, only labels teach, whatever the wait.
        var silent = try Script(
            windows: [.seconds(60), .seconds(30)], policies: [.wait, .retract(after: .seconds(1))])
        silent.add("a", 100)
        silent.add("b", 100, sequence: 2)
        #expect(silent.advance(120) == [])
        #expect(silent.label("a", 121, 1, head: 1) == ["a1+1"])
        #expect(silent.advance(140) == ["a1=1", "b1=-"])
    }

    @Test("whatever happens: one first lesson, corrections of what was taught, one end, and the end is what was taught")
    func histories() throws {
        var random = SeededGenerator()
        for _ in 0..<40 {
            var joiner = LabelJoiner<Int>(
                specification: try TestSpecification.make(
                    windows: [.seconds(40), .seconds(15)], grace: .seconds(3),
                    policies: [
                        random.pick([.wait, .retract(after: .zero), .retract(after: .seconds(7))]),
                        random.pick([.wait, .retract(after: .seconds(5))]),
                    ], orphanWindow: random.pick([.zero, .seconds(4)]), maximumOrphans: 6))
            var taught: [String: Outcome] = [:]
            var ended: Set<String> = []
            var (lessons, added) = (0, 0)
            func hear(_ output: JoinOutput<Int>) {
                switch output {
                case .provisional(let joined):
                    let key = "\(joined.payload)/\(joined.head)"
                    #expect(taught[key] == nil && !ended.contains(key))
                    taught[key] = joined.outcome
                    lessons += 1
                case .correction(let joined, let old):
                    let key = "\(joined.payload)/\(joined.head)"
                    #expect(taught[key] == old && joined.outcome != old && !ended.contains(key))
                    taught[key] = joined.outcome
                case .matured(let joined):
                    let key = "\(joined.payload)/\(joined.head)"
                    #expect(taught[key] ?? .unlabelled == joined.outcome)
                    #expect(ended.insert(key).inserted)
                case .refused, .aged:
                    break
                }
            }
            for step in 0..<400 {
                let id = eventID("\(random.below(15))")
                let now = Double(step) / 2
                switch random.below(4) {
                case 0:
                    let sequence = UInt64(step)
                    let refused = joiner.add(
                        id: id, sequence: sequence, time: at(now), watermark: at(now), payload: step.write, hear)
                    if refused == nil { added += 1 }
                case 1, 2:
                    _ = joiner.join(
                        Label(
                            id: id, head: UInt8(random.below(2)), value: Float(random.below(2)),
                            time: at(now - Double(random.below(3))), weight: 1), sequence: UInt64(step),
                        watermark: at(now), hear)
                default: joiner.advance(to: at(now), hear)
                }
            }
            joiner.advance(to: nil, hear)
            #expect(ended.count == 2 * added && lessons == taught.count && added > 10)
        }
    }
}
