// What the monitor remembers of an event until its windows close: what was served, and to whom.

public import ByteCoding
public import ScoringRecords
import WireFormat

/// The scores of a waiting event and its slices.
public struct MonitoredScores: Hashable, JoinedPayload {
    /// The scores that were served, without the lanes, which nobody here judges.
    public var scores: [OutputScore]
    /// The values by which slices are told apart; those of other fields than the monitor's are left out.
    public var slices: [SliceValue]

    /// What to remember of an event for a monitor that slices by the fields with these hashes.
    init(of event: ScoredEvent, slicedBy fields: [UInt32]) {
        scores = event.outputs.map { OutputScore(raw: $0.raw, mapped: $0.mapped, served: $0.served) }
        slices = fields.isEmpty ? [] : event.slices.filter { fields.contains($0.field) }
    }

    /// Writes both as the journal does.
    public func write(to writer: inout ByteWriter) {
        writer.write(scores)
        writer.write(slices)
    }

    /// Reads what `write` wrote.
    public init(reading reader: inout ByteReader) throws {
        scores = try reader.readScores()
        slices = try reader.readSlices()
    }
}
