// The bare table: what the C programs in Benchmarks/bounds do as well.

import OnlineLearning
import ScoringRecords

enum TableCases {
    /// How many events ahead memory is asked for.
    private static let lookahead = FTRLTable.listLimit - 1

    /// Learns round after round; hashes the logits of the first.
    static func learn(
        _ workload: KernelWorkload, _ loss: BinaryLoss, bits: Int, _ length: RoundLength
    ) throws -> (RoundTiming, UInt64) {
        let table = try emptyTable(bits)
        let events = OwnedVectors(workload)
        var hash = ResultHash()
        learn(table, events, loss) { hash.add($0.value) }
        let timing = RoundTiming.measure(seconds: length.seconds, rounds: length.rounds, events: events.count) {
            learn(table, events, loss) { _ in }
        }
        return (timing, hash.value)
    }

    /// Scores with a table that has learned one round; hashes the logits.
    static func score(_ workload: KernelWorkload, bits: Int, _ length: RoundLength) throws -> (RoundTiming, UInt64) {
        let table = try emptyTable(bits)
        let events = OwnedVectors(workload)
        learn(table, events, .bce) { _ in }
        var hash = ResultHash()
        score(table, events) { hash.add($0.value) }
        var sum: Float = 0
        let timing = RoundTiming.measure(seconds: length.seconds, rounds: length.rounds, events: events.count) {
            score(table, events) { sum += $0.value }
        }
        // Every logit is finite: this only keeps their sum alive.
        hash.add(UInt64(sum.isFinite ? 0 : 1))
        return (timing, hash.value)
    }

    /// Lists an event, and so asks for its memory, while an earlier one is learned.
    @inline(__always)
    private static func learn(
        _ table: FTRLTable, _ events: borrowing OwnedVectors, _ loss: BinaryLoss, _ body: (Logit) -> Void
    ) {
        for index in 0..<lookahead { list(table, events, index) }
        for index in 0..<events.count {
            let label = Double(events.label(index))
            body(
                table.learn(listed: index % FTRLTable.listLimit) {
                    let gradient = loss.gradient(logit: Double($0.value), label: label, weight: 1)
                    list(table, events, index + lookahead)
                    return gradient
                })
        }
    }

    @inline(__always)
    private static func score(_ table: FTRLTable, _ events: borrowing OwnedVectors, _ body: (Logit) -> Void) {
        for index in 0..<lookahead { list(table, events, index) }
        for index in 0..<events.count {
            list(table, events, index + lookahead)
            body(table.logit(listed: index % FTRLTable.listLimit))
        }
    }

    @inline(__always)
    private static func list(_ table: FTRLTable, _ events: borrowing OwnedVectors, _ index: Int) {
        guard index < events.count else { return }
        events.lend(index) { table.list($0, as: index % FTRLTable.listLimit) }
    }

    private static func emptyTable(_ bits: Int) throws -> FTRLTable {
        FTRLTable(bits: bits, parameters: try FTRLParameters(alpha: 0.1), offsets: [Logit(clamping: -3)])
    }
}
