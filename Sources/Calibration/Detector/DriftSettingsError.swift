// What can be wrong with a detector's settings.

/// Which setting of a detector is out of its range.
public enum DriftSettingsError: Error, Equatable, Sendable {
    /// The threshold must be a finite number above 1.
    case threshold(Double)
    /// The base rate must lie strictly between 0 and 1.
    case baseRate(Double)
    /// The tolerance must lie between 1 and 2.
    case tolerance(Double)
    /// The block length must lie between 1 and 65,536.
    case blockLength(Int)
    /// At most twelve shifts and four slopes, and at least one of either.
    case hypothesisCount(shifts: Int, slopes: Int)
    /// An odds ratio must lie between 0.01 and 100 and outside the dead band, where it could never gather evidence.
    case shift(Double)
    /// A slope must lie between 0.01 and 10 and not be 1.
    case slope(Double)
}

extension DriftSettingsError: CustomStringConvertible {
    /// What is wrong and what would be right.
    public var description: String {
        switch self {
        case .threshold(let value): "the threshold is \(value); give a finite number above 1"
        case .baseRate(let value): "the base rate is \(value); give a number strictly between 0 and 1"
        case .tolerance(let value): "the tolerance is \(value); give an odds ratio between 1 and 2"
        case .blockLength(let value): "the block length is \(value); give 1 to 65,536 events"
        case .hypothesisCount(let shifts, let slopes):
            "\(shifts) shifts and \(slopes) slopes; give at most 12 and 4, and one at least"
        case .shift(let value):
            "the odds ratio \(value) is bet on; give one between 0.01 and 100 outside the tolerated band"
        case .slope(let value): "the slope \(value) is bet on; give one between 0.01 and 10 other than 1"
        }
    }
}
