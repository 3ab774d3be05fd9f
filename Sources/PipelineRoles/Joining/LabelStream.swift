// One head's labels as a stream that may dry up while events go on: then silence says nothing about outcomes any more.
// Everything here follows from event time and counts of the journal's records.

import ByteCoding
import ScoringRecords

/// Notices when a head's labels have stopped.
///
/// An outage begins when event time has moved on by more than the head's `labelOutage` since the last label of the
/// head, and the events since then would have brought at least 20 at the rate before: by chance none of 20 expected
/// labels comes once in e^20, about 5 · 10⁸, such stretches (Poisson). It ends with the next label of the head.
struct LabelStream: Hashable, Sendable {
    private static let expectedLabels: UInt64 = 20

    private var labels: UInt64 = 0
    private var eventsBefore: UInt64 = 0
    private var eventsSince: UInt64 = 0
    // Event time at the last label; `distantPast` where none has come, or event time was not known then.
    private var last = Timestamp.distantPast

    /// Whether labels have stopped.
    private(set) var isOut = false
    /// How often they have.
    private(set) var outages: UInt64 = 0
    /// Closed windows whose silence was not read as an outcome.
    var withheld: UInt64 = 0

    mutating func noteEvent() { eventsSince += 1 }

    mutating func noteLabel(at watermark: Timestamp) {
        labels += 1
        eventsBefore += eventsSince
        eventsSince = 0
        last = watermark
        isOut = false
    }

    /// Event time has come to `watermark`.
    mutating func advance(to watermark: Timestamp, patience: TimeSpan) {
        guard labels > 0, !isOut else { return }
        guard last != .distantPast else {
            last = watermark
            return
        }
        guard last.advanced(by: patience) < watermark else { return }
        let came = eventsSince.multipliedFullWidth(by: labels)
        let expected = LabelStream.expectedLabels.multipliedFullWidth(by: max(1, eventsBefore))
        guard (came.high, came.low) >= (expected.high, expected.low) else { return }
        isOut = true
        outages += 1
    }

    /// All streams have ended; the next may begin anywhere in time.
    mutating func end() {
        last = .distantPast
        isOut = false
    }

    func encode(into writer: inout ByteWriter) {
        for number in [labels, eventsBefore, eventsSince, outages, withheld] { writer.writeVarint(number) }
        writer.writeInt64(last.microseconds)
        writer.writeUInt8(isOut ? 1 : 0)
    }

    init() {}

    init(decoding reader: inout ByteReader) throws {
        labels = try reader.readVarint()
        eventsBefore = try reader.readVarint()
        eventsSince = try reader.readVarint()
        outages = try reader.readVarint()
        withheld = try reader.readVarint()
        last = Timestamp(microseconds: try reader.readInt64())
        isOut = try reader.readUInt8() == 1
    }
}

/// What a head's label stream has been through.
public struct LabelStreamStatus: Hashable, Sendable {
    /// How often its labels have stopped.
    public var outages: UInt64
    /// Whether they have stopped now.
    public var isOut: Bool
    /// Closed windows whose silence was not read as an outcome.
    public var withheld: UInt64
}
