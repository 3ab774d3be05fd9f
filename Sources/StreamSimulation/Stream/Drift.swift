// What may change along a stream. What a change does to a probability is DriftSchedule's.

/// A planted change between two points of a stream, each a share of its events: 0 is the first event, 1 the end.
///
/// Every odds factor multiplies p / (1 − p) of the true probability and leaves the features as they are.
public struct Drift: Hashable, Sendable {
    /// What changes.
    public enum Change: Hashable, Sendable {
        /// All odds are multiplied between the two points.
        case level(oddsFactor: Double)
        /// The log-odds move in a straight line, by ln of the factor from the first point to the second, and stay there.
        case slope(oddsFactor: Double)
        /// The odds of events whose `field` has `value` are multiplied between the two points.
        case slice(oddsFactor: Double, field: String, value: Int)
        /// Between the two points so many new ads take `AdClickStream.newAdShare` of the impressions.
        case newAds(count: Int)
        /// The labels of events between the two points never arrive.
        case outage
    }

    /// What changes.
    public let change: Change
    /// The first event of the change is the one nearest to this share of the stream, in [0, 1).
    public let from: Double
    /// The change ends before the event nearest to this share, in (`from`, 1].
    public let until: Double

    /// The domain of odds factors.
    public static let oddsFactorRange = 0.01...100.0
    /// The domain of the number of new ads.
    public static let newAdsRange = 1...100_000

    /// A change from one point to another; by default to the end.
    ///
    /// - Throws: `SimulationError` for points that are not 0 ≤ `from` < `until` ≤ 1, and numbers outside their ranges.
    public init(_ change: Change, from: Double, until: Double = 1) throws(SimulationError) {
        guard from >= 0, from < until, until <= 1 else {
            throw SimulationError(
                "a drift from \(from) to \(until) lies outside the stream",
                remedy: "give two shares of the stream, 0 ≤ from < to ≤ 1")
        }
        switch change {
        case .level(let factor), .slope(let factor), .slice(let factor, _, _):
            try SimulationError.check(factor, in: Drift.oddsFactorRange, "an odds factor")
        case .newAds(let count):
            try SimulationError.check(count, in: Drift.newAdsRange, "the number of new ads")
        case .outage: break
        }
        self.change = change
        self.from = from
        self.until = until
    }
}
