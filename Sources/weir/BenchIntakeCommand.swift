// `weir bench intake`: how fast events come in.

import ArgumentParser
import Benchmarking

struct BenchIntakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intake",
        abstract: "Read events from JSON, CSV and frames, hash their fields, and learn from them.",
        discussion: "Cases: \(IntakeSettings.caseNames.joined(separator: ", ")).")

    @OptionGroup var options: BenchOptions
    @OptionGroup var workload: WorkloadOptions

    @Option(name: .long, help: ArgumentHelp("Slots of the table that learns, 2^1 to 2^26.", valueName: "count"))
    var slots = SlotCount(bits: 24)

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp("Run the cases whose names start so; may be repeated. (default: all)", valueName: "name"))
    var only: [String] = []

    func validate() throws {
        for name in only where !IntakeSettings.caseNames.contains(where: { $0.hasPrefix(name) }) {
            throw ValidationError("--case \(name) is the beginning of no case's name; see weir bench intake --help")
        }
    }

    func run() throws {
        try reportingErrors {
            let settings = IntakeSettings(
                bits: slots.bits, only: only, events: workload.events ?? IntakeSettings.defaultEvents,
                length: RoundLength(seconds: options.seconds, rounds: workload.rounds), seed: options.seed)
            guard let file = workload.writeWorkload else { return options.write(try IntakeBenchmark.run(settings)) }
            try IntakeBenchmark.fileBytes(settings).withUnsafeBytes {
                try OutputFile(creating: file).write($0)
            }
        }
    }
}
