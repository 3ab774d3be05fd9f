// A journal for simulations and tests: the same contract, no disk.
//
// It refuses what a durable journal refuses. It keeps no checksums, for memory is not what they guard against.

/// A journal that lives as long as the object.
///
/// To simulate a crash, drop everything but the journal and start again from it: what was appended is what a disk would
/// hold.
public final class InMemoryJournal: JournalWriting {
    private var stored: [JournalFrame] = []
    private var lastSequences: [UInt64: UInt64] = [:]
    private var start: UInt64 = 0
    private var notes: [String: [UInt8]] = [:]

    /// An empty journal.
    public init() {}

    /// The first kept record; see ``JournalReading/startSequence``.
    public var startSequence: UInt64 { start }

    /// The end after the last commit; see ``JournalReading/endSequence``.
    public var endSequence: UInt64 { stored.last?.endSequence ?? 0 }

    /// The bytes of all frames; see ``JournalReading/storedByteCount``.
    public var storedByteCount: UInt64 {
        stored.reduce(0) { $0 + UInt64($1.payload.count + JournalLimits.frameOverheadBytes) }
    }

    /// Appends in one commit; see ``JournalWriting/append(_:)``.
    public func append(_ frames: [JournalFrame]) throws(JournalError) {
        try AppendRules.checkOrder(frames, from: endSequence)
        var advanced = lastSequences
        for frame in frames {
            try AppendRules.checkWriterSequence(of: frame, after: advanced[frame.writer])
            advanced[frame.writer] = frame.writerSequence
        }
        lastSequences = advanced
        stored.append(contentsOf: frames)
    }

    /// Reads and checks frames; see ``JournalReading/frames(from:maximumBytes:)``.
    public func frames(from sequence: UInt64, maximumBytes: Int) throws(JournalError) -> [JournalFrame] {
        guard sequence <= endSequence else { throw .beyondEnd(sequence, end: endSequence) }
        guard sequence >= start else { throw .pruned(sequence, start: start) }
        var budget = FrameBudget(maximumBytes: maximumBytes)
        return Array(
            stored[indexOfFrame(holding: sequence)...].prefix { budget.admits(payloadBytes: $0.payload.count) })
    }

    /// Removes the oldest frames; see ``JournalWriting/prune(before:maximumBytes:)``.
    public func prune(before sequence: UInt64, maximumBytes: Int) -> UInt64 {
        var budget = FrameBudget(maximumBytes: maximumBytes)
        let removed = stored.dropLast().prefix {
            $0.endSequence <= sequence && budget.admits(payloadBytes: $0.payload.count)
        }
        start = removed.last?.endSequence ?? start
        stored.removeFirst(removed.count)
        return start
    }

    /// Chains the frames up to a record; see ``JournalReading/chainValue(at:)``. O(n): nothing is kept but frames, so what
    /// was removed is not in it.
    public func chainValue(at sequence: UInt64) -> UInt32? {
        var sealer = FrameSealer()
        var link = FrameLink(endSequence: start, chain: FrameLink.genesis.chain)
        for frame in stored where link.endSequence < sequence {
            link = FrameLink(endSequence: frame.endSequence, chain: sealer.seal(frame, after: link.chain).chain)
        }
        return link.endSequence == sequence ? link.chain : nil
    }

    /// Looks up a writer; see ``JournalReading/lastWriterSequence(of:)``.
    public func lastWriterSequence(of writer: UInt64) -> UInt64? {
        lastSequences[writer]
    }

    /// Lists the writers; see ``JournalReading/writers()``.
    public func writers() -> [WriterPosition] {
        lastSequences.map { WriterPosition(writer: $0.key, lastSequence: $0.value) }.sorted { $0.writer < $1.writer }
    }

    /// Looks up a note; see ``JournalReading/metadata(_:)``.
    public func metadata(_ key: String) throws(JournalError) -> [UInt8]? {
        try AppendRules.checkMetadataKey(key)
        return notes[key]
    }

    /// Keeps or forgets a note; see ``JournalWriting/setMetadata(_:to:)``.
    public func setMetadata(_ key: String, to value: [UInt8]?) throws(JournalError) {
        try AppendRules.checkMetadataKey(key)
        if let value { try AppendRules.checkMetadataValue(value, of: key) }
        notes[key] = value
    }

    /// The index of the first frame that ends after `sequence`, by bisection.
    private func indexOfFrame(holding sequence: UInt64) -> Int {
        var low = 0
        var high = stored.count
        while low < high {
            let middle = low + (high - low) / 2
            if stored[middle].endSequence <= sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
