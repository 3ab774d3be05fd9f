// How much the numbers of a report would differ on another stretch of the same stream. Labels of one day share weather,
// outages and thieves, so an interval that takes them for independent is too narrow; whole days are drawn instead.

/// Standard errors by a bootstrap over blocks of time.
///
/// With n blocks, each replicate draws n of them with replacement, merges them and computes its statistics; the standard
/// error is the standard deviation over the replicates, with B − 1 below. Blocks do not overlap (Carlstein 1986, *Annals
/// of Statistics* 14:1171); the method is that of Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, §6.2 and
/// §8.6.
///
///     let errors = BlockBootstrap(seed: 1).standardErrors(of: days)
///     print(errors.calibrationRatio ?? .nan)
///
/// What it does not see: dependence across the border of two blocks, and trends over the stream. With n blocks the
/// standard error itself is uncertain by about 1/√(2n) of its size, and it tends to be too small for fewer than about
/// 20. A function of blocks and seed alone, the same bits on every machine; statistics of equally many blocks under one
/// seed draw the same blocks.
public struct BlockBootstrap: Hashable, Sendable {
    /// The standard error of each statistic; `nil` with fewer than two blocks, and where fewer than two replicates
    /// determine the statistic. Replicates that do not (one without a positive has no ratio) are left out.
    public struct StandardErrors: Hashable, Sendable {
        /// n: the blocks drawn from.
        public var blocks: Int
        /// Of the served calibration ratio.
        public var calibrationRatio: Double?
        /// Of the mapped calibration ratio.
        public var mappedCalibrationRatio: Double?
        /// Of the raw calibration ratio.
        public var rawCalibrationRatio: Double?
        /// Of the normalised entropy.
        public var normalizedEntropy: Double?
    }

    /// B: enough that the standard error is off by 2 % of its size through the draws alone, 1/√(2B).
    public static let replicates = 1_000

    /// What decides the draws.
    public let seed: UInt64

    /// A bootstrap whose draws `seed` decides; any number.
    public init(seed: UInt64) { self.seed = seed }

    /// The standard errors of the statistics over all `blocks` together.
    ///
    /// - Parameter blocks: in an order that the caller keeps; the draws go by position.
    /// - Complexity: O(n · B).
    public func standardErrors(of blocks: [CalibrationBlock]) -> StandardErrors {
        guard blocks.count > 1 else { return StandardErrors(blocks: blocks.count) }
        var random = SplitMix64(state: seed)
        var (served, mapped, raw, entropy) = (Spread(), Spread(), Spread(), Spread())
        for _ in 0..<BlockBootstrap.replicates {
            var drawn = CalibrationBlock()
            for _ in blocks { drawn.merge(blocks[random.index(below: blocks.count)]) }
            served.add(drawn.served.calibrationRatio)
            mapped.add(drawn.mappedCalibrationRatio)
            raw.add(drawn.rawCalibrationRatio)
            entropy.add(drawn.served.normalizedEntropy)
        }
        return StandardErrors(
            blocks: blocks.count, calibrationRatio: served.deviation, mappedCalibrationRatio: mapped.deviation,
            rawCalibrationRatio: raw.deviation, normalizedEntropy: entropy.deviation)
    }
}

/// Mean and spread of numbers that come one by one (Welford 1962, *Technometrics* 4:419).
private struct Spread {
    private var count = 0.0
    private var mean = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double?) {
        guard let value else { return }
        count += 1
        let change = value - mean
        mean += change / count
        squares += change * (value - mean)
    }

    var deviation: Double? { count < 2 ? nil : (squares / (count - 1)).squareRoot() }
}

/// The generator of Steele, Lea & Flood 2014 (*OOPSLA*, Fig. 16): a counter and a mix, the same on every machine.
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A position in 0..<count. The high half of the product favours a position by less than count / 2⁶⁴.
    mutating func index(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }
}
