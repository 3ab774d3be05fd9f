// What a journal can be told, whatever it stores its frames in.

/// A journal to append to. There is one writer at a time.
public protocol JournalWriting: JournalReading {
    /// Appends frames in one commit: when it returns they are durable, all of them.
    ///
    /// The first frame must start at ``JournalReading/endSequence`` and every other one where the one before it ends.
    /// The `writerSequence` of each must be higher than any that the journal holds of the same writer; telling a resent
    /// frame from a new one, by ``JournalReading/lastWriterSequence(of:)``, comes first and is the caller's business.
    /// No frames at all are no commit.
    ///
    /// - Throws: `outOfOrder`, `duplicateFrame`, `invalidFrame`, or another ``JournalError`` of the store, such as
    ///   `diskFull`. The journal is then what it was before, and can be used on. One caveat is common to everything
    ///   that writes to disks: if the process dies before its next commit, frames of a commit that failed *in the
    ///   store* may turn out to have got there. Not acknowledged means not promised; a resend finds out.
    /// - Complexity: O(bytes), and a wait for the disk.
    func append(_ frames: [JournalFrame]) throws(JournalError)

    /// Removes frames from the journal's start, in one commit.
    ///
    /// Only whole frames that end at or before `sequence` go, oldest first, and never the last frame of the journal.
    /// Sequence numbers stay what they were. What is kept can be verified as before: the journal remembers what its
    /// first frame must follow. Frames are checked before they go; a damaged one stays and fails the call.
    ///
    /// - Parameters:
    ///   - sequence: the first record that must be kept; any number.
    ///   - maximumBytes: bounds the work of one call, as in ``JournalReading/frames(from:maximumBytes:)``: call it
    ///     again until the start no longer moves.
    /// - Returns: the new ``JournalReading/startSequence``.
    /// - Throws: `damaged`, `tailLost`, or another ``JournalError`` of the store; nothing was removed then.
    /// - Complexity: O(bytes removed), and a wait for the disk.
    @discardableResult
    func prune(before sequence: UInt64, maximumBytes: Int) throws(JournalError) -> UInt64

    /// Keeps `value` under `key`, instead of any earlier one, durably when it returns; `nil` forgets the key.
    ///
    /// For a few small notes of the host, such as a counter of restarts. They are not part of the order of frames.
    ///
    /// - Parameters:
    ///   - key: 1…``JournalLimits/maximumMetadataKeyBytes`` characters, each an ASCII letter, a digit or one of `.-_`.
    ///   - value: at most ``JournalLimits/maximumMetadataValueBytes``.
    /// - Throws: `invalidMetadata`, or another ``JournalError`` of the store; the note is then what it was before.
    func setMetadata(_ key: String, to value: [UInt8]?) throws(JournalError)
}
