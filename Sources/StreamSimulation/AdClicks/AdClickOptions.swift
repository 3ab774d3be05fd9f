// What an ad-click stream is made of.

public import ScoringRecords

/// A plan with the cardinalities of an ad-click stream.
public struct AdClickOptions: Hashable, Sendable {
    /// Size, density, base rate, window, drifts.
    public var plan: StreamPlan
    /// Users, in `usersRange`.
    public var users: Int
    /// Ads before any new ones enter, in `adsRange`.
    public var ads: Int
    /// Positions on the page, in `positionsRange`.
    public var positions: Int

    /// A plan with cardinalities.
    public init(
        plan: StreamPlan, users: Int = AdClickOptions.defaultUsers, ads: Int = AdClickOptions.defaultAds,
        positions: Int = AdClickOptions.defaultPositions
    ) {
        self.plan = plan
        self.users = users
        self.ads = ads
        self.positions = positions
    }

    /// The domain of the base rate. Above ½ clicks would be the rule.
    public static let baseRateRange = 1e-5...0.5
    /// The domain of `users`; each takes some 40 bytes.
    public static let usersRange = 1...5_000_000
    /// The domain of `ads`.
    public static let adsRange = 1...1_000_000
    /// The domain of `positions`.
    public static let positionsRange = 1...50

    /// One click in a hundred.
    public static let defaultBaseRate = 0.01
    /// A click counts for three days.
    public static let defaultLabelWindow = TimeSpan.days(3)
    /// About one impression a second.
    public static let defaultEventsPerDay = 100_000.0
    /// Five impressions a day for the average user.
    public static let defaultUsers = 20_000
    /// Two hundred impressions a day for the average ad.
    public static let defaultAds = 500
    /// A page with five places.
    public static let defaultPositions = 5

    /// Refuses what no stream can be made of: an option out of bounds, a slice by a field that there is not.
    ///
    /// - Throws: `SimulationError` with the remedy.
    public func validate() throws(SimulationError) {
        try plan.validate(baseRateRange: AdClickOptions.baseRateRange)
        try SimulationError.check(users, in: AdClickOptions.usersRange, "the number of users")
        try SimulationError.check(ads, in: AdClickOptions.adsRange, "the number of ads")
        try SimulationError.check(positions, in: AdClickOptions.positionsRange, "the number of positions")
        _ = try drifts()
    }

    /// The drifts by event number.
    func drifts() throws(SimulationError) -> DriftSchedule<AdClickField> {
        try DriftSchedule(plan.drifts, events: plan.events)
    }
}
