// Draws from a fixed discrete distribution in constant time.

import ElementaryMath

/// A discrete distribution over 0 ..< `count`, sampled with two draws whatever its size.
///
/// Each column holds one outcome up to a threshold and one alias above it; the areas add up to the given weights.
///
/// Source: Walker 1977; built as in Vose, *A Linear Algorithm for Generating Random Numbers with a Given Distribution*, 1991.
public struct AliasTable: Sendable {
    private struct Column {
        var threshold: Double
        var alias: Int32
    }

    private let columns: [Column]

    /// How many outcomes there are.
    public var count: Int { columns.count }

    /// The distribution proportional to `weights`: 1 to 2³¹ − 1 finite numbers ≥ 0, not all zero.
    ///
    /// - Complexity: O(`weights.count`)
    public init(weights: [Double]) {
        let total = weights.reduce(0, +)
        precondition(
            total > 0 && total.isFinite && weights.allSatisfy { $0 >= 0 },
            "weights are numbers ≥ 0 with a finite, positive sum")
        var columns = weights.indices.map {
            Column(threshold: weights[$0] / total * Double(weights.count), alias: Int32($0))
        }
        var small = columns.indices.filter { columns[$0].threshold < 1 }
        var large = columns.indices.filter { columns[$0].threshold >= 1 }
        while let poor = small.popLast(), let rich = large.popLast() {
            columns[poor].alias = Int32(rich)
            columns[rich].threshold -= 1 - columns[poor].threshold
            if columns[rich].threshold < 1 { small.append(rich) } else { large.append(rich) }
        }
        // What is left over differs from a full column by rounding alone. Its alias is itself.
        self.columns = columns
    }

    /// Zipf's law: outcome k, from 0, has a probability proportional to (k + 1)^(−`exponent`). `count` ≥ 1.
    public init(zipf count: Int, exponent: Double) {
        self.init(weights: (1...count).map { exp(-exponent * log(Double($0))) })
    }

    /// An outcome in 0 ..< `count`.
    public func draw(_ random: inout RandomStream) -> Int {
        let index = random.integer(below: columns.count)
        let column = columns[index]
        return random.uniform() < column.threshold ? index : Int(column.alias)
    }
}
