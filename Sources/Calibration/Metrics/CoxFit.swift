// Level and slope of miscalibration: by which line would the served logits have to be corrected?

import ElementaryMath

/// The maximum-likelihood fit of logit P(y = 1) = a + b s to served logits s (Cox 1958, *Biometrika* 45:562).
///
/// A calibrated model has a = 0 and b = 1. b < 1: overconfident, high scores too high and low ones too low. b > 1:
/// underconfident. Read a together with b: it is the level at s = 0, where a rare-event model hardly ever is;
/// `calibrationInTheLarge` is the level with the slope left alone.
///
/// Standard errors assume labels that are independent given their scores, and some hundred positives.
public struct CoxFit: Hashable, Sendable {
    /// a, in nats.
    public let intercept: Double
    /// b.
    public let slope: Double
    /// The standard error of a, by the inverse Fisher information I⁻¹; with unequal weights by I⁻¹JI⁻¹,
    /// J = Σ w² q(1 − q) xxᵀ, which is the same where all weights are 1.
    public let interceptError: Double
    /// The standard error of b, likewise.
    public let slopeError: Double
    /// The weighted mean log loss of the fitted probabilities, in nats: what recalibration by a line could reach.
    public let logLoss: Double
    /// The maximum-likelihood a with b = 1: by how many nats all logits are too low.
    public let calibrationInTheLarge: Double

    /// Labels taken together because they were served (nearly) the same logit.
    public struct Row: Hashable, Sendable {
        /// s in nats.
        public var logit: Double
        /// Σw > 0.
        public var weight: Double
        /// Σw² > 0.
        public var squaredWeight: Double
        /// Σwy in [0, Σw].
        public var observed: Double

        /// A row of the numbers named.
        public init(logit: Double, weight: Double, squaredWeight: Double, observed: Double) {
            self.logit = logit
            self.weight = weight
            self.squaredWeight = squaredWeight
            self.observed = observed
        }
    }

    /// Fits by iteratively reweighted least squares (Newton's method), halving steps that do not reduce the loss.
    ///
    /// `nil` where the labels determine no line: with one class, with one logit, where a threshold separates the
    /// classes, where all probabilities are 0 or 1 to the last bit, and wherever fifty steps do not settle it.
    public init?(rows: [Row]) {
        let positives = rows.reduce(0) { $0 + $1.observed }
        let weight = rows.reduce(0) { $0 + $1.weight }
        guard positives > 0, positives < weight, weight.isFinite,
            let level = CoxFit.settle(rows, from: Line(intercept: 0, slope: 1), freeSlope: false),
            let line = CoxFit.settle(rows, from: level, freeSlope: true)
        else { return nil }
        let moments = Moments(rows, at: line)
        guard let (interceptVariance, slopeVariance) = moments.variances else { return nil }
        intercept = line.intercept
        slope = line.slope
        interceptError = interceptVariance.squareRoot()
        slopeError = slopeVariance.squareRoot()
        logLoss = moments.loss / weight
        calibrationInTheLarge = level.intercept
    }
}

extension CoxFit {
    /// 95 % of a, by its standard error (Wald).
    public var interceptInterval: ConfidenceInterval? { CoxFit.interval(intercept, interceptError) }
    /// 95 % of b, likewise.
    public var slopeInterval: ConfidenceInterval? { CoxFit.interval(slope, slopeError) }

    private static func interval(_ estimate: Double, _ error: Double) -> ConfidenceInterval? {
        let reach = ConfidenceInterval.normalQuantile * error
        return ConfidenceInterval(lower: estimate - reach, upper: estimate + reach)
    }
}

extension LogitHistogram {
    /// The line that would recalibrate these labels best, read from the bins' mean logits.
    ///
    /// Within a bin logits differ by less than 1/16, so the fit is that of the labels up to a few thousandths of a
    /// standard error. `nil` where ``CoxFit/init(rows:)`` is.
    public var coxFit: CoxFit? {
        CoxFit(
            rows: bins.lazy.filter { $0.count > 0 }.map { bin in
                CoxFit.Row(
                    logit: bin.weightedLogit / bin.weight, weight: bin.weight, squaredWeight: bin.squaredWeight,
                    observed: bin.observed)
            })
    }
}
