// The journal's records as bytes: there and back, and the very bytes, which old journals are made of.

import ScoringRecords
import Testing
import WireFormat

@Suite("Journal records as bytes")
struct RecordCodingTests {
    @Test("every record reads back as it was, in order, and gives the same bytes again")
    func roundTrip() throws {
        var random = SeededGenerator()
        for _ in 0..<1_000 {
            let records = (0..<random.below(12)).map { _ in random.record() }
            let payload = RecordCoding.payload(records)
            let decoded = try decodedRecords(payload, count: records.count)
            #expect(decoded == records)
            #expect(RecordCoding.payload(decoded) == payload)
        }
    }

    static let golden: [(JournalRecord, String)] = {
        guard let id = EventID("tx-1") else { preconditionFailure("four characters are an id") }
        let event = ScoredEvent(
            id: id, time: Timestamp(microseconds: 1_500_000), modelVersion: ModelVersion(epoch: 2, records: 300),
            features: FeatureVector(indicators: [1, 0x0102_0304], valued: [ValuedFeature(index: 7, value: -1.5)]),
            numbers: [NumberObservation(ordinal: 3, value: 2)],
            outputs: [
                OutputScore(raw: Logit(clamping: -4.5), mapped: Logit(clamping: 1), served: Logit(clamping: 0.25))
            ])
        var portfolio = event
        portfolio.features = FeatureVector()
        portfolio.numbers = []
        portfolio.outputs[0].lanes = SIMD8(0, 1, -1, 2, -2, 0.5, -0.5, 10_000)
        var sliced = portfolio
        sliced.outputs = []
        sliced.slices = [
            SliceValue(field: 0x0102_0304, text: "NZ"), SliceValue(field: .max, text: ""),
        ]
        let label = Label(id: id, head: 1, value: 1, time: Timestamp(microseconds: -1), weight: 0.5)
        let category = Label(
            id: id, head: 0, value: .category(0x0102), time: Timestamp(microseconds: 0), weight: 1)
        return [
            (.specification(digest: [0xDE, 0xAD]), "030102dead"),
            (
                .scored(event),
                "0302" + "0474782d31" + "c08db701" + "02" + "ac02" + "02" + "01000000" + "04030201" + "01" + "07000000"
                    + "0000c0bf" + "01" + "0300" + "00000040" + "01" + "00" + "000090c0" + "0000803f"
                    + "0000803e" + "00"
            ),
            (
                .scored(portfolio),
                "0302" + "0474782d31" + "c08db701" + "02" + "ac02" + "00" + "00" + "00" + "01" + "08" + "000090c0"
                    + "0000803f" + "0000803e" + "00000000" + "0000803f" + "000080bf" + "00000040" + "000000c0"
                    + "0000003f" + "000000bf" + "00401c46" + "00"
            ),
            (
                .scored(sliced),
                "0302" + "0474782d31" + "c08db701" + "02" + "ac02" + "00" + "00" + "00" + "00" + "02" + "04030201"
                    + "024e5a" + "ffffffff" + "00"
            ),
            (.label(label), "0303" + "0474782d31" + "01" + "00" + "0000803f" + "01" + "0000003f"),
            (.label(category), "0303" + "0474782d31" + "00" + "01" + "0201" + "00" + "0000803f"),
            (.rejection(.lateLabel), "030445"),
            (
                .watermark(Watermark(source: 0x0102_0304_0506_0708, time: .distantFuture, position: 256)),
                "0305" + "0807060504030201" + "feffffffffffffffff01" + "8002"
            ),
            (.sourceLeft(9), "0306" + "0900000000000000"),
            (.rejections(.shed, count: 300), "0307" + "17" + "ac02"),
            (.control(.thaw), "0308" + "02"),
            (.modelPart([7, 8]), "0309" + "02" + "0708"),
            (.rollback(Rollback(records: 300, byteCount: 2)), "030a" + "ac02" + "02"),
        ]
    }()

    @Test("each kind of record has these very bytes", arguments: golden)
    func goldenBytes(record: JournalRecord, expected: String) throws {
        let payload = RecordCoding.payload([record])
        #expect(hex(payload) == expected)
        #expect(try decodedRecords(payload, count: 1) == [record])
    }

    @Test("rejection codes are part of the format")
    func rejectionCodes() {
        #expect(RejectionReason.allCases.map(\.rawValue) == Array(1...23) + Array(64...73))
        #expect(Set(RejectionReason.allCases.map(\.code)).count == RejectionReason.allCases.count)
    }

    @Test("an unknown format or kind is refused by name")
    func unknown() {
        #expect(throws: RecordCodingError.unknownFormat(1)) { try decodedRecords([1], count: 0) }
        #expect(throws: RecordCodingError.unknownFormat(4)) { try decodedRecords([4], count: 0) }
        #expect(throws: RecordCodingError.unknownKind(11)) { try decodedRecords([3, 11], count: 1) }
        #expect(RecordCodingError.unknownFormat(1).description.contains("format 1 is unknown"))
        #expect(RecordCodingError.unknownKind(11).description.contains("kind 11 is unknown"))
    }

    @Test("the count must be that of the records")
    func counts() {
        let payload = RecordCoding.payload([.sourceLeft(1), .sourceLeft(2)])
        #expect(throws: RecordCodingError.self) { try decodedRecords(payload, count: 1) }
        #expect(throws: RecordCodingError.self) { try decodedRecords(payload, count: 3) }
        #expect(throws: RecordCodingError.self) { try decodedRecords([], count: 0) }
    }
}
