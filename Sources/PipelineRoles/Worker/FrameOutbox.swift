// Records on their way to the journal: gathered into frames, sent within a credit, kept until they are durable.

import ByteCoding
import ScoringRecords
import WireFormat

/// A worker's unacknowledged frames. Sequence numbers start at 1 and have no gaps.
struct FrameOutbox {
    // In flight at most: far below the sockets' high-water mark of 1,000, at which a ROUTER/DEALER pair can hang.
    static let creditFrames = 64

    // A frame is closed at this size, far enough below the limit for one more record of the largest kind.
    private static let closingBytes = Limits.framePayloadBytes / 4

    private let writer: UInt64
    private var gathering = ByteWriter()
    /// Records of the frame being gathered.
    private(set) var gatheredRecords: UInt32 = 0
    /// Whether what is gathered is the share of a batch, which stays whole.
    private(set) var isGatheringShare = false
    private var frames = Queue<AppendFrame>()
    private var sentCount = 0
    private var epoch: UInt32 = 0
    private var lastAccepted: UInt64 = 0
    private var lastProgress = Timestamp.distantPast

    /// Every frame up to this one is durable.
    private(set) var durable: UInt64 = 0
    /// The last durable frame that holds a record.
    private(set) var recorded: UInt64 = 0
    private var frameBytes = 0

    // What a frame takes beside its payload: its fields, and the header of an array.
    private static let frameOverheadBytes = 128

    /// Bytes held that are not yet durable.
    var heldBytes: Int { frameBytes + gathering.count }

    init(writer: UInt64) { self.writer = writer }

    /// The number of the frame that holds the record appended last.
    var lastRecordSequence: UInt64 { gatheredRecords > 0 ? nextSequence : nextSequence - 1 }

    /// The number the frame being gathered will get.
    var nextSequence: UInt64 { durable + UInt64(frames.count) + 1 }

    /// Whether nothing is gathered or waits for its acknowledgement.
    var isEmpty: Bool { frames.isEmpty && gatheredRecords == 0 }

    /// Whether frames leave as fast as they come.
    var isKeepingUp: Bool { frames.count < FrameOutbox.creditFrames }

    mutating func append(_ record: JournalRecord) {
        append { writer in RecordCoding.append(record, to: &writer) }
    }

    /// Appends the one record that `write` writes.
    mutating func append(writing write: (inout ByteWriter) -> Void) {
        if gatheredRecords == 0 { RecordCoding.begin(&gathering) }
        write(&gathering)
        gatheredRecords += 1
        if gathering.count >= FrameOutbox.closingBytes, !isGatheringShare { close(batch: nil) }
    }

    /// Makes a frame of what was gathered; what comes now is the share of a batch, one frame whatever its size: 258 records
    /// of the largest kind, some 30 kB each, fill less than one.
    mutating func beginShare() {
        close(batch: nil)
        isGatheringShare = true
    }

    /// Makes a frame of what was gathered; nothing where nothing was, unless it is a share of a batch.
    mutating func close(batch: BatchDirective?) {
        isGatheringShare = false
        if gatheredRecords == 0 {
            guard batch != nil else { return }
            RecordCoding.begin(&gathering)
        }
        let frame = AppendFrame(
            writer: writer, writerSequence: nextSequence, batch: batch, recordCount: gatheredRecords,
            payload: gathering.exactBytes)
        frames.append(frame)
        frameBytes += frame.payload.count + FrameOutbox.frameOverheadBytes
        gathering.removeAll(keepingCapacity: true)
        gatheredRecords = 0
    }

    /// Frames that may be sent now, each once until a welcome rewinds.
    mutating func takeSendable() -> [AppendFrame] {
        guard epoch > 0 else { return [] }
        let end = min(frames.count, FrameOutbox.creditFrames)
        guard sentCount < end else { return [] }
        defer { sentCount = end }
        return frames[sentCount..<end]
    }

    mutating func acknowledge(_ sequence: UInt64) {
        guard sequence > durable else { return }
        let count = min(Int(clamping: sequence - durable), frames.count)
        for frame in frames[0..<count] {
            frameBytes -= frame.payload.count + FrameOutbox.frameOverheadBytes
            if frame.recordCount > 0 { recorded = frame.writerSequence }
        }
        frames.removeFirst(count)
        durable += UInt64(count)
        sentCount = max(0, sentCount - count)
    }

    // A frame in flight for so long without progress was lost with its connection.
    private static let resendPatience = TimeSpan.seconds(2)

    /// A learner has said what it holds of this writer; frames it can no longer get are sent again.
    ///
    /// Another learner has read nothing of what was in flight. The same one may just not have read it yet, so it gets
    /// frames again only when it has stood still for a while; a frame that comes twice is recognised by its number.
    mutating func welcome(epoch: UInt32, accepted: UInt64, durable: UInt64, at now: Timestamp) {
        acknowledge(durable)
        let taken = min(Int(clamping: max(accepted, self.durable) - self.durable), frames.count)
        let isAnother = epoch != self.epoch
        if isAnother || accepted > lastAccepted || now < lastProgress {
            lastAccepted = accepted
            lastProgress = now
        }
        self.epoch = epoch
        if isAnother {
            sentCount = taken
        } else if sentCount > taken, now.since(lastProgress) >= FrameOutbox.resendPatience {
            sentCount = taken
            lastProgress = now
        } else {
            sentCount = max(sentCount, taken)
        }
    }
}
