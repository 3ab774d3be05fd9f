// What a worker refused or let go while the journal was out of reach: counted, and journalled when it is back.

import ScoringRecords

/// Counts by reason that wait for room in the spool.
struct UnjournalledCounts {
    private var counts: [RejectionReason: UInt64] = [:]

    var isEmpty: Bool { counts.isEmpty }

    mutating func add(_ reason: RejectionReason) { counts[reason, default: 0] += 1 }

    /// Hands out one record for each reason, in the catalogue's order, and forgets them.
    mutating func drain(_ body: (JournalRecord) -> Void) {
        for reason in RejectionReason.allCases {
            if let count = counts[reason] { body(.rejections(reason, count: count)) }
        }
        counts.removeAll()
    }
}
