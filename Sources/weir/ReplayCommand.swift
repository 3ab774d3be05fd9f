// `weir replay`: a recorded stream, played to running workers.

import ArgumentParser
import PipelineHost
import ZeroMQ

/// How fast a stream is played.
enum ReplaySpeed: ExpressibleByArgument {
    case maximum
    case times(Double)

    init?(argument: String) {
        if argument == "max" {
            self = .maximum
            return
        }
        let digits = argument.hasSuffix("x") || argument.hasSuffix("×") ? String(argument.dropLast()) : argument
        guard let factor = Double(digits), factor > 0, factor.isFinite else { return nil }
        self = .times(factor)
    }

    var defaultValueDescription: String {
        switch self {
        case .maximum: "max"
        case .times(let factor): "\(factor)x"
        }
    }

    var factor: Double? {
        switch self {
        case .maximum: nil
        case .times(let factor): factor
        }
    }
}

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Play a recorded stream to running score workers.",
        discussion: """
            Events are sent at their own times and labels when they became known, as many times faster as --speed says. \
            Workers should run with `stream: { clock: stream }`; with the wall clock, old events are late.
            """)

    @OptionGroup var configurationFile: ConfigurationOption

    @Argument(
        help: ArgumentHelp("A recorded stream: .csv, .tsv, .jsonl or .ndjson, plain or .gz.", valueName: "file"))
    var file: String

    @Option(
        name: .long,
        help: ArgumentHelp("An intake to play to; may be repeated. Replaces endpoints.intake.", valueName: "endpoint"))
    var to: [String] = []

    @Option(name: .long, help: "max, or a factor: 1x is the stream's own pace, 60x a minute a second.")
    var speed = ReplaySpeed.maximum

    @Flag(name: .long, help: "Play in lock-step: each batch is scored by the model that learned from the one before.")
    var lockStep = false

    @Option(
        name: .long,
        help: ArgumentHelp("Pass over so many input records, sent before.", valueName: "records"))
    var skip: UInt64 = 0

    @OptionGroup var log: LogOption

    func validate() throws {
        if lockStep, case .times = speed { throw ValidationError("--lock-step plays as fast as it can: drop --speed") }
    }

    func run() throws {
        try reportingErrors {
            let configuration = try configurationFile.load()
            let stop = try stopOnSignal()
            let bar = ProgressBar()
            let host = ReplayHost(
                context: try Context(), intakes: to.isEmpty ? [configuration.endpoints.intake.description] : to,
                configuration: configuration, path: file, stop: stop, logger: log.logger("weir.replay"),
                progress: { bar.update($0, $1) })
            let (lockStep, factor, skip) = (lockStep, speed.factor, skip)
            let thread = try OSThread(name: "weir-replay") {
                let outcome =
                    lockStep ? try host.runLockStep(from: skip) : try host.runPaced(speed: factor, from: skip)
                bar.finish()
                switch outcome {
                case .completed(let records): print("replayed \(records) input records")
                case .stopped(let records):
                    print("stopped after \(records) input records; go on with --skip \(records)")
                }
            }
            try thread.join()
        }
    }
}
