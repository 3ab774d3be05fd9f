// The last layer: two numbers, learned from mature labels, that undo what the learner itself got wrong.
// Not the composite map, which undoes what the loss bends and needs no labels; and not a measurement, which is
// Calibration's.

import ElementaryMath
import ScoringRecords

/// Platt scaling s ↦ a + b s of the mapped logit, learned online by an extended Kalman filter on (a, b).
///
///     x = (1, s)    q = σ(a + b s)    k = P x    d = 1 + h xᵀk    h = w q (1 − q)
///     (a, b) ← (a, b) − k w (q − y)/d    P ← (1 + f)(P − h k kᵀ/d), each diagonal at most its prior
///
/// with f as `fading` says.
///
/// Starts as the identity, and serves it until there is evidence; always increasing, so ranking and AUC are those of
/// the mapped logit. Feed it mature labels only: an early label selects positives.
///
///     let served = platt.map(s)
///     platt.learn(mappedLogit: s, outcome: 1)
///
/// A value of six numbers, a function of the calls in order: the same bits on every machine.
///
/// Sources: Platt, *Probabilistic Outputs for Support Vector Machines*, 1999; the filter as in `EKFTable`, with its
/// full 2 × 2 covariance.
public struct OnlinePlatt: Hashable, Sendable {
    /// a, in nats.
    public private(set) var intercept = 0.0
    /// b, above `OnlinePlatt.leastSlope`.
    public private(set) var slope = 1.0
    /// P₀₀, the variance of a.
    public private(set) var interceptVariance = OnlinePlatt.priorInterceptVariance
    /// P₀₁.
    public private(set) var covariance = 0.0
    /// P₁₁, the variance of b.
    public private(set) var slopeVariance = OnlinePlatt.priorSlopeVariance
    /// Σ y of the outcomes learned from.
    public private(set) var positives = 0.0

    /// The prior variance of a: biases up to a factor of about 7 in odds are expected (two standard deviations).
    public static let priorInterceptVariance = 1.0
    /// The prior variance of b.
    public static let priorSlopeVariance = 0.25
    /// How fast P grows.
    public enum Fading: Hashable, Sendable {
        /// By the same f with every label.
        case perLabel(Double)
        /// By f = φ q(1 − q): with the information that a label brings, so that a label of a rare outcome, which tells
        /// little, fades little.
        case perInformation(Double)
    }
    /// How fast P grows.
    public let fading: Fading

    /// f = 10⁻⁵ per label, a memory of some 10⁵ labels: 3,000 positives at a base rate of 3 %, and 300, of which a line
    /// is known within 6 %, at .3 %.
    public static let fadingPerLabel = Fading.perLabel(1e-5)
    /// φ = 1/3,000: a memory of some 3,000 positives at every low base rate.
    public static let fadingPerInformation = Fading.perInformation(1 / 3_000.0)
    /// s is limited to ± this in learning and serving: beyond, one label would decide about the slope.
    public static let logitLimit = 20.0
    /// The slope a step must stay above: at 0 all scores tie, below it the ranking turns around.
    public static let leastSlope = 0.05
    /// Σ y below which the identity is served: about 10 % standard error of the rate.
    public static let leastPositives = 100.0

    /// The identity.
    public init(fading: Fading = OnlinePlatt.fadingPerLabel) { self.fading = fading }

    /// Whether there is evidence enough for the map to differ from the identity.
    public var isServing: Bool { positives >= OnlinePlatt.leastPositives }

    /// The logit to serve for a mapped logit: a + b s, or s itself until `isServing`. NaN traps.
    ///
    /// Beyond ±`logitLimit` the line continues with slope 1, so order is kept there too.
    public func map(_ mappedLogit: Double) -> Double {
        isServing ? fitted(mappedLogit) : CompositeMap.clamped(mappedLogit)
    }

    /// a + b s whether or not it is served yet.
    public func fitted(_ mappedLogit: Double) -> Double { OnlinePlatt.line(intercept, slope, at: mappedLogit) }

    /// a + b s, continued with slope 1 beyond ±`logitLimit`: what a scorer that was told a and b serves.
    static func line(_ intercept: Double, _ slope: Double, at mappedLogit: Double) -> Double {
        let s = CompositeMap.clamped(mappedLogit)
        let inside = limited(s)
        return intercept + slope * inside + (s - inside)
    }

    /// Takes one mature label: the mapped logit at serving, the outcome in [0, 1], and the importance weight.
    ///
    /// A step after which the slope would not be above `leastSlope` is not taken. Domain: `weight` in [0,
    /// `Float.greatestFiniteMagnitude`]; anything else traps, NaN included. Weight 0 changes nothing.
    public mutating func learn(mappedLogit: Double, outcome: Double, weight: Double = 1) {
        precondition(outcome >= 0 && outcome <= 1, "an outcome lies in [0, 1]; intake refuses any other")
        precondition(
            weight >= 0 && weight <= Double(Float.greatestFiniteMagnitude), "intake lets only finite weights >= 0 pass")
        if weight == 0 { return }
        positives += outcome
        let s = OnlinePlatt.limited(CompositeMap.clamped(mappedLogit))
        let z = intercept + slope * s
        let (q, complement) = (sigmoid(z), sigmoid(-z))
        let gain = (interceptVariance + covariance * s, covariance + slopeVariance * s)
        let curvature = weight * q * complement
        let denominator = 1 + curvature * (gain.0 + gain.1 * s)
        // q − y without cancellation at either end.
        let pull = weight * ((1 - outcome) * q - outcome * complement) / denominator
        let (newIntercept, newSlope) = (intercept - gain.0 * pull, slope - gain.1 * pull)
        guard newSlope > OnlinePlatt.leastSlope, newSlope <= OnlinePlatt.coefficientLimit,
            newIntercept.magnitude <= OnlinePlatt.coefficientLimit
        else { return }
        (intercept, slope) = (newIntercept, newSlope)
        let shrink = curvature / denominator
        let growth =
            switch fading {
            case .perLabel(let share): 1 + share
            case .perInformation(let share): 1 + share * q * complement
            }
        interceptVariance = (interceptVariance - shrink * gain.0 * gain.0) * growth
        covariance = (covariance - shrink * gain.0 * gain.1) * growth
        slopeVariance = (slopeVariance - shrink * gain.1 * gain.1) * growth
        holdBelowPrior()
    }

    /// A step to coefficients beyond this, which only absurd weights ask for, is not taken either.
    static let coefficientLimit = 1e3

    /// Limits the diagonal of P to the prior, and scales P₀₁ along so that P stays positive definite; rounding is kept
    /// out of it, too.
    private mutating func holdBelowPrior() {
        interceptVariance = max(interceptVariance, OnlinePlatt.leastVariance)
        slopeVariance = max(slopeVariance, OnlinePlatt.leastVariance)
        if interceptVariance > OnlinePlatt.priorInterceptVariance {
            covariance *= (OnlinePlatt.priorInterceptVariance / interceptVariance).squareRoot()
            interceptVariance = OnlinePlatt.priorInterceptVariance
        }
        if slopeVariance > OnlinePlatt.priorSlopeVariance {
            covariance *= (OnlinePlatt.priorSlopeVariance / slopeVariance).squareRoot()
            slopeVariance = OnlinePlatt.priorSlopeVariance
        }
        let greatest = (interceptVariance * slopeVariance).squareRoot()
        covariance = min(max(covariance, -greatest), greatest)
    }

    /// The least variance of either coefficient: 10⁻¹² is certainty beyond any stream, and keeps the filter able to
    /// learn.
    static let leastVariance = 1e-12

    private static func limited(_ s: Double) -> Double { min(max(s, -logitLimit), logitLimit) }
}

extension OnlinePlatt {
    /// All that has to be kept: a, b, P₀₀, P₀₁, P₁₁, Σ y.
    public var state: [Double] { [intercept, slope, interceptVariance, covariance, slopeVariance, positives] }

    /// A layer as `state` left it; `nil` for numbers that no stream leaves behind, NaN included.
    public init?(state: [Double], fading: Fading = OnlinePlatt.fadingPerLabel) {
        self.init(fading: fading)
        guard state.count == 6 else { return nil }
        let coefficients = -OnlinePlatt.coefficientLimit...OnlinePlatt.coefficientLimit
        guard coefficients.contains(state[0]), coefficients.contains(state[1]), state[1] > OnlinePlatt.leastSlope,
            (OnlinePlatt.leastVariance...OnlinePlatt.priorInterceptVariance).contains(state[2]),
            (OnlinePlatt.leastVariance...OnlinePlatt.priorSlopeVariance).contains(state[4]),
            state[3].magnitude <= (state[2] * state[4]).squareRoot(), state[5] >= 0, state[5] < .infinity
        else { return nil }
        (intercept, slope, positives) = (state[0], state[1], state[5])
        (interceptVariance, covariance, slopeVariance) = (state[2], state[3], state[4])
    }
}
