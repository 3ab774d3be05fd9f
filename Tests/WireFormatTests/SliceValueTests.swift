// A slice's value in the journal: as it was, or cut by one rule.

import ScoringRecords
import Testing
import WireFormat

@Suite("Values of slices")
struct SliceValueTests {
    @Test("up to 128 bytes a value stays as it is")
    func short() {
        let text = String(repeating: "ü", count: 64)
        #expect(SliceValue(field: 1, text: text).text == text)
    }

    @Test("a longer one keeps whole characters of 125 bytes, and ends in an ellipsis")
    func long() {
        #expect(
            SliceValue(field: 1, text: String(repeating: "a", count: 129)).text
                == String(repeating: "a", count: 125) + "…")
        // 62 characters of two bytes are 124; a 63rd does not fit.
        #expect(
            SliceValue(field: 1, text: String(repeating: "ü", count: 65)).text
                == String(repeating: "ü", count: 62) + "…")
    }

    @Test("a record with a longer value, or more values than fields, is refused")
    func bounds() throws {
        let id = try #require(EventID("a"))
        let event = ScoredEvent(
            id: id, time: Timestamp(microseconds: 0), modelVersion: .none, features: FeatureVector(), numbers: [],
            outputs: [], slices: [SliceValue(field: 7, text: String(repeating: "a", count: 128))])
        var payload = RecordCoding.payload([.scored(event)])
        #expect(try decodedRecords(payload, count: 1) == [.scored(event)])
        // The length is a varint of two bytes before the text.
        payload[payload.count - 130] = 0x81
        #expect(throws: RecordCodingError.self) { try decodedRecords(payload + [0x61], count: 1) }
        var many = RecordCoding.payload([
            .scored(
                ScoredEvent(
                    id: id, time: Timestamp(microseconds: 0), modelVersion: .none, features: FeatureVector(),
                    numbers: [], outputs: []))
        ])
        many[many.count - 1] = UInt8(Limits.sliceFields + 1)
        #expect(throws: RecordCodingError.self) {
            try decodedRecords(many + [UInt8](repeating: 0, count: 5 * (Limits.sliceFields + 1)), count: 1)
        }
    }
}
