// Verification, written once for every kind of journal: reading checks frames, so verifying is reading to the end and
// comparing the list of writers with what the frames said.

extension JournalReading {
    /// Reads everything and returns only if everything is in order.
    ///
    /// It may run beside a writer and then covers what was committed while it ran; where frames were removed meanwhile,
    /// it starts again at the new start. A journal that lost its *last commits* as a whole looks in order; to notice
    /// that takes somebody who remembers the end, see `expectingAtLeast` where journals are opened.
    ///
    /// - Parameter progress: called after every few megabytes with the end of what was verified and the journal's end.
    /// - Throws: `damaged` with the sequence number of the first record that cannot be trusted and the reason,
    ///   `tailLost`, or another ``JournalError`` of the store.
    /// - Complexity: O(bytes in the journal), in memory of O(number of writers).
    @discardableResult
    public func verify(
        progress: (_ verifiedEnd: UInt64, _ endSequence: UInt64) -> Void = { _, _ in }
    ) throws(JournalError) -> JournalVerification {
        while true {
            do throws(JournalError) { return try verifyAll(progress: progress) } catch {
                guard error.code == .pruned else { throw error }
            }
        }
    }

    /// Reads the frames that hold the records `from..<to`, and returns only if they are in order.
    ///
    /// - Parameters:
    ///   - from: ``startSequence``…``endSequence``.
    ///   - to: at least `from`; up to the end of the journal at most.
    /// - Throws: `beyondEnd`, `pruned`, `damaged`, or another ``JournalError`` of the store.
    @discardableResult
    public func verify(from: UInt64, to: UInt64) throws(JournalError) -> JournalVerification {
        precondition(from <= to, "a range ends after its start")
        let end = try endSequence
        guard to <= end else { throw .beyondEnd(to, end: end) }
        var sums = JournalVerification(from: from)
        var lastSequences: [UInt64: UInt64] = [:]
        try verifyFrames(to: to, into: &sums, lastSequences: &lastSequences) { _, _ in }
        return sums
    }

    private func verifyAll(progress: (UInt64, UInt64) -> Void) throws(JournalError) -> JournalVerification {
        var sums = JournalVerification(from: try startSequence)
        var lastSequences: [UInt64: UInt64] = [:]
        while true {
            try verifyFrames(to: .max, into: &sums, lastSequences: &lastSequences, progress: progress)
            let listed = try writers()
            // A writer may have committed since the last frame was read. If it has not, list and frames are of one
            // moment.
            if try endSequence == sums.endSequence {
                try compare(listed, with: lastSequences, isWhole: sums.startSequence == 0)
                return sums
            }
        }
    }

    private func verifyFrames(
        to: UInt64, into sums: inout JournalVerification, lastSequences: inout [UInt64: UInt64],
        progress: (UInt64, UInt64) -> Void
    ) throws(JournalError) {
        while sums.endSequence < to {
            let frames = try frames(from: sums.endSequence, maximumBytes: verificationBatchBytes)
            guard !frames.isEmpty else { return }
            for frame in frames where sums.endSequence < to {
                if let last = lastSequences[frame.writer], frame.writerSequence <= last {
                    throw .damaged(
                        at: frame.firstSequence,
                        "writer \(frame.writer) has frame \(frame.writerSequence) after its frame \(last)")
                }
                lastSequences[frame.writer] = frame.writerSequence
                // A range may begin inside a frame, which is checked whole.
                if sums.frameCount == 0 { sums.startSequence = frame.firstSequence }
                sums.frameCount += 1
                sums.endSequence = frame.endSequence
                sums.payloadByteCount += UInt64(frame.payload.count)
            }
            progress(sums.endSequence, try endSequence)
        }
    }

    /// A list that knows of frames which are not there tells of lost frames, one that lacks some of a lost update. Only
    /// writers all of whose frames were removed on purpose may be listed alone.
    private func compare(
        _ listed: [WriterPosition], with lastSequences: [UInt64: UInt64], isWhole: Bool
    ) throws(JournalError) {
        let found = lastSequences.map { WriterPosition(writer: $0.key, lastSequence: $0.value) }
            .sorted { $0.writer < $1.writer }
        let expected = isWhole ? listed : listed.filter { lastSequences[$0.writer] != nil }
        guard expected != found else { return }
        let odd =
            expected.first { lastSequences[$0.writer] != $0.lastSequence }?.writer
            ?? found.first { !expected.contains($0) }?.writer
        let name = odd.map { "writer \($0)" } ?? "a writer"
        throw .damaged(
            at: try endSequence, "the list of writers and the frames disagree about the last frame of \(name)")
    }
}

/// How much is read at a time: enough to keep the disk busy, little enough to show progress.
private let verificationBatchBytes = 4 << 20
