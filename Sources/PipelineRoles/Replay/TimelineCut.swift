// Where a timeline is cut into messages. It depends on the timeline alone, never on speed or on the number of workers.

/// Finds the ends of batches while items come in.
public struct TimelineCut: Sendable {
    private let size: Int
    private var count = 0
    private var bytes = 0

    /// - Parameter size: the most items of a batch; its records have at most ``LockStepBatch/bytes``.
    public init(size: Int) {
        precondition(size >= 1, "a batch has items")
        self.size = size
    }

    /// How many of the first items are a batch; `nil` while the next item may belong to it.
    ///
    /// Only an item behind a batch ends it, so that what is left when no item follows, perhaps a full batch, is the last.
    /// The caller takes the batch's items away before it asks again.
    public mutating func next(_ items: [ReplayItem]) -> Int? {
        while count < items.count {
            let length = items[count].byteCount + 1
            if count == size || bytes + length > LockStepBatch.bytes {
                defer { (count, bytes) = (0, 0) }
                return count
            }
            count += 1
            bytes += length
        }
        return nil
    }
}
