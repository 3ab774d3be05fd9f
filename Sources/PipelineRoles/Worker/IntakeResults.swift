// What became of the records of one message, until its reply is written.

import ScoringRecords
import WireFormat

/// What became of one record of a message.
enum IntakeResult {
    case score(rawID: Range<Int>, Scored)
    case label(rawID: Range<Int>)
    case watermark(WatermarkDirective)
    case error(IntakeError)
}

/// What is known of an event's score beside the numbers.
struct Scored {
    /// Whether it was scored only, and is not on its way to the journal.
    var isShed: Bool
    /// Where the scores of its outputs begin in the message's.
    var firstOutput: Int
    /// Features the model has never learned from.
    var unseenFeatures: Int
}

/// The results of a message's records, in their order; its storage is used again.
struct IntakeResults {
    var list: [IntakeResult] = []
    /// The scores of all outputs, event after event.
    private(set) var scores: [OutputScore] = []
    /// One standard deviation of each output's raw logit, beside `scores`; empty where the model does not tell.
    private(set) var standardErrors: [Float?] = []

    mutating func removeAll() {
        list.removeAll(keepingCapacity: true)
        scores.removeAll(keepingCapacity: true)
        standardErrors.removeAll(keepingCapacity: true)
    }

    /// Adds a scored event; `standardErrors` has one per output, or is empty for every event.
    mutating func append(
        rawID: Range<Int>, isShed: Bool, scores: [OutputScore], standardErrors: [Float?], unseenFeatures: Int
    ) {
        list.append(
            .score(
                rawID: rawID,
                Scored(isShed: isShed, firstOutput: self.scores.count, unseenFeatures: unseenFeatures)))
        self.scores.append(contentsOf: scores)
        if !standardErrors.isEmpty { self.standardErrors.append(contentsOf: standardErrors) }
    }
}

/// What a reply says of the model: the same for all events of a moment, hence written once for them.
struct ReplyFooting {
    private struct Key: Equatable {
        var version: ModelVersion
        var heard: Timestamp?
        var now: Timestamp
    }

    private var key: Key?
    private var json = JSONWriter()

    /// Members of a JSON object, without its braces.
    var members: [UInt8] { json.bytes }

    /// Writes the members anew where anything has changed.
    mutating func update(version: ModelVersion, heard: Timestamp?, now: Timestamp) {
        let key = Key(version: version, heard: heard, now: now)
        guard key != self.key else { return }
        self.key = key
        json.removeAll()
        json.plainKey("modelVersion")
        json.integer(version.records)
        json.plainKey("modelEpoch")
        json.integer(version.epoch)
        json.plainKey("modelAge")
        // How long ago the learner was heard.
        if let heard { json.number(Float(max(0, now.since(heard).inSeconds))) } else { json.null() }
    }
}
