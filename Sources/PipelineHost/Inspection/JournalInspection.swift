// What a journal holds, without folding it.

public import Journal
import ScoringRecords
import WireFormat

/// A summary of a journal and of what lies beside it.
public struct JournalInspection: Sendable {
    /// A mark from which records count under a specification.
    public struct Mark: Hashable, Sendable {
        /// Its place.
        public var sequence: UInt64
        /// The specification's SHA-256.
        public var specification: [UInt8]
    }

    /// The file.
    public var path: String
    /// The kept frames, all of them checked.
    public var frames: JournalVerification
    /// Bytes that they take in the file.
    public var storedBytes: UInt64
    /// How often a learner was started.
    public var epoch: UInt32
    /// Process starts that have written frames.
    public var writers: Int
    /// Records by kind, in the order of their numbers in the format.
    public var records: [(kind: String, count: UInt64)]
    /// Specification marks that are kept.
    public var marks: [Mark]
    /// The earliest and the latest time of an event, as microseconds since 1970; `nil` without events.
    public var eventTimes: ClosedRange<Int64>?
    /// Sequence numbers of the checkpoints beside it.
    public var checkpoints: [UInt64]
    /// Checkpoint files that cannot be read.
    public var unreadableCheckpoints: [String]

    private static let kinds = [
        "specification", "scored", "label", "rejection", "watermark", "sourceLeft", "rejections", "control",
        "modelPart", "rollback",
    ]

    /// Reads a journal from its start to its end.
    ///
    /// - Throws: a damaged journal; one of an unknown format.
    public init(path: String) throws {
        let reader = try SQLiteJournalReader(path: path)
        self.path = path
        frames = try reader.verify()
        storedBytes = try reader.storedByteCount
        epoch = try JournalRestore.epoch(of: reader)
        writers = try reader.writers().count
        var counts: [String: UInt64] = [:]
        var marks: [Mark] = []
        var times: ClosedRange<Int64>?
        try JournalRestore.entries(of: reader, from: frames.startSequence, to: frames.endSequence) { sequence, record in
            counts[record.kindName, default: 0] += 1
            switch record {
            case .specification(let digest): marks.append(Mark(sequence: sequence, specification: digest))
            case .scored(let event):
                let time = event.time.microseconds
                times = times.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
            default: break
            }
        }
        records = Self.kinds.map { ($0, counts[$0] ?? 0) }
        self.marks = marks
        eventTimes = times
        var unreadable: [String] = []
        checkpoints = try CheckpointStore(journalPath: path, keep: 1).summaries { path, _ in unreadable.append(path) }
            .map(\.sequence)
        unreadableCheckpoints = unreadable
    }

    /// One JSON object for each record of [from, to), a line each.
    ///
    /// - Parameter body: called with the bytes of some lines, in order.
    /// - Throws: a damaged journal; a range that is not in it; what `body` throws.
    public static func records(path: String, from: UInt64?, to: UInt64?, _ body: ([UInt8]) throws -> Void) throws {
        let reader = try SQLiteJournalReader(path: path)
        let (start, end) = (try reader.startSequence, try reader.endSequence)
        let range = (from ?? start, to ?? end)
        guard range.0 >= start, range.0 <= range.1, range.1 <= end else {
            throw HostError(
                .data, "the journal holds the records from \(start) to before \(end)",
                remedy: "choose --from and --to within them, --from first")
        }
        var json = JSONWriter()
        var next = range.0
        while next < range.1 {
            var lines: [UInt8] = []
            let end = min(range.1, next + linesAtOnce)
            try JournalRestore.entries(of: reader, from: next, to: end) { sequence, record in
                json.removeAll()
                json.object { json in
                    json.number("sequence", sequence)
                    json.member(of: record)
                }
                lines += json.bytes
                lines.append(0x0A)
            }
            try body(lines)
            next = end
        }
    }

    private static let linesAtOnce: UInt64 = 16_384
}
