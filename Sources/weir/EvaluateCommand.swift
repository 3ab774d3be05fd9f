// `weir evaluate`: several configurations over one stream.

import ArgumentParser
import PipelineHost
import ScoringRecords

/// How a comparison is printed.
enum TableFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown

    func render(_ results: Evaluation.Results) -> String {
        switch self {
        case .text: EvaluationTable.text(results)
        case .json: EvaluationTable.json(results)
        case .markdown: EvaluationTable.markdown(results)
        }
    }
}

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Play a recorded stream through several configurations and compare them.",
        discussion: """
            The file is read once; every configuration sees the same events in the same order with the same label \
            times, in lock-step, and comes to the same digests as weir run --replay --once. Losses of different kinds \
            are not comparable and are not shown: compare normalized entropy, Brier score and ranking.
            """)

    @Option(
        name: .long, help: ArgumentHelp("A configuration; repeat it for each one to compare.", valueName: "file"))
    var config: [String] = []

    @Argument(
        help: ArgumentHelp("A recorded stream: .csv, .tsv, .jsonl or .ndjson, plain or .gz.", valueName: "file"))
    var file: String

    @Option(name: .long, help: "The table's format: text, json or markdown.")
    var format = TableFormat.text

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Learn the first share of the rows without judging it; reads the file twice.", valueName: "share"))
    var skip = 0.0

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Add standard errors by a bootstrap over blocks of event time of this length, such as 1d.",
            valueName: "duration"),
        transform: { try DurationText.span($0) })
    var blocks: TimeSpan?

    @Option(name: .long, help: "Decides the bootstrap's draws.")
    var seed: UInt64 = 1

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many configurations play at once; no result depends on it. (default: the number of cores)",
            valueName: "count"))
    var threads: Int?

    func validate() throws {
        guard !config.isEmpty else { throw ValidationError("give at least one --config") }
        guard skip >= 0, skip < 1 else { throw ValidationError("--skip must lie from 0 to below 1") }
        if let blocks, blocks == .zero { throw ValidationError("--blocks must be longer than 0s") }
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    }

    func run() throws {
        try reportingErrors {
            let configurations = try config.map { (path: $0, configuration: try Configuration.load(path: $0)) }
            let stop = try stopOnSignal()
            let bar = ProgressBar()
            let results = try Evaluation.run(
                configurations: configurations, file: file,
                scope: EvaluationScope(skippedShare: skip, block: blocks, seed: seed),
                threads: threads ?? OSThread.coreCount, stop: stop
            ) { bar.update($0, $1) }
            bar.finish()
            print(format.render(results), terminator: "")
        }
    }
}
