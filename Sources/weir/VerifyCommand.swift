// `weir verify`: does the journal fold to the states that were written down?

import ArgumentParser
import PipelineHost

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every frame of a journal, refold it, and compare digests with its checkpoints.",
        discussion: "Exit code 0 when everything agrees, 1 when a digest differs.")

    @OptionGroup var source: JournalOption

    @OptionGroup var log: LogOption

    func run() throws {
        try reportingErrors {
            let (path, configuration) = try source.load()
            let result = try JournalReplay.verify(
                journalPath: path, specification: configuration.specification,
                logger: log.logger("weir.verify"))
            print("journal \(result.journal.frameCount) frames, \(result.journal.recordCount) records: intact")
            for comparison in result.comparisons {
                print("checkpoint at \(comparison.sequence): \(comparison.agrees ? "agrees" : "DIFFERS")")
            }
            print("model digest \(result.outcome.digests.model.hexadecimal)")
            print("state digest \(result.outcome.digests.state.hexadecimal)")
            guard result.comparisons.allSatisfy(\.agrees) else {
                throw HostError(
                    .finding, "a checkpoint is not what its journal folds to",
                    remedy:
                        "was it written by another version of weir? Remove the checkpoint to refold from the journal")
            }
        }
    }
}
