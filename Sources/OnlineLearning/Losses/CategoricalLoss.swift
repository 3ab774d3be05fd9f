// The loss of an output with more than two mutually exclusive classes: which one, and in what domain.
// Derivatives are in CategoricalLoss+Derivatives.swift, the way back to probabilities in CategoricalLoss+Map.swift.

/// A softmax loss on C logits: cross-entropy with class weights and label smoothing, or its focal form.
///
/// With p = softmax(z), q_k = 1 − p_k and a label y, an example of importance weight w costs
///
///     L(z) = w Σ_k u_k q_k^γ (−ln p_k),    u_k = weight_k [(1 − ε) 1(k = y) + ε/C]
///
/// At γ = 0 this is PyTorch's `CrossEntropyLoss(weight:, label_smoothing:)` with `reduction="none"`. (Its "mean"
/// divides the sum over examples by Σ weight_y of their labels, not by their number.) At ε = 0 it is the focal loss of
/// the labelled class. Both together mix linearly, as labels do everywhere here, and `calibratedProbabilities` stays
/// exact.
///
///     let loss = try CategoricalLoss(classWeights: [1, 1, 4], gamma: 1)
///     loss.gradient(logits: logits.span, label: 2, weight: 1, into: &gradient)
///
/// An output whose classes do not exclude each other is one `BinaryLoss` per class instead (multi-label).
///
/// Sources: Lin et al., *Focal Loss for Dense Object Detection*, ICCV 2017, §3; Szegedy et al., *Rethinking the
/// Inception Architecture for Computer Vision*, CVPR 2016, §7.
public struct CategoricalLoss: Hashable, Sendable {
    /// The weight of each class, by its position.
    public let classWeights: [Double]
    /// ε: how much of a label is spread evenly over all classes.
    public let labelSmoothing: Double
    /// The focusing parameter γ; 0 is cross-entropy.
    public let gamma: Double
    /// C, how many classes there are.
    public var classCount: Int { classWeights.count }

    /// The domain of C. Every class is an output with weights of its own; beyond 4,096 sampled losses take over.
    public static let classCountRange: ClosedRange<Int> = 2...4_096

    /// The member of the family with these numbers.
    ///
    /// - Throws: `LossDomainError` for the first number outside its range (`classCountRange`, `BinaryLoss.classWeightRange`,
    ///   `LabelTreatment.smoothingRange`, `BinaryLoss.gammaRange`); NaN is outside.
    public init(classWeights: [Double], labelSmoothing: Double = 0, gamma: Double = 0) throws(LossDomainError) {
        guard CategoricalLoss.classCountRange.contains(classWeights.count) else {
            throw .classCountOutOfRange(classWeights.count)
        }
        for (position, weight) in classWeights.enumerated() where !BinaryLoss.classWeightRange.contains(weight) {
            throw .classWeightOutOfRange(class: position, weight: weight)
        }
        guard LabelTreatment.smoothingRange.contains(labelSmoothing) else {
            throw .labelSmoothingOutOfRange(labelSmoothing)
        }
        guard BinaryLoss.gammaRange.contains(gamma) else { throw .gammaOutOfRange(gamma) }
        self.classWeights = classWeights
        self.labelSmoothing = labelSmoothing
        self.gamma = gamma
    }

    /// u_k, the share of class k in an example labelled `label`, before its importance weight.
    @inline(__always)
    func share(of k: Int, label: Int) -> Double {
        let spread = labelSmoothing / Double(classCount)
        return classWeights[k] * (k == label ? 1 - labelSmoothing + spread : spread)
    }
}
