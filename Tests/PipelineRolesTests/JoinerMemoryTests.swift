// How much memory what waits takes, against the bytes of the records it came in. Prints the table of Docs/ARCHITECTURE.md.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("A joiner's memory")
struct JoinerMemoryTests {
    /// What an event is made of.
    struct Shape: Sendable {
        var name: String
        var features: Int
        var heads: Int
        var hasLanes: Bool
    }

    static let shapes = [
        Shape(name: "12 features, portfolio", features: 12, heads: 1, hasLanes: true),
        Shape(name: "12 features, portfolio, 3 heads", features: 12, heads: 3, hasLanes: true),
        Shape(name: "12 features, one learner", features: 12, heads: 1, hasLanes: false),
    ]
    private static let count = 50_000

    private func fold(_ shape: Shape) throws -> LearnerFold {
        LearnerFold.marked(
            try TestSpecification.make(
                windows: (0..<shape.heads).map { .seconds(600_000 + Int64($0)) }, maximumPending: 10_000_000,
                policies: Array(repeating: .retract(after: .seconds(10)), count: shape.heads),
                orphanWindow: .seconds(60), maximumOrphans: 10_000_000))
    }

    private func id(_ number: Int) -> String { "impression-\(1_000_000_000 + number)" }

    private func event(_ number: Int, _ shape: Shape) -> JournalRecord {
        .scored(
            ScoredEvent(
                id: eventID(id(number)), time: at(1_700_000_000 + Double(number)),
                modelVersion: ModelVersion(epoch: 1, records: UInt64(number)),
                features: FeatureVector(indicators: (0..<shape.features).map { UInt32($0) }), numbers: [],
                outputs: (0..<shape.heads).map { _ in
                    OutputScore(
                        raw: Logit(clamping: 1), mapped: Logit(clamping: 1), served: Logit(clamping: 1),
                        lanes: shape.hasLanes ? SIMD8(repeating: 1) : nil)
                }))
    }

    private func bytes(_ record: JournalRecord) -> Int { RecordCoding.payload([record]).count - 1 }

    private func row(_ name: String, _ joined: Int, _ encoded: Int) -> Double {
        let ratio = Double(joined) / Double(encoded)
        print("\(name): \(encoded / Self.count) bytes in the journal, \(joined / Self.count) in the joiner, \(ratio)")
        return ratio
    }

    @Test("waiting events take at most 1.3 times the bytes of their records", arguments: shapes)
    func events(shape: Shape) throws {
        let fold = try fold(shape)
        var encoded = 0
        for number in 0..<Self.count {
            let record = event(number, shape)
            encoded += bytes(record)
            fold.take(record)
        }
        #expect(row(shape.name, fold.joins.joiner.memoryBytes, encoded) <= 1.3)
        // As many again while the first leave: holes and tables stay within the same bound.
        for number in Self.count..<2 * Self.count {
            fold.take(event(number, shape))
            if number % 50 == 0 { fold.take(.mark(1, 1_700_600_000 + Double(number - Self.count))) }
        }
        #expect((Self.count...Self.count + 100).contains(fold.joins.joiner.pendingCount))
        #expect(row("the same, after as many have left", fold.joins.joiner.memoryBytes, encoded) <= 1.3)
    }

    @Test("with a label each, they take at most 1.3 times the bytes of both records", arguments: shapes)
    func labelled(shape: Shape) throws {
        var random = SeededGenerator()
        let fold = try fold(shape)
        var encoded = 0
        for number in 0..<Self.count {
            encoded += bytes(event(number, shape))
            fold.take(event(number, shape))
        }
        for number in (0..<Self.count).shuffled(using: &random) {
            let label = JournalRecord.outcome(id(number), 1_700_000_005 + Double(number))
            encoded += bytes(label)
            fold.take(label)
        }
        #expect(fold.joins.joiner.counts.joined == UInt64(Self.count))
        #expect(row(shape.name + ", labelled", fold.joins.joiner.memoryBytes, encoded) <= 1.3)
    }

    @Test("labels that wait for their events take at most 3 times the bytes of their records, and give them back")
    func orphans() throws {
        let fold = try fold(Self.shapes[0])
        let empty = fold.joins.joiner.memoryBytes
        var encoded = 0
        fold.take(.mark(1, 1_700_000_000))
        for number in 0..<Self.count {
            let label = JournalRecord.outcome(id(number), 1_700_000_005)
            encoded += bytes(label)
            fold.take(label)
        }
        #expect(fold.joins.joiner.orphanCount == Self.count)
        #expect(row("a label that waits", fold.joins.joiner.memoryBytes, encoded) <= 3)
        fold.take(.mark(1, 1_700_000_061))
        #expect(fold.joins.joiner.orphanCount == 0)
        // Tables of slots keep what they once held; entries and index do not.
        #expect(fold.joins.joiner.memoryBytes - empty < 40 * Self.count)
    }

    @Test("labels for one event that never comes are bounded")
    func orphansOfOne() throws {
        let fold = try fold(Self.shapes[0])
        fold.take(.mark(1, 1_700_000_000))
        for number in 0..<100 {
            let refused = fold.take(.outcome("a", 1_700_000_000 + Double(number)))
            #expect(refused == (number < Limits.orphansPerEvent ? nil : .orphansFull))
        }
    }

    @Test("whatever comes and goes, memory follows what waits")
    func churn() throws {
        var random = SeededGenerator()
        let fold = try fold(Self.shapes[0])
        var now = 1_700_000_000.0
        fold.take(.mark(1, now))
        var pending: [(end: Double, bytes: Int)] = []
        for round in 0..<30 {
            for _ in 0..<random.below(3_000) {
                // Times far apart: entries leave in another order than they came.
                let time = now - Double(random.below(500_000))
                let name = String(repeating: "x", count: 1 + random.below(60)) + "\(random.next())"
                let record = JournalRecord.event(name, time, heads: 1)
                guard fold.take(record) == nil else { continue }
                pending.append((time + 600_000, bytes(record)))
                if random.chance(0.3) { fold.take(.outcome(name, time + 1)) }
            }
            now += Double(random.below(round % 7 == 6 ? 700_000 : 60_000))
            fold.take(.mark(1, now))
            pending.removeAll { $0.end < now }
            #expect(fold.joins.joiner.pendingCount == pending.count)
            let encoded = pending.reduce(0) { $0 + $1.bytes }
            let tables = 24 * 60_000
            #expect(fold.joins.joiner.memoryBytes < encoded * 2 + (3 << 16) + tables)
        }
    }
}
