// `weir monitor`: a calibration monitor, or its report.

import ArgumentParser
import PipelineHost
import PipelineRoles
import ZeroMQ

struct MonitorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Hold served probabilities against what happened.",
        subcommands: [MonitorServeCommand.self, MonitorReportCommand.self],
        defaultSubcommand: MonitorServeCommand.self)
}

struct MonitorServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Follow a learner's journal; print the report on SIGTERM.",
        discussion: "It reads the journal's tail and can never slow the learner or a worker down.")

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(name: .long, help: "The report's format: text or json.")
    var format = ReportFormat.text

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A folder of this monitor's own: checkpoints, from which it goes on, and history.", valueName: "folder"))
    var state: String?

    @OptionGroup var dashboard: DashboardOption

    @OptionGroup var log: LogOption

    func run() throws {
        try reportingErrors {
            let configuration = try configurationFile.load()
            let stop = try stopOnSignal()
            let logger = log.logger("weir.monitor")
            let views = ViewBoard()
            let server = try dashboard.start(configuration.http, views, logger: logger)
            defer { server?.stop() }
            let (format, state) = (format, state)
            let thread = try OSThread(name: "weir-monitor") {
                let service = try MonitorService(
                    configuration: configuration, stateFolder: state, board: views, logger: logger)
                var host = MonitorHost(
                    context: try Context(), tail: configuration.endpoints.tail.description, stop: stop, logger: logger)
                host.observers = service.observers
                let monitor = service.monitor
                try host.run(monitor)
                guard monitor.fold.joins.isOwnSpecification || monitor.fold.joins.sequence == 0 else {
                    throw HostError(
                        .configuration, "the learner's journal was made under another configuration",
                        remedy: "give monitor and learner the same file")
                }
                let report = PipelineReport(
                    name: configuration.name, flagging: configuration.flagging, monitor: monitor.fold)
                print(format.render(report), terminator: "")
            }
            try thread.join()
        }
    }
}

struct MonitorReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print the calibration report of a journal.",
        discussion: "Reads the journal file without disturbing a learner that may be writing it.")

    @OptionGroup var source: JournalOption

    @Option(name: .long, help: "The report's format: text or json.")
    var format = ReportFormat.text

    func run() throws {
        try reportingErrors {
            let (path, configuration) = try source.load()
            let fold = try JournalReplay.monitor(
                journalPath: path, specification: configuration.specification,
                settings: configuration.monitor.settings)
            let report = PipelineReport(
                name: configuration.name, flagging: configuration.flagging, monitor: fold)
            print(format.render(report), terminator: "")
        }
    }
}
