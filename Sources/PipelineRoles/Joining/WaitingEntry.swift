// A waiting event as the bytes it is kept in.
//
//   body    = time:i64  step:u8  sequence:varint  head*  payload
//   head    = flags:u8  [outcomeTime:i64  outcome]  [taught]
//   flags   = 1 window open | 2 labelled | 4 · what was taught (0 nothing, 1 silence, 2 the label, 3 as written)
//             | 16 the wait is over and silence was not taught | 32 a rollback took the lesson back
//             | 64 the fold has looked at it

import ByteCoding
import ScoringRecords

/// One head's part of a waiting event.
struct HeadState: Hashable, Sendable {
    var isOpen = true
    var outcomeTime = Timestamp.distantPast
    var outcome = Outcome.unlabelled
    // What the learner was told last; `nil` while it was told nothing.
    var taught: Outcome?
    // The wait for a label has ended while nothing was to be learned from silence.
    var hasWaitedInVain = false
    // The fold has looked at it on its way, see `JoinOutput.aged`.
    var hasBeenSeen = false
    // A rollback has taken a lesson back: only a label that comes after it teaches again.
    var isForgotten = false

    /// Whether the end of the wait may still teach something.
    var awaitsLesson: Bool { taught == nil && !hasWaitedInVain && !isForgotten }
}

/// Reads and writes the fields of a waiting event.
enum WaitingEntry {
    private static let stepOffset = 8
    private static let sequenceOffset = 9

    /// The step that an event waits for, and when it is due.
    @inline(__always)
    static func next(
        of slot: PackedEntries.Slot, in entries: PackedEntries, _ schedule: DeadlineSchedule
    ) -> (step: Int, key: DeadlineKey) {
        entries.withBody(slot) { body in
            let time = Int64(littleEndian: body.loadUnaligned(fromByteOffset: 0, as: Int64.self))
            let step = Int(body[stepOffset])
            return (
                step,
                DeadlineKey(
                    deadline: Timestamp(microseconds: time).advanced(by: schedule.steps[step].offset),
                    sequence: sequence(in: body))
            )
        }
    }

    // The varint of a body that this process wrote.
    @inline(__always)
    private static func sequence(in body: UnsafeRawBufferPointer) -> UInt64 {
        var (sequence, shift, offset) = (UInt64(0), UInt64(0), sequenceOffset)
        while true {
            let byte = body[offset]
            sequence |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return sequence }
            shift += 7
            offset += 1
        }
    }

    /// Writes the time and, as they stand, the heads and the payload of a body.
    static func writeTimeHeadsAndPayload(of body: UnsafeRawBufferPointer, to writer: inout ByteWriter) {
        var heads = sequenceOffset
        while body[heads] >= 0x80 { heads += 1 }
        heads += 1
        writer.writeRaw(UnsafeRawBufferPointer(rebasing: body[..<stepOffset]))
        writer.writeRaw(UnsafeRawBufferPointer(rebasing: body[heads...]))
    }

    static func setStep(of slot: PackedEntries.Slot, to step: Int, in entries: inout PackedEntries) {
        entries.set(slot, at: stepOffset, to: UInt8(step))
    }

    static func sequence(of slot: PackedEntries.Slot, in entries: PackedEntries) -> UInt64 {
        entries.withBody(slot, sequence)
    }

    /// The state of all heads, and a reader at the payload.
    static func heads(
        of slot: PackedEntries.Slot, count: Int, in entries: PackedEntries
    ) -> (heads: [HeadState], payload: ByteReader) {
        trusted { () throws in
            var reader = entries.reader(slot)
            try reader.skip(sequenceOffset)
            _ = try reader.readVarint()
            var heads: [HeadState] = []
            heads.reserveCapacity(count)
            for _ in 0..<count { heads.append(try reader.readHead()) }
            return (heads, reader)
        }
    }

    /// The fields before the payload, but for the heads' states.
    struct Fields {
        let time: Timestamp
        let step: Int
        let sequence: UInt64
        /// Where the heads' bytes stand in the body; behind them stands the payload.
        let headPlace: Range<Int>
    }

    /// Reads all fields, and the states of `count` heads in place of what is in `heads`. (An initializer would take the
    /// entries over, and copy them for it.)
    @inline(__always)
    static func fields(
        of slot: PackedEntries.Slot, count: Int, in entries: PackedEntries, heads: inout [HeadState]
    ) -> Fields {
        var reader = entries.reader(slot)
        do {
            let start = reader.position
            let time = Timestamp(microseconds: try reader.readInt64())
            let step = Int(try reader.readUInt8())
            let sequence = try reader.readVarint()
            let first = reader.position
            heads.removeAll(keepingCapacity: true)
            for _ in 0..<count { heads.append(try reader.readHead()) }
            return Fields(
                time: time, step: step, sequence: sequence, headPlace: first - start..<reader.position - start)
        } catch { preconditionFailure("a waiting entry's own bytes do not read back: \(error)") }
    }

    /// An entry's body with other bytes at one place.
    static func body(
        of slot: PackedEntries.Slot, in entries: PackedEntries, replacing place: Range<Int>, by bytes: [UInt8]
    ) -> [UInt8] {
        let old = entries.reader(slot).unreadBytes
        var body: [UInt8] = []
        body.reserveCapacity(old.count - place.count + bytes.count)
        body += old[old.startIndex..<old.startIndex + place.lowerBound]
        body += bytes
        body += old[(old.startIndex + place.upperBound)...]
        return body
    }

    /// Writes a body.
    static func write(
        to writer: inout ByteWriter, time: Timestamp, step: Int, sequence: UInt64, heads: [HeadState],
        payload: (inout ByteWriter) -> Void
    ) {
        writer.writeInt64(time.microseconds)
        writer.writeUInt8(UInt8(step))
        writer.writeVarint(sequence)
        for head in heads { writer.write(head) }
        payload(&writer)
    }

    /// What reading bytes gives that this process wrote itself.
    static func trusted<Value>(_ read: () throws -> Value) -> Value {
        do { return try read() } catch { preconditionFailure("a waiting entry's own bytes do not read back: \(error)") }
    }
}

extension ByteWriter {
    /// Writes one head's state; equal states give equal bytes.
    mutating func write(_ head: HeadState) {
        var isLabelled = true
        if case .unlabelled = head.outcome { isLabelled = false }
        let taught: UInt8 =
            switch head.taught {
            case nil: 0
            case .some(.silentNegative): 1
            case .some(head.outcome) where isLabelled: 2
            default: 3
            }
        writeUInt8(
            (head.isOpen ? 1 : 0) | (isLabelled ? 2 : 0) | taught << 2 | (head.hasWaitedInVain ? 16 : 0)
                | (head.isForgotten ? 32 : 0) | (head.hasBeenSeen ? 64 : 0))
        if isLabelled {
            writeInt64(head.outcomeTime.microseconds)
            write(head.outcome)
        }
        if taught == 3, let outcome = head.taught { write(outcome) }
    }
}

extension ByteReader {
    /// Reads what `write` wrote.
    mutating func readHead() throws -> HeadState {
        let flags = try readUInt8()
        guard flags < 128 else { throw FoldStateError.outOfDomain }
        var head = HeadState(isOpen: flags & 1 != 0)
        if flags & 2 != 0 {
            head.outcomeTime = Timestamp(microseconds: try readInt64())
            head.outcome = try readOutcome()
        }
        head.hasWaitedInVain = flags & 16 != 0
        head.isForgotten = flags & 32 != 0
        head.hasBeenSeen = flags & 64 != 0
        switch flags >> 2 & 3 {
        case 0: break
        case 1: head.taught = .silentNegative
        case 2: head.taught = head.outcome
        default: head.taught = try readOutcome()
        }
        return head
    }
}
