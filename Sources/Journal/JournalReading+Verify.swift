// Full verification, written once for every kind of journal: reading checks frames, so verifying is reading to the end
// and comparing the list of writers with what the frames said.

extension JournalReading {
    /// Reads everything and returns only if everything is in order.
    ///
    /// It may run beside a writer and then covers what was committed while it ran. A journal that lost its *last*
    /// frames can look in order; to notice that takes somebody who remembers the end, see `expectingAtLeast` where
    /// journals are opened.
    ///
    /// - Parameter progress: called after every few megabytes with the number of records verified and the number in the
    ///   journal.
    /// - Throws: `damaged` with the sequence number of the first record that cannot be trusted and the reason, or
    ///   another ``JournalError`` of the store.
    /// - Complexity: O(bytes in the journal), in memory of O(number of writers).
    @discardableResult
    public func verify(
        progress: (_ verifiedRecords: UInt64, _ endSequence: UInt64) -> Void = { _, _ in }
    ) throws(JournalError) -> JournalVerification {
        var sums = JournalVerification()
        var lastSequences: [UInt64: UInt64] = [:]
        while true {
            try verifyFrames(into: &sums, lastSequences: &lastSequences, progress: progress)
            let listed = try writers()
            // A writer may have committed since the last frame was read. If it has not, list and frames are of one
            // moment.
            if try endSequence == sums.recordCount {
                try compare(listed, with: lastSequences)
                return sums
            }
        }
    }

    private func verifyFrames(
        into sums: inout JournalVerification, lastSequences: inout [UInt64: UInt64],
        progress: (UInt64, UInt64) -> Void
    ) throws(JournalError) {
        while true {
            let frames = try frames(from: sums.recordCount, maximumBytes: verificationBatchBytes)
            guard !frames.isEmpty else { return }
            for frame in frames {
                if let last = lastSequences[frame.writer], frame.writerSequence <= last {
                    throw .damaged(
                        at: frame.firstSequence,
                        "writer \(frame.writer) has frame \(frame.writerSequence) after its frame \(last)")
                }
                lastSequences[frame.writer] = frame.writerSequence
                sums.frameCount += 1
                sums.recordCount = frame.endSequence
                sums.payloadByteCount += UInt64(frame.payload.count)
            }
            progress(sums.recordCount, try endSequence)
        }
    }

    /// A list that knows of frames which are not there tells of a lost tail, one that lacks some of a lost update.
    private func compare(_ listed: [WriterPosition], with lastSequences: [UInt64: UInt64]) throws(JournalError) {
        let found = lastSequences.map { WriterPosition(writer: $0.key, lastSequence: $0.value) }
            .sorted { $0.writer < $1.writer }
        guard listed != found else { return }
        let odd =
            listed.first { lastSequences[$0.writer] != $0.lastSequence }?.writer
            ?? found.first { !listed.contains($0) }?.writer
        let name = odd.map { "writer \($0)" } ?? "a writer"
        throw .damaged(
            at: try endSequence, "the list of writers and the frames disagree about the last frame of \(name)")
    }
}

/// How much is read at a time: enough to keep the disk busy, little enough to show progress.
private let verificationBatchBytes = 4 << 20
