// The schemas that intake tests decode under, and how they ask.

import ScoringRecords
import WireFormat

enum WireSchemas {
    /// Events with an id, a time and three fields; two heads.
    static let payments = IntakeSchema(
        event: EventSchema(idField: "id", timeField: "time", fields: ["amount", "country", "card"]),
        heads: ["chargeback", "refund"])

    /// One head, and no time in the events.
    static let clicks = IntakeSchema(
        event: EventSchema(idField: "id", timeField: nil, fields: ["campaign"]), heads: ["click"])
}

extension IntakeDecoder {
    /// Decodes a record that is the whole text.
    mutating func decode(_ text: String) throws(IntakeError) -> IntakeItem {
        let bytes = Array(text.utf8)
        return try decode(bytes, range: 0..<bytes.count)
    }
}

/// What a decoder makes of `text`: the reason of the refusal and the id as it would be echoed.
func refusal(of text: String, _ schema: IntakeSchema = WireSchemas.payments) -> (reason: RejectionReason?, id: String?)
{
    var decoder = IntakeDecoder(schema: schema)
    do {
        _ = try decoder.decode(text)
        return (nil, nil)
    } catch {
        let bytes = Array(text.utf8)
        return (error.reason, error.rawID.map { String(decoding: bytes[$0], as: UTF8.self) })
    }
}
