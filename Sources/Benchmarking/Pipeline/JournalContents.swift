// How much of a journal an event takes.

import Journal
import PipelineHost
import WireFormat

/// Counts over a journal's first frames.
struct JournalContents {
    /// Payload bytes over scored events: labels, watermarks and everything else are the events' share.
    let bytesPerEvent: Double

    private static let readBytes = 64 << 20

    init(path: String) throws {
        let journal = try SQLiteJournalReader(path: path)
        let frames = try journal.frames(from: try journal.startSequence, maximumBytes: JournalContents.readBytes)
        var (bytes, events) = (0, 0)
        for frame in frames {
            bytes += frame.payload.count
            try RecordCoding.decode(frame.payload, count: Int(frame.recordCount)) { record in
                if case .scored = record { events += 1 }
            }
        }
        bytesPerEvent = Double(bytes) / Double(max(1, events))
    }
}
