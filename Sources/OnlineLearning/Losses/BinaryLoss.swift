// The family of losses a binary head can learn with: one kernel with three numbers. Which member, and in what domain.
// Values and derivatives are in BinaryLoss+Derivatives.swift; what the minimiser means as a probability is CompositeMap's.

/// A binary loss on a logit: cross-entropy, its class-weighted form, or the focal loss, all from one kernel.
///
/// With p = σ(z), q = σ(−z) and a label y in [0, 1], an example of importance weight w costs
///
///     L(z) = w [ c₁ y F(z) + c₀ (1 − y) F(−z) ],    F(z) = q^γ · (−ln p)
///
/// | loss                                            | c₁  | c₀    | γ |
/// |-------------------------------------------------|-----|-------|---|
/// | cross-entropy                                   | 1   | 1     | 0 |
/// | PyTorch `BCEWithLogitsLoss(pos_weight: P)`      | P   | 1     | 0 |
/// | class weights                                   | w₁  | w₀    | 0 |
/// | focal loss, torchvision `sigmoid_focal_loss`    | α   | 1 − α | γ |
/// | the same with α = −1 ("none")                   | 1   | 1     | γ |
/// | focal with positive weight                      | α P | 1 − α | γ |
///
/// A fractional label is that share of a positive and mixes linearly, which keeps `CompositeMap` exact. (torchvision mixes
/// inside the power instead: the same at y = 0 and 1, another loss between.)
///
/// Focal losses give no reliable gain for a linear online model, and their raw scores are not probabilities until mapped.
///
///     let loss = try BinaryLoss.focal(gamma: 2, alpha: 0.25)
///     let slope = loss.gradient(logit: -1.5, label: 1, weight: 1)   // negative: the logit wants to rise
///
/// Sources: Lin, Goyal, Girshick, He & Dollár, *Focal Loss for Dense Object Detection*, ICCV 2017, arXiv 1708.02002, §3.
public struct BinaryLoss: Hashable, Sendable {
    /// The focusing parameter γ: how much an already well classified example is discounted. 0 is no discount.
    public let gamma: Double
    /// The weight c₁ of the positive class.
    public let positiveWeight: Double
    /// The weight c₀ of the negative class.
    public let negativeWeight: Double

    /// The domain of γ. Within it the map from raw to calibrated logits was checked to be strictly increasing.
    public static let gammaRange: ClosedRange<Double> = 0...10

    /// The domain of class weights: a billion either way, beyond any ratio of classes that a stream can estimate. With it
    /// the gradient of any example stays finite for every `Float` importance weight.
    public static let classWeightRange: ClosedRange<Double> = 1e-9...1e9

    /// The member of the family with these three numbers.
    ///
    /// - Throws: `LossDomainError` for the first number outside its range; NaN is outside.
    public init(gamma: Double, positiveWeight: Double, negativeWeight: Double) throws(LossDomainError) {
        guard BinaryLoss.gammaRange.contains(gamma) else { throw .gammaOutOfRange(gamma) }
        guard BinaryLoss.classWeightRange.contains(positiveWeight) else {
            throw .positiveWeightOutOfRange(positiveWeight)
        }
        guard BinaryLoss.classWeightRange.contains(negativeWeight) else {
            throw .negativeWeightOutOfRange(negativeWeight)
        }
        self.gamma = gamma
        self.positiveWeight = positiveWeight
        self.negativeWeight = negativeWeight
    }

    /// Cross-entropy alone, whose numbers need no check.
    private init() {
        (gamma, positiveWeight, negativeWeight) = (0, 1, 1)
    }

    /// Binary cross-entropy, the logistic loss: the default, and the only one whose raw logit is already calibrated.
    public static let bce = BinaryLoss()

    /// Cross-entropy with a weight per class.
    ///
    /// - Throws: `LossDomainError` for a weight outside `classWeightRange`.
    public static func weighted(
        positiveWeight: Double, negativeWeight: Double = 1
    ) throws(LossDomainError) -> BinaryLoss {
        try BinaryLoss(gamma: 0, positiveWeight: positiveWeight, negativeWeight: negativeWeight)
    }

    /// The focal loss, with α in the sense of torchvision: positives weigh α, negatives 1 − α; `nil` weighs both by 1.
    ///
    /// `positiveWeight` multiplies the weight of positives on top of α.
    ///
    /// - Throws: `LossDomainError` for γ outside `gammaRange`, α not strictly between 0 and 1, or a resulting class weight
    ///   outside `classWeightRange`.
    public static func focal(
        gamma: Double, alpha: Double? = nil, positiveWeight: Double = 1
    ) throws(LossDomainError) -> BinaryLoss {
        guard let alpha else {
            return try BinaryLoss(gamma: gamma, positiveWeight: positiveWeight, negativeWeight: 1)
        }
        guard alpha > 0, alpha < 1 else { throw .alphaOutOfRange(alpha) }
        return try BinaryLoss(gamma: gamma, positiveWeight: alpha * positiveWeight, negativeWeight: 1 - alpha)
    }
}
