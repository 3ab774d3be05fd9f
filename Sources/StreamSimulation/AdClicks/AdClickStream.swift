// A stream of ad impressions with delayed clicks, whose every click probability is known.

import ElementaryMath
import ScoringRecords

/// Impressions in order of time, each with its true click probability.
///
///     logit p = intercept + user + ad + position + (category × segment) + hour + drift
///
/// The intercept makes the mean probability over a whole day, before drift, the plan's base rate. A click comes after a
/// `ClickDelay`, always within the label window; that none came is known when the window ends.
///
/// The same options give the same events on every machine. Options that differ in drifts alone give the same users, ads,
/// times and positions, new ads excepted.
public struct AdClickStream: Sequence, IteratorProtocol, Sendable {
    /// User segments.
    public static let segments = 8
    /// Ad categories.
    public static let categories = 12
    /// The share of impressions that new ads take: a campaign that everyone sees.
    public static let newAdShare = 0.3

    /// People are online in the evening, a little readier to click then.
    private static let traffic = DailyCycle(peakHour: 20, amplitude: 0.6)
    private static let hourEffect = DailyCycle(peakHour: 20, amplitude: 0.25)

    private let plan: StreamPlan
    private let oldAds: Int
    private let population: AdClickPopulation
    private let schedule: DriftSchedule<AdClickField>
    private let delay: ClickDelay
    /// The constant term of the log-odds, in nats.
    public let intercept: Double
    private var arrivals: ArrivalProcess
    private var index = 0

    /// The stream of `options`.
    ///
    /// - Throws: as `AdClickOptions.validate()`.
    /// - Complexity: O(users + ads)
    public init(_ options: AdClickOptions) throws(SimulationError) {
        try options.validate()
        plan = options.plan
        oldAds = options.ads
        schedule = try options.drifts()
        population = AdClickPopulation(options, newAds: schedule.newAds?.count ?? 0)
        delay = ClickDelay(window: plan.labelWindow)
        intercept = AdClickStream.intercept(
            for: plan, effects: AdClickStream.sampledEffects(population, seed: plan.seed))
        arrivals = ArrivalProcess(plan: plan, cycle: AdClickStream.traffic)
    }

    /// The next impression; `nil` after the plan's number of events.
    public mutating func next() -> AdClickEvent? {
        guard index < plan.events else { return nil }
        defer { index += 1 }
        let (time, hour) = arrivals.next()
        var random = RandomStream(seed: plan.seed, .impression, index)
        var impression = population.draw(&random)
        // Drawn whether needed or not, so that the draws behind it are the same with and without drift.
        let (share, choice) = (random.uniform(), random.uniform())
        if let newAds = schedule.newAds, newAds.events.contains(index), share < AdClickStream.newAdShare {
            impression.ad = oldAds + Int(choice * Double(newAds.count))
        }
        return event(impression, time: time, hour: hour, &random)
    }

    private func event(
        _ impression: AdClickPopulation.Impression, time: Timestamp, hour: Int, _ random: inout RandomStream
    ) -> AdClickEvent {
        let user = population.users[impression.user]
        let category = population.ads[impression.ad].category + 1
        let shift = schedule.logOddsShift(at: index) { field in
            switch field {
            case .user: impression.user + 1
            case .ad: impression.ad + 1
            case .position: impression.position + 1
            case .hour: hour
            case .userSegment: Int(user.segment) + 1
            case .adCategory: category
            }
        }
        let probability = sigmoid(
            intercept + population.effect(of: impression) + AdClickStream.hourEffect[hour] + shift)
        let isClicked = random.uniform() < probability
        let truth = SimulatedTruth(
            probability: Probability(clamping: probability), isPositive: isClicked,
            labelTime: time.advanced(by: isClicked ? delay.draw(&random) : plan.labelWindow), logOddsShift: shift,
            isLabelLost: schedule.isLabelLost(at: index))
        return AdClickEvent(
            index: index, time: time, user: impression.user + 1, userSegment: Int(user.segment) + 1,
            userPurchases: Int(user.purchases), ad: impression.ad + 1, adCategory: category,
            position: impression.position + 1, hour: hour, truth: truth)
    }

    // MARK: The intercept

    /// Contexts over which the mean probability is set. Log-odds have a deviation near 1, so the mean of 2¹⁶ odds has a
    /// relative standard error of √(e − 1) / 2⁸ = 0.5 %.
    private static let sampledContexts = 1 << 16

    /// Effects of contexts as the stream will have them, hours included.
    private static func sampledEffects(_ population: AdClickPopulation, seed: UInt64) -> [Double] {
        let hours = AliasTable(weights: (0..<DailyCycle.hours).map { 1 + traffic[$0] })
        return (0..<sampledContexts).map { index in
            var random = RandomStream(seed: seed, .interceptContext, index)
            return population.effect(of: population.draw(&random)) + hourEffect[hours.draw(&random)]
        }
    }

    /// Where the mean of σ(intercept + effect) is the base rate, by bisection: it only grows.
    private static func intercept(for plan: StreamPlan, effects: [Double]) -> Double {
        // Effects are sums of five terms, none beyond 10: the base rate's logit is at most 50 away.
        var (low, high) = (logit(plan.baseRate) - 50, logit(plan.baseRate) + 50)
        // 100 nats halved 40 times: 10⁻¹⁰.
        for _ in 0..<40 {
            let middle = (low + high) / 2
            let mean = effects.reduce(0) { $0 + sigmoid(middle + $1) } / Double(effects.count)
            if mean < plan.baseRate { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
