// The kinds of journal that must obey the same contract, and frames to try them with.

import Journal
import Testing

enum Backend: CaseIterable, CustomTestStringConvertible {
    case sqlite
    case inMemory

    var testDescription: String { "\(self)" }

    /// Calls `body` with an empty journal.
    func withJournal(_ body: (any JournalWriting) throws -> Void) throws {
        switch self {
        case .sqlite:
            let directory = try TemporaryDirectory()
            try body(try SQLiteJournal(path: directory.file()))
        case .inMemory:
            try body(InMemoryJournal())
        }
    }
}

/// Frames of one writer that continue at `first`, with the given numbers of records.
func makeFrames(
    from first: UInt64 = 0, counts: [UInt32], writer: UInt64 = 7, firstWriterSequence: UInt64 = 0,
    payloadBytes: Int = 24
) -> [JournalFrame] {
    var sequence = first
    return counts.enumerated().map { index, count in
        defer { sequence += UInt64(count) }
        return JournalFrame(
            firstSequence: sequence, recordCount: count, writer: writer,
            writerSequence: firstWriterSequence + UInt64(index),
            payload: (0..<payloadBytes).map { UInt8(truncatingIfNeeded: Int(sequence) &* 31 &+ $0) })
    }
}

/// The error's code if `body` throws a ``JournalError``.
func code(_ body: () throws -> Void) -> JournalError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? JournalError)?.code
    }
}
