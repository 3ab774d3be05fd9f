// What the disk takes without anything around it: the frames of a journal, committed again in groups of the same size.

import Journal
import PipelineHost

/// Frames read back from a journal.
struct JournalAlone {
    private let frames: [JournalFrame]
    /// Bytes of all payloads.
    let bytes: Int

    // What a commit gathers by default.
    private static let commitBytes = 256 << 10
    private static let readBytes = 64 << 20

    /// The first frames of the journal at `path`, some 64 MiB of them at most.
    init(path: String) throws {
        let journal = try SQLiteJournalReader(path: path)
        frames = try journal.frames(from: try journal.startSequence, maximumBytes: JournalAlone.readBytes)
        bytes = frames.reduce(0) { $0 + $1.payload.count }
    }

    /// Commits everything to a fresh journal at `path`; nanoseconds per byte of payload.
    func commit(to path: String) throws -> Double {
        let journal = try SQLiteJournal(path: path)
        var group: [JournalFrame] = []
        var size = 0
        let start = PipelineClient.nanoseconds()
        for frame in frames {
            group.append(frame)
            size += frame.payload.count
            if size >= JournalAlone.commitBytes {
                try journal.append(group)
                group.removeAll(keepingCapacity: true)
                size = 0
            }
        }
        try journal.append(group)
        return Double(PipelineClient.nanoseconds() - start) / Double(bytes)
    }
}
