// `weir requeue`: quarantined labels, sent again.

import ArgumentParser
import PipelineHost
import ScoringRecords
import ZeroMQ

struct RequeueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue",
        abstract: "Send quarantined labels to a running worker again.",
        discussion: """
            Labels of unknown events, and labels that found no room to wait for their events, are sent as their client \
            would send them, and join if their events wait now. Each label is returned once; a second run sends what \
            was quarantined since. Events, duplicates, late and conflicting labels stay: another try changes nothing.
            """)

    @OptionGroup var source: JournalOption

    @Option(name: .long, help: ArgumentHelp("The worker's intake; replaces endpoints.intake.", valueName: "endpoint"))
    var to: String?

    @Option(name: .long, help: ArgumentHelp("Only labels with this code.", valueName: "code"))
    var reason: String?

    @Flag(name: .long, help: "Also return labels that were returned before.")
    var again = false

    @Flag(name: .long, help: "Send nothing; count what would be sent.")
    var dryRun = false

    func validate() throws { _ = try RejectionReason(code: reason) }

    func run() throws {
        try reportingErrors {
            let (path, configuration) = try source.load()
            let requeue = Requeue(
                context: try Context(),
                intake: try to.map { try Endpoint($0) }?.description
                    ?? configuration.endpoints.intake.description,
                configuration: configuration, journalPath: path)
            let outcome = try requeue.run(reason: try RejectionReason(code: reason), again: again, dryRun: dryRun)
            print("\(dryRun ? "would return" : "returned") \(outcome.returned) labels")
            for (why, count) in outcome.passedOver where count > 0 { print("passed over \(count): \(why)") }
            guard outcome.refused == 0 else {
                throw HostError(
                    .finding, "the intake refused \(outcome.refused) labels",
                    remedy: "compare the worker's configuration with the journal's")
            }
        }
    }
}
