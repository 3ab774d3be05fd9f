// `weir check`: is anything wrong? For cron and CI.

public import ArgumentParser
public import PipelineHost
import ScoringRecords

extension MonitorCheck.Reason: ExpressibleByArgument {}

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether a journal shows drift, a stale model or too many rejects.",
        discussion: """
            Reads the journal file without disturbing a learner that may be writing it. Exit code 0: nothing found. \
            1: a finding. 2: nothing found, but too few mature labels to find drift. 64 and above: the check could not \
            be made.

            drift: an alarm stands; with --since also one that was raised within that time and withdrawn. stale: events \
            come, and the model that scores them has not moved for --since, an hour by default. rejects: more than one \
            in a hundred inputs was refused or had no effect. Times are event times.
            """)

    @OptionGroup var source: JournalOption

    @Option(name: .long, help: "Look at this head only.")
    var head: String?

    @Option(name: .long, help: ArgumentHelp("How far to look back, such as 30m or 1d.", valueName: "duration"))
    var since: String?

    @Option(
        name: .long,
        help: ArgumentHelp("What is a finding: drift, stale, rejects; may be repeated.", valueName: "reason"))
    var failOn: [MonitorCheck.Reason] = [.drift]

    func validate() throws {
        if let since, (try? DurationText.span(since)) == nil {
            throw ValidationError("'\(since)' is no duration; write one such as 30m or 1d")
        }
    }

    func run() throws {
        try reportingErrors {
            let (path, configuration) = try source.load()
            let fold = try JournalReplay.monitor(
                journalPath: path, specification: configuration.specification,
                settings: configuration.monitor.settings)
            let view = MonitorView(
                fold.snapshot, name: configuration.name, flagging: configuration.flagging, link: .current,
                takenAt: WallClock.now())
            let check = MonitorCheck(
                reasons: Set(failOn), head: head, span: try since.map { try DurationText.span($0) })
            let result = try check.run(view)
            for line in result.verdicts + result.findings { print(line) }
            if result.exitCode == 2 { for line in result.tooEarly { print(line) } }
            if result.exitCode != 0 { throw ExitCode(result.exitCode) }
        }
    }
}
