// Which slots have changed since the last delta was cut. What they hold is the tables', who also mark it there, so that
// only a slot's first change since then comes here.

/// A set of slot numbers with a constant-time insert, emptied in ascending order.
///
///     summary  bit s: word s below has a bit set         1 bit per 64 slots
///     words    bit i of word s: slot 64 s + i is in      1 bit per slot
///
/// Ascending order costs nothing here, does not depend on the order of learning, and lets a delta store differences.
/// Nothing is allocated after `init`.
struct ChangedSlots: ~Copyable {
    private let words: UnsafeMutablePointer<UInt64>
    private let summary: UnsafeMutablePointer<UInt64>
    private let wordCount: Int
    private let summaryCount: Int

    /// An empty set of slot numbers below `slotCount`.
    init(slotCount: Int) {
        wordCount = (slotCount + UInt64.bitWidth - 1) / UInt64.bitWidth
        summaryCount = (wordCount + UInt64.bitWidth - 1) / UInt64.bitWidth
        words = TableMemory.allocateZeroed(UInt64.self, count: wordCount)
        summary = TableMemory.allocateZeroed(UInt64.self, count: summaryCount)
    }

    deinit {
        words.deallocate()
        summary.deallocate()
    }

    /// Adds `slot`, which the caller has checked to be below the slot count.
    func insert(_ slot: UInt32) {
        let word = Int(slot >> 6)
        // slot < slotCount, hence word < wordCount and word / 64 < summaryCount.
        words[word] |= 1 &<< UInt64(slot & 63)
        summary[word >> 6] |= 1 &<< UInt64(word & 63)
    }

    /// Appends every member to `slots` in ascending order and empties the set.
    ///
    /// - Complexity: O(slot count / 4,096 + members).
    func drain(into slots: inout [UInt32]) {
        for group in 0..<summaryCount {
            // group < summaryCount; bits are set only for words below wordCount, and there only for slots that exist.
            var pendingWords = summary[group]
            summary[group] = 0
            while pendingWords != 0 {
                let word = group * 64 + pendingWords.trailingZeroBitCount
                pendingWords &= pendingWords - 1
                var pendingSlots = words[word]
                words[word] = 0
                while pendingSlots != 0 {
                    slots.append(UInt32(word * 64 + pendingSlots.trailingZeroBitCount))
                    pendingSlots &= pendingSlots - 1
                }
            }
        }
    }
}
