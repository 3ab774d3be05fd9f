// The bare table: what the C programs in Benchmarks/bounds do as well.

import OnlineLearning
import ScoringRecords

enum TableCases {
    /// How many events ahead memory is asked for.
    private static let lookahead = 3

    /// Learns round after round; hashes the logits of the first.
    static func learn(
        _ workload: KernelWorkload, _ loss: BinaryLoss, bits: Int, seconds: Double
    ) throws -> (RoundTiming, UInt64) {
        let table = try emptyTable(bits)
        var hash = ResultHash()
        pass(table, workload) { features, label in
            hash.add(table.learn(features, loss: loss, label: Double(label), weight: 1).value)
        }
        let timing = RoundTiming.measure(seconds: seconds, events: workload.vectors.count) {
            pass(table, workload) { features, label in
                table.learn(features, loss: loss, label: Double(label), weight: 1)
            }
        }
        return (timing, hash.value)
    }

    /// Scores with a table that has learned one round; hashes the logits.
    static func score(_ workload: KernelWorkload, bits: Int, seconds: Double) throws -> (RoundTiming, UInt64) {
        let table = try emptyTable(bits)
        pass(table, workload) { features, label in
            table.learn(features, loss: .bce, label: Double(label), weight: 1)
        }
        var hash = ResultHash()
        pass(table, workload) { features, _ in hash.add(table.logit(of: features).value) }
        var sum: Float = 0
        let timing = RoundTiming.measure(seconds: seconds, events: workload.vectors.count) {
            pass(table, workload) { features, _ in sum += table.logit(of: features).value }
        }
        // Keeps the sum alive: the same in every round, hence nothing new.
        hash.add(UInt64(sum.isFinite ? 0 : 1))
        return (timing, hash.value)
    }

    private static func emptyTable(_ bits: Int) throws -> FTRLTable {
        FTRLTable(bits: bits, parameters: try FTRLParameters(alpha: 0.1), offsets: [Logit(clamping: -3)])
    }

    /// Calls `body` for every event, and asks for the memory of a later one before.
    @inline(__always)
    private static func pass(_ table: FTRLTable, _ workload: KernelWorkload, _ body: (FeatureVector, Float) -> Void) {
        let (vectors, labels) = (workload.vectors.span, workload.labels.span)
        for index in vectors.indices {
            if index + lookahead < vectors.count { table.prefetch(vectors[index + lookahead]) }
            body(vectors[index], labels[index])
        }
    }
}
