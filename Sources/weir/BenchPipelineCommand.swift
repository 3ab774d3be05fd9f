// `weir bench pipeline` and `weir bench latency`: the whole pipeline, over sockets, with a journal.

import ArgumentParser
import Benchmarking

/// The table, the learner and the journal of a benchmark that has all three.
struct LearnerBenchOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Slots of the table, 2^1 to 2^26.", valueName: "count"))
    var slots = SlotCount(bits: 22)

    @Option(name: .long, help: "What learns.")
    var optimizer = OptimizerName.ftrl

    @Option(
        name: .long, help: ArgumentHelp("Where the journal is made, in a folder that is removed.", valueName: "folder"))
    var folder = "/tmp"
}

struct WorkersOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Score workers.", valueName: "count"))
    var workers = 1

    func validate() throws {
        guard (1...64).contains(workers) else { throw ValidationError("--workers takes 1 to 64") }
    }
}

struct BenchPipelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline",
        abstract: "Score, journal, join and learn events that come over tcp.",
        discussion: """
            A learner, workers and clients on threads of this process. Cases scored/N and durable/N: N events per message, \
            answered at once or after the commit; labels of positives come along. Times are by the wall clock.
            """)

    @OptionGroup var options: BenchOptions
    @OptionGroup var learner: LearnerBenchOptions
    @OptionGroup var score: WorkersOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Clients, each with a connection of its own; they share what is under way.", valueName: "count"))
    var clients = 1

    @Option(
        name: .long,
        help: ArgumentHelp("Events per message; may be repeated. (default: 1, 32, 256)", valueName: "count"))
    var batch: [Int] = []

    func validate() throws {
        guard (1...1_000).contains(clients) else { throw ValidationError("--clients takes 1 to 1000") }
        guard batch.allSatisfy({ (1...1_000).contains($0) }) else { throw ValidationError("--batch takes 1 to 1000") }
    }

    func run() throws {
        try reportingErrors {
            options.write(
                try PipelineBenchmark.run(
                    PipelineSettings(
                        bits: learner.slots.bits, optimizer: learner.optimizer.optimizer, workers: score.workers,
                        clients: clients,
                        batches: batch.isEmpty ? PipelineSettings.standardBatches : batch, seconds: options.seconds,
                        seed: options.seed, folder: learner.folder)))
        }
    }
}

struct BenchLatencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "Wait for scores, beside what libzmq alone takes for messages of the same sizes.",
        discussion: """
            Cases: one event at a time, and 1,000 under way; with the pipeline idle, and with the learner at half of what it \
            can take; each by turns with an echo. Times are by the wall clock, CPU time is that of all threads.
            """)

    @OptionGroup var options: BenchOptions
    @OptionGroup var learner: LearnerBenchOptions
    @OptionGroup var score: WorkersOption

    func run() throws {
        try reportingErrors {
            options.write(
                try LatencyBenchmark.run(
                    PipelineSettings(
                        bits: learner.slots.bits, optimizer: learner.optimizer.optimizer, workers: score.workers,
                        seconds: options.seconds,
                        seed: options.seed, folder: learner.folder)))
        }
    }
}
