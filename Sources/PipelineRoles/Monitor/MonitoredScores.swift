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
    ///
    /// Shares what needs no change with the event. (An initializer would take the event over, and copy it for it.)
    static func of(_ event: ScoredEvent, slicedBy fields: [UInt32]) -> MonitoredScores {
        let hasLanes = event.outputs.contains { $0.lanes != nil }
        let isWhole = event.slices.allSatisfy { fields.contains($0.field) }
        return MonitoredScores(
            scores: hasLanes
                ? event.outputs.map { OutputScore(raw: $0.raw, mapped: $0.mapped, served: $0.served) } : event.outputs,
            slices: isWhole ? event.slices : event.slices.filter { fields.contains($0.field) })
    }

    init(scores: [OutputScore], slices: [SliceValue]) {
        self.scores = scores
        self.slices = slices
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

    /// Reads the scores alone for a look: nothing early is told apart by slices.
    public init(reading reader: inout ByteReader, for use: PayloadUse) throws {
        scores = try reader.readScores()
        slices = use == .look ? [] : try reader.readSlices()
    }

    /// A monitor learns nothing.
    public static var isTaught: Bool { false }
}
