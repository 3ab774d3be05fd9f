// What a model has learned of an event whose window is still open.

import ByteCoding
import ScoringRecords

/// The lessons of one waiting event.
struct TaughtEvent: Hashable, Sendable {
    /// The event's place in the journal.
    var sequence: UInt64
    /// What each head was told last; `nil` where nothing.
    var lessons: [Outcome?]
}

extension ByteWriter {
    /// Writes events in ascending order: `count:varint (step:varint (0:u8 | 1:u8 outcome)*heads)*count`, where a step is
    /// the distance from the sequence number before.
    mutating func write(_ events: [TaughtEvent]) {
        writeVarint(UInt64(events.count))
        var previous: UInt64 = 0
        for event in events {
            writeVarint(event.sequence - previous)
            previous = event.sequence
            for lesson in event.lessons {
                writeUInt8(lesson == nil ? 0 : 1)
                if let lesson { write(lesson) }
            }
        }
    }
}

extension ByteReader {
    /// Reads what `write` wrote for so many heads.
    mutating func readTaughtEvents(heads: Int, maximum: Int) throws -> [TaughtEvent] {
        var sequence: UInt64 = 0
        return try (0..<(try readCount(maximum: maximum))).map { index in
            let (next, overflow) = sequence.addingReportingOverflow(try readVarint())
            guard !overflow, index == 0 || next > sequence else { throw FoldStateError.outOfDomain }
            sequence = next
            let lessons = try (0..<heads).map { _ in try readUInt8() == 0 ? nil : try readOutcome() }
            return TaughtEvent(sequence: sequence, lessons: lessons)
        }
    }
}

extension Array {
    /// The first index whose element and all later ones satisfy `belongsAfter`, where those before do not. O(log n).
    func partitioningIndex(_ belongsAfter: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if belongsAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
