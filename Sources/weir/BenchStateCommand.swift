// `weir bench state`: joins that wait, restart, snapshots.

import ArgumentParser
import Benchmarking

struct BenchStateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Fold with many events waiting, hand over a whole model, restart from a journal.",
        discussion: """
            Cases fold/N-waiting: CPU time per event of a learner's thread while N events wait for their labels. snapshot: \
            wall time per slot until a worker has a whole model over tcp. restart: wall time per event until a learner \
            without a checkpoint has folded its journal.
            """)

    @OptionGroup var options: BenchOptions
    @OptionGroup var learner: LearnerBenchOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Events that wait; may be repeated. (default: 1000, 10000, 100000, 1000000)", valueName: "count"))
    var pending: [Int] = []

    @Option(name: .long, help: ArgumentHelp("Events of the journal to restart from.", valueName: "count"))
    var journalEvents = 1_000_000

    func validate() throws {
        guard pending.allSatisfy({ (1...100_000_000).contains($0) }) else {
            throw ValidationError("--pending takes 1 to 100000000")
        }
        guard (1...1_000_000_000).contains(journalEvents) else {
            throw ValidationError("--journal-events takes 1 to 1000000000")
        }
    }

    func run() throws {
        try reportingErrors {
            options.write(
                try StateBenchmark.run(
                    StateSettings(
                        bits: learner.slots.bits, optimizer: learner.optimizer.optimizer,
                        pending: pending.isEmpty ? StateSettings.standardPending : pending,
                        journalEvents: journalEvents, restarts: options.seconds > 0 ? 3 : 1,
                        seconds: options.seconds, seed: options.seed, folder: learner.folder)))
        }
    }
}
