// What the detector is asked: which errors to look for, which to tolerate, and how rarely to be wrong.

/// Settings of a ``DriftDetector``; checked once, here.
public struct DriftDetectorSettings: Hashable, Sendable {
    /// x: odds ratios of truth over prediction that are bet on, each outside the dead band.
    public let shiftOdds: [Double]
    /// b: slopes of the true over the served logit that are bet on; none is 1.
    public let slopes: [Double]
    /// τ ≥ 1: odds wrong by a factor within [1/τ, τ] are no drift.
    public let tolerance: Double
    /// c > 1: the evidence at which to alarm. See ``FalseAlarmBudget``.
    public let threshold: Double
    /// B: how many events are judged together. 1 looks after every event.
    public let blockLength: Int
    /// π₀ in (0, 1): where the centre of the scores is sought before there are any.
    public let baseRate: Double

    /// τ = 1.02: odds wrong by 2 % either way. A real model is always a little wrong, and with 10⁸ events a test
    /// without a dead band finds that out and says nothing useful.
    public static let defaultTolerance = 1.02
    /// Five odds ratios either way, from one that takes long to see to one that takes long to be believed.
    public static let defaultShiftOdds = [0.25, 1 / 2.0, 1 / 1.5, 0.8, 1 / 1.1, 1.1, 1.25, 1.5, 2, 4]
    /// Two slopes either way.
    public static let defaultSlopes = [0.6, 0.8, 1.25, 1.6]
    /// The most odds ratios: twelve lanes of a vector of sixteen.
    public static let shiftLimit = 12
    /// The most slopes: the other four.
    public static let slopeLimit = 4
    /// The greatest block. Beyond it an alarm would be late for no gain in speed.
    public static let blockLimit = 65_536
    /// The widest dead band: truth twice the promise, or half of it.
    public static let toleranceLimit = 2.0
    /// The odds ratios that can be bet on.
    static let odds = 0.01...100.0
    static let slopeRange = 0.01...10.0

    /// Checks and keeps the settings.
    ///
    /// - Throws: `DriftSettingsError` naming the first setting out of its range.
    public init(
        threshold: Double, baseRate: Double, tolerance: Double = defaultTolerance,
        shiftOdds: [Double] = defaultShiftOdds, slopes: [Double] = defaultSlopes, blockLength: Int = 1
    ) throws(DriftSettingsError) {
        guard threshold > 1, threshold.isFinite else { throw .threshold(threshold) }
        guard baseRate > 0, baseRate < 1 else { throw .baseRate(baseRate) }
        guard (1...Self.toleranceLimit).contains(tolerance) else { throw .tolerance(tolerance) }
        guard (1...Self.blockLimit).contains(blockLength) else { throw .blockLength(blockLength) }
        guard shiftOdds.count <= Self.shiftLimit, slopes.count <= Self.slopeLimit, !(shiftOdds + slopes).isEmpty
        else { throw .hypothesisCount(shifts: shiftOdds.count, slopes: slopes.count) }
        for odds in shiftOdds where !(Self.odds.contains(odds) && (odds > tolerance || odds < 1 / tolerance)) {
            throw .shift(odds)
        }
        for slope in slopes where !(Self.slopeRange.contains(slope) && slope != 1) { throw .slope(slope) }
        self.shiftOdds = shiftOdds
        self.slopes = slopes
        self.tolerance = tolerance
        self.threshold = threshold
        self.blockLength = blockLength
        self.baseRate = baseRate
    }

    /// The hypotheses in the order of the detector's components: shifts, then slopes.
    public var hypotheses: [DriftHypothesis] {
        shiftOdds.map { .shift(odds: $0) } + slopes.map { .slope($0) }
    }
}
