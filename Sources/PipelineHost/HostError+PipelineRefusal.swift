// What a refusal between roles means for the process that meets it.

import ScoringRecords

extension HostError {
    /// The error of a learner's refusal, with its exit code and remedy.
    init(_ refusal: PipelineRefusal, _ message: String) {
        switch refusal {
        case .otherConfiguration:
            self.init(.configuration, message, remedy: "give both the same configuration file")
        case .journalTailLost:
            self.init(
                .data, message,
                remedy: "restore the journal from a copy that has them; or, to accept the loss or to begin another "
                    + "journal, restart the workers first")
        case .unusableFrame:
            self.init(.software, message, remedy: "run one version of weir in all roles; report this with the log")
        case .recordsRemoved:
            self.init(.data, message, remedy: JournalReplay.remedyForPruned)
        case .journalDamaged:
            self.init(
                .data, message,
                remedy: "weir verify lists the damage; restore the journal from a copy, or start the monitor from a "
                    + "checkpoint of its own behind it")
        case .checkpointUnusable:
            self.init(.data, message, remedy: "weir inspect journal lists the checkpoints")
        case .batchConflict, .tooManyBatches:
            self.init(.data, message, remedy: "let one replay at a time play to these workers, with all of them")
        }
    }
}
