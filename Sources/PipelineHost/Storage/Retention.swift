// How much of the journal is kept, and what may go.
//
// Age is event time: the newest watermark in a frame against the watermark of the newest checkpoint. The wall clock
// would let a step of an hour remove an hour too much, and would empty the journal of a deployment that was switched
// off for a month. State does not depend on it either way: what was removed has been folded into every kept checkpoint.

import Journal
import ScoringRecords
import WireFormat

/// Removes the journal's oldest frames, a slice at a time, so that commits never wait long.
struct Retention {
    private let bytes: UInt64?
    private let age: TimeSpan?
    private let readers: ReaderPositions
    private var floor: UInt64 = 0
    private var cutoff = Timestamp.distantPast

    /// Whether there may be more to remove.
    private(set) var isActive = false

    // A slice costs about as much as a large commit.
    private static let sliceBytes = 4 << 20

    init(bytes: UInt64?, age: TimeSpan?, readers: ReaderPositions) {
        self.bytes = bytes
        self.age = age
        self.readers = readers
    }

    /// Looks for frames to remove from now on.
    ///
    /// - Parameters:
    ///   - floor: the oldest kept checkpoint; nothing after it goes.
    ///   - watermark: how far event time has come.
    mutating func begin(floor: UInt64, watermark: Timestamp) {
        guard bytes != nil || age != nil else { return }
        self.floor = floor
        if let age { cutoff = watermark.advanced(by: TimeSpan(microseconds: -age.microseconds)) }
        isActive = true
    }

    /// Stops until the next `begin`.
    mutating func pause() { isActive = false }

    /// Removes one slice, if any frame may go.
    ///
    /// - Returns: the place of a monitor that reads the journal's first frames, where they would go without it.
    mutating func step(on journal: SQLiteJournal) throws -> UInt64? {
        let start = try journal.startSequence
        isActive = false
        // A monitor that follows must find what it asks for next: it is waited for, until the next checkpoint.
        let reader = readers.lowest ?? .max
        let floor = min(floor, reader)
        guard start < floor else {
            guard start < self.floor else { return nil }
            let isHeld = try isTooLarge(journal) || endOfOld(in: journal, from: start, to: self.floor) > start
            return isHeld ? reader : nil
        }
        let target = try isTooLarge(journal) ? floor : try endOfOld(in: journal, from: start, to: floor)
        guard target > start else { return nil }
        isActive = try journal.prune(before: target, maximumBytes: Retention.sliceBytes) > start
        return nil
    }

    private func isTooLarge(_ journal: SQLiteJournal) throws -> Bool {
        guard let bytes else { return false }
        return try journal.storedByteCount > bytes
    }

    /// The end of the last frame whose own watermarks, and those of all before it, lie before the cutoff.
    private func endOfOld(in journal: SQLiteJournal, from start: UInt64, to floor: UInt64) throws -> UInt64 {
        guard age != nil, cutoff > .distantPast else { return start }
        var end = start
        var next = start
        while next < floor {
            for frame in try journal.frames(from: next, maximumBytes: Retention.sliceBytes) {
                next = frame.endSequence
                guard let newest = try Retention.newestWatermark(in: frame) else { continue }
                guard newest < cutoff else { return end }
                end = next
            }
            // Enough for one slice; the rest is looked at when it has gone.
            if end > start { break }
        }
        return min(end, floor)
    }

    private static func newestWatermark(in frame: JournalFrame) throws -> Timestamp? {
        var newest: Timestamp?
        try RecordCoding.decode(frame.payload, count: Int(frame.recordCount)) { record in
            // The end of a stream is no moment.
            guard case .watermark(let mark) = record, mark.time != .distantFuture else { return }
            newest = max(newest ?? mark.time, mark.time)
        }
        return newest
    }
}
