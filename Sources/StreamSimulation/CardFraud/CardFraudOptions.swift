// What a card-fraud stream is made of.

public import ScoringRecords

/// A plan with the cardinalities of a card-fraud stream. The plan's label window is the time until a chargeback.
public struct CardFraudOptions: Hashable, Sendable {
    /// Size, density, base rate, chargeback delay, drifts.
    public var plan: StreamPlan
    /// Customers with one card each, in `customersRange`.
    public var customers: Int
    /// Terminals, in `terminalsRange`.
    public var terminals: Int

    /// A plan with cardinalities.
    public init(
        plan: StreamPlan, customers: Int = CardFraudOptions.defaultCustomers,
        terminals: Int = CardFraudOptions.defaultTerminals
    ) {
        self.plan = plan
        self.customers = customers
        self.terminals = terminals
    }

    /// The domain of the base rate. At its upper end one terminal in 25 and one card in 19 is compromised.
    public static let baseRateRange = 1e-5...0.05
    /// The domain of `customers`; each takes some 150 bytes.
    public static let customersRange = 1...1_000_000
    /// The domain of `terminals`.
    public static let terminalsRange = 1...1_000_000

    /// Three frauds in a thousand payments.
    public static let defaultBaseRate = 0.003
    /// A fraud is known when the customer has seen the statement: a week.
    public static let defaultLabelWindow = TimeSpan.days(7)
    /// Two payments a day for the average customer.
    public static let defaultEventsPerDay = 10_000.0
    /// The Handbook's 5,000 customers.
    public static let defaultCustomers = 5_000
    /// Five payments a day at the average terminal: a compromised one sees 140 before it is found.
    public static let defaultTerminals = 2_000

    /// Refuses what no stream can be made of: an option out of bounds, a slice by a field that there is not, new ads.
    ///
    /// - Throws: `SimulationError` with the remedy.
    public func validate() throws(SimulationError) {
        try plan.validate(baseRateRange: CardFraudOptions.baseRateRange)
        try SimulationError.check(customers, in: CardFraudOptions.customersRange, "the number of customers")
        try SimulationError.check(terminals, in: CardFraudOptions.terminalsRange, "the number of terminals")
        _ = try drifts()
    }

    /// The drifts by event number.
    func drifts() throws(SimulationError) -> DriftSchedule<CardFraudField> {
        let schedule = try DriftSchedule<CardFraudField>(plan.drifts, events: plan.events)
        guard schedule.newAds == nil else {
            throw SimulationError("payments have no ads", remedy: "leave new-ads to ad-clicks")
        }
        return schedule
    }
}
