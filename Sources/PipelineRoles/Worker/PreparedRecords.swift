// Records between decoding and scoring: the memory of their weights is asked for meanwhile.

import ScoringRecords
import WireFormat

/// A record that was decoded and has had no effect yet.
struct PreparedRecord {
    enum Content {
        /// An event; the members below are its own.
        case event(EventID)
        case labels([LabelDraft], rawID: Range<Int>)
        case watermark(WatermarkDirective)
        case error(IntakeError)
    }

    var content = Content.error(.directiveRefused)
    /// The message it came with, by its place among those handed in together.
    var message = 0

    // Of an event; kept from record to record for their storage.
    var rawID = 0..<0
    var time = Timestamp.distantPast
    var features = FeatureVector()
    var numbers: [NumberObservation] = []
    var slices: [SliceValue] = []
}

/// A few prepared records, first in, first out, in places that are used again.
struct PreparedRecords {
    /// Records that are prepared before the first of them is scored: an event's memory takes about as long to come as three
    /// events take.
    static let lookahead = 3

    private(set) var places = Array(repeating: PreparedRecord(), count: lookahead + 1)
    private var first = 0
    private(set) var count = 0

    /// Whether one must be finished before another is prepared.
    var isFull: Bool { count > PreparedRecords.lookahead }
    var isEmpty: Bool { count == 0 }

    /// The place to prepare the next record in.
    var next: Int { (first + count) % places.count }

    /// Lends the record in `place`.
    subscript(place: Int) -> PreparedRecord {
        _read { yield places[place] }
        _modify { yield &places[place] }
    }

    /// Lends `body` the record in `place` alone: it may change whatever else the owner has.
    mutating func withPlace<Failure: Error>(
        _ place: Int, _ body: (inout PreparedRecord) throws(Failure) -> Void
    ) throws(Failure) {
        try body(&places[place])
    }

    /// The record in `next` is prepared.
    mutating func append() {
        precondition(!isFull, "places are few")
        count += 1
    }

    /// Gives the oldest record's place back and says which it was; it is not written to before the next `append`.
    mutating func removeFirst() -> Int {
        precondition(!isEmpty, "nothing was prepared")
        defer {
            first = (first + 1) % places.count
            count -= 1
        }
        return first
    }
}
