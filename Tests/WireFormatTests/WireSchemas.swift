// The schemas that intake tests decode under, and how they ask.

import ScoringRecords
import WireFormat

enum WireSchemas {
    /// Events with an id, a time and three fields; two heads.
    static let payments = IntakeSchema(
        event: EventSchema(idField: "id", timeField: "time", fields: ["amount", "country", "card"]),
        heads: [IntakeHead(name: "chargeback"), IntakeHead(name: "refund")])

    /// One head, and no time in the events.
    static let clicks = IntakeSchema(
        event: EventSchema(idField: "id", timeField: nil, fields: ["campaign"]),
        heads: [IntakeHead(name: "click")])

    /// A head with classes, and a multi-label head of two labels.
    static let outcomes = IntakeSchema(
        event: EventSchema(idField: "id", timeField: nil, fields: []),
        heads: [
            IntakeHead(name: "state", classes: ["none", "fraud", "refund"]),
            IntakeHead(name: "kind.stolen", group: "kind"), IntakeHead(name: "kind.friendly", group: "kind"),
        ])

    /// A multi-label head alone.
    static let labels = IntakeSchema(
        event: EventSchema(idField: "id", timeField: nil, fields: []),
        heads: [IntakeHead(name: "kind.stolen", group: "kind"), IntakeHead(name: "kind.friendly", group: "kind")])
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
