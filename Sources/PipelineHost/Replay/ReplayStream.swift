// A recorded file as the timeline a replayer sends. The same file and mapping give the same timeline, always.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

/// Produces replay items in order, a batch at a time.
final class ReplayStream {
    private let reader: RowReader
    private let encoder: RowEncoder
    private var schedule = ReplaySchedule()
    private var cut: TimelineCut
    private var row: UInt64 = 0
    private var buffer: [ReplayItem] = []
    private var bufferStart = 0
    private var rowsEnded = false

    /// - Parameter batchSize: the most items of a batch.
    init(path: String, configuration: Configuration, batchSize: Int) throws {
        encoder = try RowEncoder(configuration: configuration)
        reader = try RowReader(path: path, names: encoder.columns, required: encoder.requiredColumns)
        cut = TimelineCut(size: batchSize)
    }

    /// How much of the file has been read, 0 to 1.
    var progress: Double? { reader.progress }

    /// The next batch, and whether nothing follows it.
    func next() throws -> (items: ArraySlice<ReplayItem>, isLast: Bool) {
        if bufferStart > 0 {
            buffer.removeFirst(bufferStart)
            bufferStart = 0
        }
        repeat {
            if let count = cut.next(buffer) {
                bufferStart = count
                return (buffer[..<count], false)
            }
        } while try pull()
        bufferStart = buffer.count
        return (buffer[...], true)
    }

    /// Passes over items that were sent before.
    ///
    /// - Parameter batches: whether they were sent in batches of this size.
    /// - Returns: how many batches they are.
    /// - Throws: a file that holds fewer; a place within a batch where they were sent in batches.
    func skip(_ count: UInt64, inBatches batches: Bool) throws -> UInt64 {
        var (left, skipped) = (count, UInt64(0))
        while left > 0 {
            let length = UInt64(try next().items.count)
            guard length > 0 else {
                throw HostError(
                    .data, "the journal has \(count) input records of this stream, the file holds fewer",
                    remedy: "replay the same file with the same mapping, or use a new journal")
            }
            if length > left {
                guard !batches else {
                    throw HostError(
                        .data,
                        "no batch of the stream ends after \(count) input records: "
                            + "one ends after \(count - left), the next after \(count - left + length)",
                        remedy: "go on where the replay of this file with this mapping stopped, or use a new journal")
                }
                bufferStart = Int(left)
            }
            left -= min(left, length)
            skipped += 1
        }
        return skipped
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
