// Which quarantined records may be given to the pipeline again.

import Journal
import OnlineLearning
import ScoringRecords

/// The labels of a journal's quarantine that another try can help.
///
/// Only labels go back: what the journal holds of an event are its hashed features, and a client that wants it scored
/// again must send its fields. Only reasons go back that another moment can change. A duplicate is in force already; a
/// late or conflicting label would be late or conflicting again.
struct RequeueSelection {
    /// What can be returned, unless a caller names one of them.
    static let reasons: Set<RejectionReason> = [.unknownEvent, .orphansFull]

    /// Labels to return, in the order of the quarantine, each once.
    private(set) var labels: [(sequence: UInt64, label: Label)] = []
    /// Entries whose reason another try does not change, or that are no labels.
    private(set) var final = 0
    /// Entries whose label was returned before.
    private(set) var repeated = 0
    /// Entries made under another specification: their heads may be others.
    private(set) var foreign = 0
    /// Entries whose record retention has removed.
    private(set) var removed = 0

    /// Reads the journal from the oldest entry on.
    ///
    /// - Parameters:
    ///   - heads: the configuration's heads.
    ///   - returned: labels to pass over.
    init(
        of listing: QuarantineListing, reasons: Set<RejectionReason>, in journal: some JournalReading,
        heads: [HeadSpecification], returned: Set<Label>
    ) throws {
        let start = try journal.startSequence
        let wanted = listing.entries.filter { reasons.contains($0.reason) }
        let kept = Set(wanted.map(\.sequence).filter { $0 >= start })
        final = listing.entries.count - wanted.count
        removed = wanted.count - wanted.count { $0.sequence >= start }
        guard let first = kept.min() else { return }
        var found: [(sequence: UInt64, label: Label)] = []
        var (foreign, final) = (0, final)
        try JournalRestore.entries(of: journal, from: first, to: try journal.endSequence) { sequence, record in
            switch record {
            case .specification:
                foreign += found.count
                found.removeAll()
            case .label(let label) where kept.contains(sequence):
                if Int(label.head) < heads.count, heads[Int(label.head)].accepts(label.value) {
                    found.append((sequence, label))
                } else {
                    foreign += 1
                }
            case .scored where kept.contains(sequence): final += 1
            default: break
            }
        }
        var seen = returned
        labels = found.filter { seen.insert($0.label).inserted }
        repeated = found.count - labels.count
        (self.foreign, self.final) = (foreign, final)
    }
}
