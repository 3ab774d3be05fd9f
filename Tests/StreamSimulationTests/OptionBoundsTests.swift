// Options out of bounds are refused before the first event, with what to do about it.

import ScoringRecords
import StreamSimulation
import Testing

@Suite("Bounds of options")
struct OptionBoundsTests {
    private static let plan = StreamPlan(
        events: 10, seed: 1, baseRate: 0.01, eventsPerDay: 1_000, labelWindow: .days(1))

    private static let badPlans: [@Sendable (inout StreamPlan) -> Void] = [
        { $0.events = 0 }, { $0.events = -1 }, { $0.events = 1_000_000_001 },
        { $0.baseRate = 0 }, { $0.baseRate = 0.6 }, { $0.baseRate = .nan },
        { $0.eventsPerDay = 0 }, { $0.eventsPerDay = .infinity }, { $0.eventsPerDay = .nan },
        { $0.start = .distantPast }, { $0.start = .distantFuture }, { $0.start = Timestamp(microseconds: -1) },
        { $0.labelWindow = .zero }, { $0.labelWindow = .days(366) },
        {
            $0.events = 1_000_000; $0.eventsPerDay = 1
        },
        { $0.drifts = Array(repeating: OptionBoundsTests.outage, count: 17) },
    ]

    private static var outage: Drift {
        guard let outage = try? Drift("outage@0.5") else { preconditionFailure("an outage is a drift") }
        return outage
    }

    @Test("No stream is made of a plan out of bounds", arguments: 0..<OptionBoundsTests.badPlans.count)
    func plans(number: Int) {
        var plan = OptionBoundsTests.plan
        OptionBoundsTests.badPlans[number](&plan)
        let error = #expect(throws: SimulationError.self) { try AdClickStream(AdClickOptions(plan: plan)) }
        #expect(error?.remedy.isEmpty == false)
        #expect(throws: SimulationError.self) { try CardFraudStream(CardFraudOptions(plan: plan)) }
    }

    @Test("No stream is made of cardinalities out of bounds", arguments: [0, -1, 10_000_000])
    func cardinalities(count: Int) {
        let plan = OptionBoundsTests.plan
        #expect(throws: SimulationError.self) { try AdClickOptions(plan: plan, users: count).validate() }
        #expect(throws: SimulationError.self) { try AdClickOptions(plan: plan, ads: count).validate() }
        #expect(throws: SimulationError.self) { try AdClickOptions(plan: plan, positions: count).validate() }
        #expect(throws: SimulationError.self) { try CardFraudOptions(plan: plan, customers: count).validate() }
        #expect(throws: SimulationError.self) { try CardFraudOptions(plan: plan, terminals: count).validate() }
    }

    @Test("The base rate of frauds has a lower bound of its own")
    func fraudRate() throws {
        var plan = OptionBoundsTests.plan
        plan.baseRate = 0.2
        try AdClickOptions(plan: plan).validate()
        let error = #expect(throws: SimulationError.self) { try CardFraudOptions(plan: plan).validate() }
        #expect(error?.description == "the base rate is 0.2; give a value from 1e-05 to 0.05")
    }

    @Test("A slice by an unknown field is answered with the fields there are")
    func sliceFields() throws {
        var plan = OptionBoundsTests.plan
        plan.drifts = [try Drift("slice@0.5=2:colour=3")]
        let ads = #expect(throws: SimulationError.self) { try AdClickOptions(plan: plan).validate() }
        #expect(ads?.remedy == "name one of user, ad, position, hour, user_segment, ad_category")
        let payments = #expect(throws: SimulationError.self) { try CardFraudOptions(plan: plan).validate() }
        #expect(payments?.remedy == "name one of customer, terminal, hour, merchant_category")
    }

    @Test("New ads enter once, and never among payments")
    func newAds() throws {
        var plan = OptionBoundsTests.plan
        plan.drifts = [try Drift("new-ads@0.5=2")]
        try AdClickOptions(plan: plan).validate()
        #expect(throws: SimulationError.self) { try CardFraudOptions(plan: plan).validate() }
        plan.drifts += plan.drifts
        #expect(throws: SimulationError.self) { try AdClickOptions(plan: plan).validate() }
    }
}
