// `weir run`: every role in one process.

import ArgumentParser
import PipelineHost

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run all roles in one process, live or over a recorded stream.",
        discussion: """
            Without --replay it serves clients on the configured intake until SIGTERM. With --replay FILE --once it \
            plays the file in lock-step through the same roles and sockets, waits until the last label window has \
            closed, prints the calibration report and exits. Stopped by SIGTERM it exits 0, and the same command goes \
            on where it stopped.
            """)

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(
        name: .long,
        help: ArgumentHelp("A recorded stream: .csv, .tsv, .jsonl or .ndjson, plain or .gz.", valueName: "file"))
    var replay: String?

    @Flag(name: .long, help: "Exit with a report when the replay has ended.")
    var once = false

    @Option(name: .long, help: ArgumentHelp("The journal; replaces journal.path.", valueName: "path"))
    var journal: String?

    @Option(name: .long, help: "Score workers; worker i serves the intake's port plus i.")
    var workers = 1

    @Option(name: .long, help: "The report's format: text or json.")
    var format = ReportFormat.text

    @Flag(name: .long, help: "Start the model afresh on a journal of another configuration.")
    var newEpoch = false

    @OptionGroup var dashboard: DashboardOption

    @OptionGroup var log: LogOption

    func validate() throws {
        guard (replay != nil) == once else { throw ValidationError("--replay and --once go together") }
        guard (1...64).contains(workers) else { throw ValidationError("--workers takes 1 to 64") }
    }

    func run() throws {
        try reportingErrors {
            var configuration = try configurationFile.load()
            if let journal { configuration.journal.path = journal }
            let stop = try stopOnSignal()
            let logger = log.logger("weir.run", standard: once ? .warning : .info)
            let views = ViewBoard()
            let host = try RunHost(
                configuration: configuration, workers: workers, newEpoch: newEpoch, stop: stop, views: views,
                logger: logger)
            let server = try dashboard.start(configuration.http, views, logger: logger)
            defer { server?.stop() }
            guard let replay else {
                print(format.render(try host.serve()), terminator: "")
                return
            }
            let bar = ProgressBar()
            let outcome = try host.replayOnce(path: replay) { bar.update($0, $1) }
            bar.finish()
            switch outcome {
            case .report(let report): print(format.render(report), terminator: "")
            case .stopped(let records):
                writeError("weir: stopped after \(records) input records; the same command goes on from there\n")
            }
        }
    }
}
