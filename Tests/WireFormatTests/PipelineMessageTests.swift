// What workers, learner and monitors say to each other, as bytes: there and back, and the very bytes.

import ScoringRecords
import Testing
import WireFormat

@Suite("Pipeline messages as bytes")
struct PipelineMessageTests {
    @Test("every message reads back as it was, and gives the same bytes again")
    func roundTrip() throws {
        var random = SeededGenerator()
        for _ in 0..<3_000 {
            let message = random.message()
            let bytes = message.encoded()
            #expect(try PipelineMessage(decoding: bytes) == message)
        }
    }

    static let golden: [(PipelineMessage, String)] = [
        (
            .hello(WorkerHello(writer: 1, specification: [0xAB, 0xCD], durable: 300, recorded: 299)),
            "0301" + "0100000000000000" + "02abcd" + "ac02" + "ab02"
        ),
        (
            .welcome(epoch: 3, accepted: 300, durable: 5, version: ModelVersion(epoch: 3, records: 128)),
            "0302" + "03000000" + "ac02" + "05" + "03" + "8001"
        ),
        (.refused(.journalTailLost, reason: "no"), "0303" + "02" + "026e6f"),
        (
            .append(AppendFrame(writer: 2, writerSequence: 1, batch: nil, recordCount: 1, payload: [1, 4, 2])),
            "0304" + "0200000000000000" + "01" + "00" + "01000000" + "03010402"
        ),
        (
            .append(
                AppendFrame(
                    writer: 2, writerSequence: 1, batch: BatchDirective(number: 200, part: 1, parts: 3), recordCount: 0,
                    payload: [1])),
            "0304" + "0200000000000000" + "01" + "01" + "c801" + "01" + "03" + "00000000" + "0101"
        ),
        (.ack(durable: 127), "0305" + "7f"),
        (.folded(batch: 4, version: ModelVersion(epoch: 1, records: 2)), "0306" + "04" + "0102"),
        (.snapshotRequest, "0307"),
        (
            .delta(
                ModelDelta(
                    base: .none, version: ModelVersion(epoch: 1, records: 9),
                    weights: [WeightChange(index: 2, weight: 1), WeightChange(index: 300, weight: -2)],
                    heads: [
                        HeadServing(
                            mixture: [0, 1, 0, 1, 0, 1, 0, 2],
                            recalibration: [HeadServing.Line(intercept: -0.5, slope: 1.5)]), HeadServing(),
                    ],
                    moments: [NumberMoments(count: 5, mean: 1.5, squaredDeviations: 2)], checksum: 0x0102_0304_0506_0708
                )),
            "0308" + "0000" + "0109" + "02" + "02" + "0000803f" + "aa02" + "000000c0" + "02" + "08"
                + "0000000000000000" + "000000000000f03f" + "0000000000000000" + "000000000000f03f"
                + "0000000000000000" + "000000000000f03f" + "0000000000000000" + "0000000000000040" + "01"
                + "000000000000e0bf" + "000000000000f83f" + "00" + "00" + "01" + "05" + "000000000000f83f"
                + "0000000000000040" + "0807060504030201"
        ),
        (.control(.freeze), "030b" + "01"), (.controlled(.thaw, sequence: 300), "030c" + "02" + "ac02"),
        (.rollback(to: 300), "030d" + "ac02"), (.rolledBack(to: 300, sequence: 5), "030e" + "ac02" + "05"),
        (.fetch(from: 1, maximumBytes: 4 << 20), "0309" + "01" + "00004000"),
        (
            .frames(end: 10, frames: [TailFrame(firstSequence: 8, recordCount: 2, payload: [1])]),
            "030a" + "0a" + "01" + "08" + "02000000" + "0101"
        ),
    ]

    @Test("each kind of message has these very bytes", arguments: golden)
    func goldenBytes(message: PipelineMessage, expected: String) throws {
        let bytes = message.encoded()
        #expect(hex(bytes) == expected)
        #expect(try PipelineMessage(decoding: bytes) == message)
    }

    @Test("an unknown protocol or kind is refused by name")
    func unknown() {
        #expect(throws: RecordCodingError.unknownFormat(9)) { try PipelineMessage(decoding: [9, 1]) }
        #expect(throws: RecordCodingError.unknownKind(0)) { try PipelineMessage(decoding: [3, 0]) }
        #expect(throws: RecordCodingError.unknownKind(15)) { try PipelineMessage(decoding: [3, 15]) }
    }

    @Test("refusals are part of the format, and an unknown one is refused")
    func refusals() {
        #expect(PipelineRefusal.allCases.map(\.rawValue) == Array(1...8))
        #expect(Set(PipelineRefusal.allCases.map(\.code)).count == 8)
        #expect(throws: RecordCodingError.outOfDomain("a refusal's code")) {
            try PipelineMessage(decoding: [3, 3, 9, 0])
        }
    }

    @Test("a share outside its batch is refused")
    func shares() {
        let bytes = PipelineMessage.append(
            AppendFrame(
                writer: 2, writerSequence: 1, batch: BatchDirective(number: 0, part: 2, parts: 3), recordCount: 0,
                payload: [1])
        ).encoded()
        // …, presence, number, part, parts, …
        for (part, parts) in [(3, 3), (0, 0), (5, 3)] as [(UInt8, UInt8)] {
            var bent = bytes
            bent[13] = part
            bent[14] = parts
            #expect(throws: RecordCodingError.outOfDomain("a batch share")) { try PipelineMessage(decoding: bent) }
        }
    }
}
