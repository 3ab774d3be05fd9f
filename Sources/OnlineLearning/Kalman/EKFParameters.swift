// The two numbers of the diagonal Kalman filter and their domains. The state they act on is EKFTable's.

/// The parameters of a diagonal extended Kalman filter: the variance a weight starts with, and how fast certainty
/// fades.
public struct EKFParameters: Hashable, Sendable {
    /// v₀: the prior variance of a weight, which its variance never exceeds. What the learning rate is elsewhere.
    public let priorVariance: Double
    /// f: by how much of itself a variance grows after each touch. 0 forgets nothing.
    public let forgetting: Double

    /// The domain of v₀. From about 3 on the linearisation behind a step breaks on real streams.
    public static let priorVarianceRange: ClosedRange<Double> = 1e-6...100
    /// The domain of f.
    public static let forgettingRange: ClosedRange<Double> = 0...1

    /// The given parameters; by default without forgetting.
    ///
    /// - Throws: `EKFParameterError` for the first number outside its range; NaN is outside.
    public init(priorVariance: Double, forgetting: Double = 0) throws(EKFParameterError) {
        guard EKFParameters.priorVarianceRange.contains(priorVariance) else {
            throw .priorVarianceOutOfRange(priorVariance)
        }
        guard EKFParameters.forgettingRange.contains(forgetting) else { throw .forgettingOutOfRange(forgetting) }
        self.priorVariance = priorVariance
        self.forgetting = forgetting
    }
}

/// A parameter of the Kalman filter outside its domain, with the value that was given.
public enum EKFParameterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// v₀ is not in `EKFParameters.priorVarianceRange` (or is NaN).
    case priorVarianceOutOfRange(Double)
    /// f is not in `EKFParameters.forgettingRange` (or is NaN).
    case forgettingOutOfRange(Double)

    /// What is wrong and what would be right, in one sentence.
    public var description: String {
        switch self {
        case .priorVarianceOutOfRange(let value):
            "priorVariance is \(value), but must lie in \(EKFParameters.priorVarianceRange.lowerBound) to "
                + "\(EKFParameters.priorVarianceRange.upperBound); 0.1 to 1 is usual"
        case .forgettingOutOfRange(let value):
            "forgetting is \(value), but must lie in \(EKFParameters.forgettingRange.lowerBound) to "
                + "\(EKFParameters.forgettingRange.upperBound); 0 forgets nothing"
        }
    }
}
