// `weir verify`: does the journal fold to the states that were written down?

import ArgumentParser
import PipelineHost

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the frames of a journal, refold it, and compare digests with its checkpoints.",
        discussion: """
            Everything by default: from the journal's beginning or, where old frames were removed, from the oldest kept \
            checkpoint. With --from it begins at the nearest checkpoint at or before that record. Exit code 0 when \
            everything agrees, 1 when a digest differs or a checkpoint is damaged, 65 when the journal is.
            """)

    @OptionGroup var source: JournalOption

    @Option(name: .long, help: ArgumentHelp("The first record to check.", valueName: "sequence"))
    var from: UInt64?

    @Option(name: .long, help: ArgumentHelp("The record to stop before.", valueName: "sequence"))
    var to: UInt64?

    @OptionGroup var log: LogOption

    func run() throws {
        try reportingErrors {
            let (path, configuration) = try source.load()
            let result = try JournalReplay.verify(
                journalPath: path, specification: configuration.specification, from: from, to: to,
                logger: log.logger("weir.verify"))
            print(result)
            for file in result.unreadable {
                writeError("weir: \(file) is damaged, of another version, or of another journal\n")
            }
            guard result.comparisons.allSatisfy(\.agrees), result.unreadable.isEmpty else {
                throw HostError(
                    .finding, "a checkpoint is not what its journal folds to",
                    remedy:
                        "was it written by another version of weir? Remove the checkpoint to refold from the journal")
            }
        }
    }

    private func print(_ result: VerificationResult) {
        let journal = result.journal
        let place = journal.startSequence == 0 ? "" : " from \(journal.startSequence) on"
        Swift.print("journal \(journal.frameCount) frames, \(journal.recordCount) records\(place): intact")
        if let base = result.base { Swift.print("refolded from the checkpoint at \(base)") }
        for comparison in result.comparisons {
            Swift.print("checkpoint at \(comparison.sequence): \(comparison.agrees ? "agrees" : "DIFFERS")")
        }
        if to != nil { Swift.print("digests at record \(result.outcome.journalSequence)") }
        Swift.print("model digest \(result.outcome.digests.model.hexadecimal)")
        Swift.print("state digest \(result.outcome.digests.state.hexadecimal)")
    }
}
