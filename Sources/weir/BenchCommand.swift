// `weir bench`: how fast this machine scores and learns.

import ArgumentParser
import Benchmarking

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast a part of the pipeline is on this machine.",
        discussion: """
            Every case has a workload drawn from a seed and prints a hash of what it computed: equal seeds give equal \
            hashes on every machine. Kernel and intake tell the CPU time of one thread, pipeline and latency the wall clock's; \
            medians over rounds.
            """,
        subcommands: [
            BenchKernelCommand.self, BenchIntakeCommand.self, BenchPipelineCommand.self, BenchLatencyCommand.self,
            BenchStateCommand.self,
        ])
}

/// What every benchmark is asked for.
struct BenchOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("How long to measure each case; 0 for a single round.", valueName: "seconds"))
    var seconds = 1.0

    @Option(name: .long, help: "Another number gives another workload.")
    var seed: UInt64 = 1

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard seconds >= 0, seconds.isFinite else { throw ValidationError("--seconds takes a number from 0") }
    }

    /// Prints `report` in the form asked for.
    func write(_ report: BenchmarkReport) { print(json ? report.json : report.text) }
}

/// What a benchmark of one thread is asked for besides: a workload that other programs can read, in counted rounds.
struct WorkloadOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("Exactly so many rounds per case, whatever the time.", valueName: "count"))
    var rounds: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Events in the workload. (default: \(KernelSettings.defaultEvents) of kernel, \(IntakeSettings.defaultEvents) of intake)",
            valueName: "count"))
    var events: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Measure nothing, and write the events there for the C and Python programs in Benchmarks.",
            valueName: "file"))
    var writeWorkload: String?

    func validate() throws {
        if let events, events < 1 { throw ValidationError("--events must be at least 1") }
        if let rounds, rounds < 1 { throw ValidationError("--rounds must be at least 1") }
    }
}

/// A number of slots, as 2^22 or 4194304.
struct SlotCount: ExpressibleByArgument {
    /// The base-2 logarithm.
    let bits: Int

    /// What every table accepts.
    private static let bitsRange = 1...26

    init(bits: Int) { self.bits = bits }

    init?(argument: String) {
        let bits: Int? =
            argument.hasPrefix("2^")
            ? Int(argument.dropFirst(2))
            : Int(argument).flatMap { $0 > 0 && $0.nonzeroBitCount == 1 ? $0.trailingZeroBitCount : nil }
        guard let bits, SlotCount.bitsRange.contains(bits) else { return nil }
        self.bits = bits
    }

    var defaultValueDescription: String { "2^\(bits)" }
}

struct BenchKernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel",
        abstract: "Learn from and score hashed events: memory, link, loss and step, nothing else.",
        discussion: "Cases: \(KernelSettings.caseNames.joined(separator: ", ")).")

    @OptionGroup var options: BenchOptions
    @OptionGroup var workload: WorkloadOptions

    @Option(
        name: .long, help: ArgumentHelp("Slots of the table, 2^1 to 2^26; may be repeated.", valueName: "count"))
    var slots = [SlotCount(bits: 22)]

    @Option(name: .long, help: ArgumentHelp("Fields per event; may be repeated.", valueName: "count"))
    var fields = [EventShape.canonical.fields]

    @Option(
        name: .long, help: ArgumentHelp("Where slots lie: zipf or uniform; may be repeated. (default: both)"))
    var distribution: [SlotPlacement] = []

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp(
            "Run only this case, or those of a group such as ftrl; may be repeated. (default: all)", valueName: "name"))
    var only: [String] = []

    func validate() throws {
        guard workload.writeWorkload == nil || (distribution.count == 1 && fields.count == 1) else {
            throw ValidationError("--write-workload takes one --distribution and one --fields")
        }
        guard fields.allSatisfy({ (1...10_000).contains($0) }) else {
            throw ValidationError("--fields takes 1 to 10000")
        }
        let isKnown = { (name: String) in KernelSettings.caseNames.contains { ($0 + "/").hasPrefix(name + "/") } }
        for name in only where !isKnown(name) {
            throw ValidationError("--case \(name) names no case; see weir bench kernel --help")
        }
    }

    func run() throws {
        try reportingErrors {
            if let file = workload.writeWorkload { return try write(to: file) }
            let settings = KernelSettings(
                bits: slots.map(\.bits), fields: fields,
                distributions: (distribution.isEmpty ? SlotPlacement.allCases : distribution).map(\.distribution),
                only: only,
                events: events, length: RoundLength(seconds: options.seconds, rounds: workload.rounds),
                seed: options.seed)
            options.write(try KernelBenchmark.run(settings))
        }
    }

    private var events: Int { workload.events ?? KernelSettings.defaultEvents }

    private func write(to path: String) throws {
        let workload = KernelWorkload(
            seed: options.seed, events: events, shape: EventShape(fields: fields[0]),
            distribution: distribution[0].distribution)
        try workload.fileBytes.withUnsafeBytes { try OutputFile(creating: path).write($0) }
    }
}

/// Where slots lie, as a word.
enum SlotPlacement: String, ExpressibleByArgument, CaseIterable {
    case zipf, uniform

    var distribution: SlotDistribution {
        switch self {
        case .zipf: .zipf
        case .uniform: .uniform
        }
    }
}

/// What learns, as a word.
enum OptimizerName: String, ExpressibleByArgument, CaseIterable {
    case ftrl, portfolio

    var optimizer: BenchmarkOptimizer {
        switch self {
        case .ftrl: .ftrl
        case .portfolio: .portfolio
        }
    }
}
