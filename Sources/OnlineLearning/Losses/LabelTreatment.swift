// What was done to labels on their way into training. The map undoes it: see CompositeMap.

/// Which labels were kept, and how those kept were smoothed.
///
///     let treatment = try LabelTreatment(keptNegatives: 0.1)
///     let map = CompositeMap(loss: .bce, treatment: treatment)
///
/// Smoothing enters training through the label alone: the loss sees y (1 − ε) + ε/2 (`smoothed(_:)`), so `BinaryLoss`
/// and its derivatives stay what they are. It costs the map its additive form; 0 is the default, and rarely worth
/// leaving.
///
/// Sources: for sampling He et al., *Practical Lessons from Predicting Clicks on Ads at Facebook*, ADKDD 2014, §6.3;
/// for smoothing Szegedy et al., *Rethinking the Inception Architecture for Computer Vision*, CVPR 2016, §7.
public struct LabelTreatment: Hashable, Sendable {
    /// r₁: the probability with which a positive is kept for training, at its ordinary weight.
    public let keptPositives: Double
    /// r₀: the same for a negative. A negative kept at the weight 1/r₀ needs no correction: leave this at 1.
    public let keptNegatives: Double
    /// ε: how much of a label is replaced by ½.
    public let labelSmoothing: Double

    /// The domain of r₁ and r₀: from a billionth, as for class weights.
    public static let keptRange: ClosedRange<Double> = 1e-9...1
    /// The domain of ε. At ½ a quarter of every label is wrong; beyond, little of it is left to learn.
    public static let smoothingRange: ClosedRange<Double> = 0...0.5

    /// The given rates; by default every label is kept as it is.
    ///
    /// - Throws: `LossDomainError` for the first number outside its range; NaN is outside.
    public init(
        keptPositives: Double = 1, keptNegatives: Double = 1, labelSmoothing: Double = 0
    ) throws(LossDomainError) {
        guard LabelTreatment.keptRange.contains(keptPositives) else {
            throw .keptPositivesOutOfRange(keptPositives)
        }
        guard LabelTreatment.keptRange.contains(keptNegatives) else {
            throw .keptNegativesOutOfRange(keptNegatives)
        }
        guard LabelTreatment.smoothingRange.contains(labelSmoothing) else {
            throw .labelSmoothingOutOfRange(labelSmoothing)
        }
        self.keptPositives = keptPositives
        self.keptNegatives = keptNegatives
        self.labelSmoothing = labelSmoothing
    }

    /// Every label kept as it is, whose numbers need no check.
    private init() {
        (keptPositives, keptNegatives, labelSmoothing) = (1, 1, 0)
    }

    /// Every label is kept as it is.
    public static let none = LabelTreatment()

    /// The label that training sees: y (1 − ε) + ε/2, in [ε/2, 1 − ε/2]; y itself, bit for bit, at ε = 0.
    public func smoothed(_ label: Double) -> Double { label * (1 - labelSmoothing) + labelSmoothing / 2 }
}
