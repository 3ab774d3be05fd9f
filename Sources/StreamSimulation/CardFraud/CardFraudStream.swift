// A stream of card payments with frauds in three scenarios, whose every fraud probability is known.

import ElementaryMath
public import ScoringRecords

/// Payments in order of time, each with its true fraud probability.
///
/// A terminal is compromised for 28 days and half of the payments there are then frauds; a card is compromised for 14 days
/// and a third of its payments are then a thief's, far from home and five times as high; and now and then a card that was lost
/// is used around its owner's home for an unusually high amount. The plan's base rate is their expected sum.
///
/// The true probability is P(fraud | customer with home, usual terminals and median amount; terminal; amount; whether this
/// terminal and this card are compromised at the time), by Bayes' rule from the same mixture that the payment was drawn
/// from. The two states are hidden from a model, which can only infer them: the truth is a bound it cannot beat.
///
/// Drift multiplies the posterior odds and leaves the payments as they are: it makes frauds of some genuine payments, or
/// lets some frauds off, with just the probability that gives the new odds.
///
/// Inspired by the structure of the simulator in Le Borgne, Siblini, Lebichot & Bontempi, *Reproducible Machine Learning for
/// Credit Card Fraud Detection — Practical Handbook*, 2022, ch. 3.
public struct CardFraudStream: Sequence, IteratorProtocol, Sendable {
    /// Merchant categories.
    public static let merchantCategories = 10
    /// How long a terminal stays compromised.
    public static let terminalCompromise = TimeSpan.days(28)
    /// How long a card stays compromised.
    public static let cardCompromise = TimeSpan.days(14)

    /// Amounts in hundredths are kept within these; beyond the upper one lie fewer than one payment in 10⁹.
    private static let centsRange = 1.0...1e7
    /// Shops are busiest in the early afternoon.
    private static let traffic = DailyCycle(peakHour: 14, amplitude: 0.7)

    private let plan: StreamPlan
    private let population: CardFraudPopulation
    private let mechanism: FraudMechanism
    private let schedule: DriftSchedule<CardFraudField>
    private var terminalHistory: CompromiseHistory
    private var cardHistory: CompromiseHistory
    private var arrivals: ArrivalProcess
    private var index = 0

    /// The stream of `options`.
    ///
    /// - Throws: as `CardFraudOptions.validate()`.
    /// - Complexity: O(customers + terminals)
    public init(_ options: CardFraudOptions) throws(SimulationError) {
        try options.validate()
        plan = options.plan
        schedule = try options.drifts()
        population = CardFraudPopulation(options)
        mechanism = FraudMechanism(baseRate: plan.baseRate)
        terminalHistory = CompromiseHistory(
            count: options.terminals, duration: CardFraudStream.terminalCompromise,
            share: mechanism.compromisedTerminals, seed: plan.seed, domain: .terminalCompromise, start: plan.start)
        cardHistory = CompromiseHistory(
            count: options.customers, duration: CardFraudStream.cardCompromise, share: mechanism.compromisedCards,
            seed: plan.seed, domain: .cardCompromise, start: plan.start)
        arrivals = ArrivalProcess(plan: plan, cycle: CardFraudStream.traffic)
    }

    /// The next payment; `nil` after the plan's number of events.
    public mutating func next() -> CardFraudEvent? {
        guard index < plan.events else { return nil }
        defer { index += 1 }
        let (time, hour) = arrivals.next()
        var random = RandomStream(seed: plan.seed, .transaction, index)
        let customer = population.drawCustomer(&random)
        let isCardCompromised = cardHistory.isCompromised(customer, at: time)
        let priors = mechanism.priors(isCardCompromised: isCardCompromised)
        let source = random.uniform()
        let isStolen = source < priors.card
        let isThief = source < priors.card + priors.highAmount
        let terminal =
            isStolen ? population.drawThiefTerminal(&random) : population.drawHolderTerminal(customer, &random)
        let isTerminalCompromised = terminalHistory.isCompromised(terminal, at: time)
        let isTampered = isTerminalCompromised && random.uniform() < FraudMechanism.terminalFraudShare
        let scenario: CardFraudEvent.Scenario =
            isThief ? (isStolen ? .card : .highAmount) : (isTampered ? .terminal : .genuine)
        let payment = Payment(
            time: time, hour: hour, customer: customer, terminal: terminal,
            isTerminalCompromised: isTerminalCompromised, isCardCompromised: isCardCompromised, scenario: scenario)
        return event(payment, &random)
    }

    private struct Payment {
        var time: Timestamp
        var hour: Int
        var customer: Int
        var terminal: Int
        var isTerminalCompromised: Bool
        var isCardCompromised: Bool
        var scenario: CardFraudEvent.Scenario
    }

    private func event(_ payment: Payment, _ random: inout RandomStream) -> CardFraudEvent {
        let customer = population.customers[payment.customer]
        let terminal = population.terminals[payment.terminal]
        let amounts = mechanism.logAmount(payment.scenario, logMedian: customer.logMedian)
        let amount = random.logNormal(logMean: amounts.mean, logDeviation: amounts.deviation)
        let cents = (amount * 100).rounded().clamped(to: CardFraudStream.centsRange)
        let (scenario, truth) = judge(payment, cents: cents, random.uniform())
        return CardFraudEvent(
            index: index, time: payment.time, customer: payment.customer + 1, terminal: payment.terminal + 1,
            merchantCategory: terminal.category + 1, amountCents: Int(cents),
            amountToUsualPercent: Int((cents / exp(customer.logMedian)).rounded()),
            distanceHectometres: Int((customer.home.distance(to: terminal.place) * 10).rounded()), hour: payment.hour,
            isTerminalCompromised: payment.isTerminalCompromised, isCardCompromised: payment.isCardCompromised,
            scenario: scenario, truth: truth)
    }

    /// The posterior, drift included, and what drift makes of the payment. `chance` is uniform in [0, 1).
    private func judge(
        _ payment: Payment, cents: Double, _ chance: Double
    ) -> (CardFraudEvent.Scenario, SimulatedTruth) {
        let joint = mechanism.joint(
            FraudMechanism.Evidence(
                logAmount: log(cents / 100), logMedian: population.customers[payment.customer].logMedian,
                holderShare: population.holderShare(payment.customer, payment.terminal),
                thiefShare: population.thiefShare(payment.terminal),
                isTerminalCompromised: payment.isTerminalCompromised, isCardCompromised: payment.isCardCompromised))
        let shift = schedule.logOddsShift(at: index) { field in
            switch field {
            case .customer: payment.customer + 1
            case .terminal: payment.terminal + 1
            case .hour: payment.hour
            case .merchantCategory: population.terminals[payment.terminal].category + 1
            }
        }
        let factor = exp(shift)
        let total = joint.genuine + joint.fraud
        let driftedTotal = joint.genuine + factor * joint.fraud
        var scenario = payment.scenario
        if scenario == .genuine {
            // P(fraud now | genuine before) = (p′ − p) / (1 − p) = 1 − (g + f) / (g + Ff), negative unless F > 1.
            if chance < 1 - total / driftedTotal { scenario = .drift }
        } else if chance >= factor * total / driftedTotal {
            // P(fraud still | fraud before) = p′ / p, above 1 unless F < 1.
            scenario = .genuine
        }
        let truth = SimulatedTruth(
            probability: Probability(clamping: factor * joint.fraud / driftedTotal), isPositive: scenario != .genuine,
            labelTime: payment.time.advanced(by: plan.labelWindow), logOddsShift: shift,
            isLabelLost: schedule.isLabelLost(at: index))
        return (scenario, truth)
    }
}

extension Double {
    /// The nearest number in `range`.
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
