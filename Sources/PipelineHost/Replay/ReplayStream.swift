// A recorded file as the timeline a replayer sends. The same file and mapping give the same timeline, always.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// Produces replay items in order.
final class ReplayStream {
    private let reader: RowReader
    private let encoder: RowEncoder
    private var schedule = ReplaySchedule()
    private var row: UInt64 = 0
    private var buffer: [ReplayItem] = []
    private var bufferStart = 0
    private var rowsEnded = false

    init(path: String, configuration: Configuration) throws {
        encoder = try RowEncoder(configuration: configuration)
        reader = try RowReader(path: path, names: encoder.columns, required: encoder.requiredColumns)
    }

    /// How much of the file has been read, 0 to 1.
    var progress: Double? { reader.progress }

    /// The next items, at most `count`, and whether nothing follows them.
    func next(_ count: Int) throws -> (items: ArraySlice<ReplayItem>, isLast: Bool) {
        if bufferStart > 0 {
            buffer.removeFirst(bufferStart)
            bufferStart = 0
        }
        // One more than asked for tells whether this is the end.
        while buffer.count <= count, try pull() {}
        let end = min(count, buffer.count)
        bufferStart = end
        return (buffer[..<end], end == buffer.count)
    }

    /// Passes over items that were sent before.
    func skip(_ count: UInt64) throws {
        var left = count
        while left > 0 {
            let skipped = try next(Int(min(left, 4_096))).items.count
            guard skipped > 0 else {
                throw HostError(
                    .data, "the journal has \(count) input records of this stream, the file holds fewer",
                    remedy: "replay the same file with the same mapping, or use a new journal")
            }
            left -= UInt64(skipped)
        }
    }

    private func pull() throws -> Bool {
        if !rowsEnded {
            if let next = try reader.next() {
                row += 1
                switch next {
                case .fields:
                    schedule.add(try encoder.encode(reader.fields, row: row, clock: schedule.clock), to: &buffer)
                case .unreadable(let line):
                    // Sent as it is: the intake refuses and counts it like any client's malformed record.
                    schedule.add(
                        RecordedRow(time: schedule.clock, routingKey: row, event: line, labels: []), to: &buffer)
                }
                return true
            }
            rowsEnded = true
        }
        return schedule.drainOne(to: &buffer)
    }
}
