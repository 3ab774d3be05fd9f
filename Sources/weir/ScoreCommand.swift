// `weir score`: a score worker.

import ArgumentParser
import PipelineHost
import PipelineRoles
import ZeroMQ

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Run a score worker: events in, probabilities out.",
        discussion: """
            Clients send JSON events and labels to the intake endpoint. The worker scores with the learner's latest \
            model and hands everything it accepted to the journal. It goes on scoring while the learner is away.
            """)

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(
        name: .long, help: ArgumentHelp("Where clients connect; replaces endpoints.intake.", valueName: "endpoint"))
    var intake: String?

    @OptionGroup var log: LogOption

    func run() throws {
        try reportingErrors {
            let configuration = try configurationFile.load()
            let endpoint = try intake.map { try Endpoint($0) } ?? configuration.endpoints.intake
            let stop = try stopOnSignal()
            let host = ScoreHost(
                context: try Context(),
                endpoints: ScoreHost.Endpoints(
                    intake: [endpoint.description],
                    journal: configuration.endpoints.journal.description,
                    model: configuration.endpoints.model.description),
                configuration: ScoreWorkerConfiguration(
                    specification: configuration.specification,
                    specificationDigest: configuration.specification.digest, writer: WallClock.freshNumber(),
                    clock: configuration.clock, spoolBytes: configuration.spoolBytes,
                    spoolFull: configuration.spoolFull, acknowledgement: configuration.acknowledgement,
                    sliceFields: configuration.monitor.settings.sliceFields),
                stop: stop, logger: log.logger("weir.score"))
            try OSThread(name: "weir-score") { try host.run() }.join()
        }
    }
}
