// `weir learn`: the learner and its journal.

import ArgumentParser
import PipelineHost
import ZeroMQ

struct LearnCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: "Run the learner: it keeps the journal, joins labels, learns and publishes the model.",
        discussion: """
            One learner per journal. On SIGTERM it makes everything durable, writes a checkpoint and prints the digests \
            of its state; a restart folds the journal's tail onto the newest checkpoint.
            """)

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(name: .long, help: ArgumentHelp("The journal; replaces journal.path.", valueName: "path"))
    var journal: String?

    @Flag(name: .long, help: "Start the model afresh on a journal of another configuration.")
    var newEpoch = false

    @OptionGroup var log: LogOption

    func run() throws {
        try reportingErrors {
            var configuration = try configurationFile.load()
            if let journal { configuration.journal.path = journal }
            let stop = try stopOnSignal()
            let endpoints = configuration.endpoints
            let host = LearnHost(
                context: try Context(),
                endpoints: LearnHost.Endpoints(
                    journal: endpoints.journal.description, model: endpoints.model.description,
                    tail: endpoints.tail.description),
                configuration: configuration, newEpoch: newEpoch,
                stop: stop, logger: log.logger("weir.learn"))
            let thread = try OSThread(name: "weir-learn") {
                let outcome = try host.run()
                print("journal sequence \(outcome.journalSequence)")
                print("model digest \(outcome.digests.model.hexadecimal)")
                print("state digest \(outcome.digests.state.hexadecimal)")
            }
            try thread.join()
        }
    }
}
