// Labels that came before their events: another worker was faster. They wait a while, and no longer.

import ByteCoding
public import ScoringRecords
import WireFormat

/// A label without an event, and its place in the journal.
public struct OrphanLabel: Hashable, Sendable {
    /// The label.
    public var label: Label
    /// Its place in the journal.
    public var sequence: UInt64
    // Event time when it came; `distantPast` where no source had spoken yet.
    var since: Timestamp
}

/// Labels that wait for their events, in journal order. They leave in that order, too: event time never goes back
/// while one of them waits.
struct OrphanLabels: Sendable {
    // An entry's key is the event's id, its body `sequence:u64  since:i64  label` as a journal record.
    private var entries = PackedEntries()
    // Sequence and slot, in journal order; labels that have left stay until they are passed.
    private var queue: [(sequence: UInt64, slot: PackedEntries.Slot)] = []
    private var passed = 0
    // When the labels that came before any watermark began to wait: the first watermark since.
    private(set) var firstWatermark: Timestamp?

    /// How many wait.
    var count: Int { entries.count }

    /// Bytes of memory held.
    var memoryBytes: Int {
        entries.memoryBytes + queue.capacity * MemoryLayout<(sequence: UInt64, slot: PackedEntries.Slot)>.stride
    }

    /// How many wait for one event, up to the bound.
    func count(of id: EventID) -> Int {
        guard entries.count > 0 else { return 0 }
        var count = 0
        entries.find(PackedEntries.Key(id)) { _ in
            count += 1
            return count < Limits.orphansPerEvent
        }
        return count
    }

    mutating func insert(_ orphan: OrphanLabel) {
        var writer = ByteWriter()
        writer.writeUInt64(orphan.sequence)
        writer.writeInt64(orphan.since.microseconds)
        RecordCoding.append(.label(orphan.label), to: &writer)
        // Labels that joined leave holes in the queue, and must not let it grow while time stands still.
        if queue.count > 2 * entries.count + 64 { tidyQueue() }
        queue.makeRoomTightly()
        queue.append((orphan.sequence, entries.insert(PackedEntries.Key(orphan.label.id), body: writer.bytes)))
    }

    /// Takes out all labels of an id, in journal order.
    mutating func take(_ id: EventID) -> [OrphanLabel] {
        guard entries.count > 0 else { return [] }
        var slots: [PackedEntries.Slot] = []
        entries.find(PackedEntries.Key(id)) { slot in
            slots.append(slot)
            return true
        }
        let labels = slots.map(read).sorted { $0.sequence < $1.sequence }
        for slot in slots { entries.remove(slot) }
        return labels
    }

    /// Takes out labels that have waited for longer than `window` when event time has come to `watermark`; all where it
    /// is `nil`. In journal order.
    mutating func expire(at watermark: Timestamp?, after window: TimeSpan, _ body: (OrphanLabel) -> Void) {
        if firstWatermark == nil { firstWatermark = watermark }
        while passed < queue.count {
            let (sequence, slot) = queue[passed]
            if isWaiting(sequence, slot) {
                let orphan = read(slot)
                let since = orphan.since == .distantPast ? firstWatermark ?? .distantPast : orphan.since
                if let watermark, since.advanced(by: window) >= watermark { break }
                body(orphan)
                entries.remove(slot)
            }
            passed += 1
        }
        if watermark == nil { firstWatermark = nil }
        if passed > queue.count / 2 { tidyQueue() }
    }

    /// All that wait, in journal order.
    var inOrder: [OrphanLabel] { entries.slots.map(read).sorted { $0.sequence < $1.sequence } }

    init() {}

    /// Writes the labels in journal order.
    func encode(into writer: inout ByteWriter) {
        writer.writeUInt8(firstWatermark == nil ? 0 : 1)
        if let firstWatermark { writer.writeInt64(firstWatermark.microseconds) }
        let labels = inOrder
        writer.writeVarint(UInt64(labels.count))
        for orphan in labels {
            writer.writeVarint(orphan.sequence)
            writer.writeInt64(orphan.since.microseconds)
            RecordCoding.append(.label(orphan.label), to: &writer)
        }
    }

    /// Reads what `encode` wrote.
    init(decoding reader: inout ByteReader, maximum: Int) throws {
        firstWatermark = try reader.readUInt8() == 0 ? nil : Timestamp(microseconds: try reader.readInt64())
        for _ in 0..<(try reader.readCount(maximum: maximum)) {
            let sequence = try reader.readVarint()
            let since = Timestamp(microseconds: try reader.readInt64())
            guard case .label(let label) = try RecordCoding.record(&reader) else { throw FoldStateError.outOfDomain }
            insert(OrphanLabel(label: label, sequence: sequence, since: since))
        }
    }

    // A slot may have been taken over by a later label.
    private func isWaiting(_ sequence: UInt64, _ slot: PackedEntries.Slot) -> Bool {
        entries.isUsed(slot) && UInt64(bitPattern: entries.integer(slot, at: 0)) == sequence
    }

    private mutating func tidyQueue() {
        queue = queue[passed...].filter { isWaiting($0.sequence, $0.slot) }
        passed = 0
    }

    private func read(_ slot: PackedEntries.Slot) -> OrphanLabel {
        WaitingEntry.trusted { () throws in
            var reader = entries.reader(slot)
            let sequence = try reader.readUInt64()
            let since = Timestamp(microseconds: try reader.readInt64())
            guard case .label(let label) = try RecordCoding.record(&reader) else { throw FoldStateError.outOfDomain }
            return OrphanLabel(label: label, sequence: sequence, since: since)
        }
    }
}
