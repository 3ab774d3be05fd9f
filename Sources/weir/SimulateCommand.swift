// `weir simulate`: streams whose true probabilities are known.

import ArgumentParser
import PipelineHost
import ScoringRecords
import StreamSimulation
import WireFormat

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Write a stream of events whose true probabilities are known.",
        discussion: """
            The same options give the same bytes on every machine. Events go to standard output or a file; the true \
            probability of each goes to a file of its own, never into the event.
            """,
        subcommands: [SimulateAdClicksCommand.self, SimulateCardFraudCommand.self])
}

struct SimulateAdClicksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ad-clicks",
        abstract: "Users, ads, positions, time of day; clicks that come late.")

    @OptionGroup var simulation: SimulationOptions

    @Option(name: .long, help: "Users.")
    var users = AdClickOptions.defaultUsers

    @Option(name: .long, help: "Ads before any new ones enter.")
    var ads = AdClickOptions.defaultAds

    @Option(name: .long, help: "Positions on the page.")
    var positions = AdClickOptions.defaultPositions

    @Option(
        name: .long,
        help: ArgumentHelp("How long after the ad a click counts. (default: 3d)", valueName: "duration"),
        transform: { try DurationText.span($0) })
    var window: TimeSpan?

    private var options: AdClickOptions {
        let plan = simulation.plan(
            baseRate: AdClickOptions.defaultBaseRate, eventsPerDay: AdClickOptions.defaultEventsPerDay,
            labelWindow: window ?? AdClickOptions.defaultLabelWindow)
        return AdClickOptions(plan: plan, users: users, ads: ads, positions: positions)
    }

    func validate() throws { try asUsageError { () throws(SimulationError) in try options.validate() } }

    func run() throws {
        try reportingErrors { try simulation.write(try AdClickStream(options)) }
    }
}

struct SimulateCardFraudCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card-fraud",
        abstract: "Customers, terminals, amounts; compromised terminals and cards, and thieves of high amounts.")

    @OptionGroup var simulation: SimulationOptions

    @Option(name: .long, help: "Customers, with one card each.")
    var customers = CardFraudOptions.defaultCustomers

    @Option(name: .long, help: "Terminals.")
    var terminals = CardFraudOptions.defaultTerminals

    @Option(
        name: .long,
        help: ArgumentHelp("How long after the payment its outcome is known. (default: 7d)", valueName: "duration"),
        transform: { try DurationText.span($0) })
    var labelDelay: TimeSpan?

    private var options: CardFraudOptions {
        let plan = simulation.plan(
            baseRate: CardFraudOptions.defaultBaseRate, eventsPerDay: CardFraudOptions.defaultEventsPerDay,
            labelWindow: labelDelay ?? CardFraudOptions.defaultLabelWindow)
        return CardFraudOptions(plan: plan, customers: customers, terminals: terminals)
    }

    func validate() throws { try asUsageError { () throws(SimulationError) in try options.validate() } }

    func run() throws {
        try reportingErrors { try simulation.write(try CardFraudStream(options)) }
    }
}

/// Turns an option out of bounds into wrong usage: exit code 64.
private func asUsageError(_ body: () throws(SimulationError) -> Void) throws {
    do throws(SimulationError) { try body() } catch { throw ValidationError(error.description) }
}
