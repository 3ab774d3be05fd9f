// What every journal can be asked, whatever it stores its frames in.
//
// The words of a particular store stay out of here: an embedded database and a message broker are to serve alike.

/// A journal to read: durable frames in one total order.
///
/// A journal object belongs to one thread at a time. It may be sent to another, never shared: that is why
/// implementations are not `Sendable`.
public protocol JournalReading: AnyObject {
    /// The sequence number of the first kept record: 0 until frames are removed by
    /// ``JournalWriting/prune(before:maximumBytes:)``.
    ///
    /// - Throws: `damaged`, or another ``JournalError`` of the store.
    var startSequence: UInt64 { get throws(JournalError) }

    /// The bytes that the kept frames take in the store, with everything around them.
    ///
    /// - Throws: a ``JournalError`` of the store.
    var storedByteCount: UInt64 { get throws(JournalError) }

    /// The number of records ever appended, which is the sequence number that the next record will get; 0 when empty.
    /// Only committed frames count.
    ///
    /// - Throws: a ``JournalError`` of the store.
    var endSequence: UInt64 { get throws(JournalError) }

    /// The frames from the one that holds the record `sequence` onwards, in order.
    ///
    /// They are checked against their checksums, against each other, and the first one against its predecessor. A bad
    /// frame fails the call even if good ones come before it; nothing is skipped.
    ///
    /// - Parameters:
    ///   - sequence: ``startSequence``…``endSequence``. It may point into the middle of a frame; the whole frame is returned.
    ///   - maximumBytes: bounds the sum of payloads, each with ``JournalLimits/frameOverheadBytes`` on top. One frame
    ///     is returned even if it alone is larger, so that a reader always gets on.
    /// - Returns: at least one frame, or none if `sequence` is the end.
    /// - Throws: `beyondEnd`, `pruned`, `damaged`, `tailLost`, or another ``JournalError`` of the store.
    /// - Complexity: O(bytes returned), and O(log n) to find the first one.
    func frames(from sequence: UInt64, maximumBytes: Int) throws(JournalError) -> [JournalFrame]

    /// A value that the frames before `sequence` have made, in this order: another history gives another one, but for one
    /// in 2³². `nil` where no kept frame ends or starts there.
    ///
    /// - Throws: `damaged`, or another ``JournalError`` of the store.
    /// - Complexity: O(log n) for a store that keeps them.
    func chainValue(at sequence: UInt64) throws(JournalError) -> UInt32?

    /// The `writerSequence` of the last frame of `writer`, or `nil` if the journal holds none.
    ///
    /// - Throws: `damaged`, or another ``JournalError`` of the store.
    func lastWriterSequence(of writer: UInt64) throws(JournalError) -> UInt64?

    /// Every writer with its last frame, in ascending order of identity.
    ///
    /// - Throws: `damaged`, or another ``JournalError`` of the store.
    /// - Complexity: O(w log w) for w writers.
    func writers() throws(JournalError) -> [WriterPosition]

    /// The note kept under `key`, or `nil` if there is none.
    ///
    /// - Throws: `invalidMetadata` for a key that could not have been set, `damaged`, or another ``JournalError``.
    func metadata(_ key: String) throws(JournalError) -> [UInt8]?
}

extension JournalReading {
    /// The sequence number of the last record, or `nil` if there is none.
    ///
    /// - Throws: as ``endSequence``.
    public var lastSequence: UInt64? {
        get throws(JournalError) {
            let end = try endSequence
            return end == 0 ? nil : end - 1
        }
    }
}
