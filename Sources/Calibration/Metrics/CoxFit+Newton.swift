// The iteration behind the fit: Newton's steps on the log loss of a line.

import ElementaryMath

extension CoxFit {
    /// q = σ(a + b s).
    struct Line {
        var intercept: Double
        var slope: Double
    }

    /// Loss, gradient and curvature of the rows at a line.
    struct Moments {
        /// Σw·(−y ln q − (1 − y) ln(1 − q)).
        private(set) var loss = 0.0
        private(set) var gradient = (level: 0.0, slope: 0.0)
        private var information = (level: 0.0, cross: 0.0, slope: 0.0)
        private var meat = (level: 0.0, cross: 0.0, slope: 0.0)

        init(_ rows: [Row], at line: Line) {
            for row in rows {
                let fitted = line.intercept + line.slope * row.logit
                let (q, complement) = (sigmoid(fitted), sigmoid(-fitted))
                let negatives = row.weight - row.observed
                let error = row.observed * complement - negatives * q
                let curvature = row.weight * q * complement
                let spread = row.squaredWeight * q * complement
                loss += row.observed * softplus(-fitted) + negatives * softplus(fitted)
                gradient.level += error
                gradient.slope += error * row.logit
                information.level += curvature
                information.cross += curvature * row.logit
                information.slope += curvature * row.logit * row.logit
                meat.level += spread
                meat.cross += spread * row.logit
                meat.slope += spread * row.logit * row.logit
            }
        }

        private var determinant: Double {
            information.level * information.slope - information.cross * information.cross
        }

        /// Whether two parameters can be told apart: not where all logits are one and the same.
        private var isRegular: Bool { determinant > 1e-12 * information.level * information.slope }

        /// The Newton step; `nil` where the curvature determines none.
        func step(freeSlope: Bool) -> Line? {
            guard freeSlope else {
                return information.level > 0
                    ? Line(intercept: gradient.level / information.level, slope: 0) : nil
            }
            guard isRegular else { return nil }
            return Line(
                intercept: (information.slope * gradient.level - information.cross * gradient.slope) / determinant,
                slope: (information.level * gradient.slope - information.cross * gradient.level) / determinant)
        }

        /// The diagonal of I⁻¹JI⁻¹.
        var variances: (intercept: Double, slope: Double)? {
            guard isRegular else { return nil }
            let (a, b, c) = (information.slope, -information.cross, information.level)
            let scale = determinant * determinant
            let intercept = (a * a * meat.level + 2 * a * b * meat.cross + b * b * meat.slope) / scale
            let slope = (b * b * meat.level + 2 * b * c * meat.cross + c * c * meat.slope) / scale
            // Separated classes: the loss falls for ever, and the curvature with it.
            let greatest = 1e8
            return intercept > 0 && slope > 0 && intercept < greatest && slope < greatest ? (intercept, slope) : nil
        }
    }

    /// Iterates to the minimum of the loss; `nil` where fifty steps do not reach it or it lies at infinity.
    static func settle(_ rows: [Row], from start: Line, freeSlope: Bool) -> Line? {
        var line = start
        var moments = Moments(rows, at: line)
        for _ in 0..<50 {
            guard var step = moments.step(freeSlope: freeSlope) else { return nil }
            // Twice the loss still to be gained. At 10⁻¹⁸ the line is within 10⁻⁹ standard errors, and one step more
            // squares that.
            let decrement = moments.gradient.level * step.intercept + moments.gradient.slope * step.slope
            let isSettled = decrement <= 1e-18 * max(1, moments.loss)
            var next = Line(intercept: line.intercept + step.intercept, slope: line.slope + step.slope)
            var trial = Moments(rows, at: next)
            // Near the minimum the loss is flat to its last digits; only a clear increase is a step too far.
            var halvings = 0
            while !(trial.loss <= moments.loss * (1 + 1e-12)), halvings < 30 {
                step = Line(intercept: step.intercept / 2, slope: step.slope / 2)
                next = Line(intercept: line.intercept + step.intercept, slope: line.slope + step.slope)
                trial = Moments(rows, at: next)
                halvings += 1
            }
            guard next.slope.magnitude < 1e4, next.intercept.magnitude < 1e4 else { return nil }
            (line, moments) = (next, trial)
            if isSettled { return line }
        }
        return nil
    }
}
