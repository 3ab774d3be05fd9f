// The learner's model as bytes: equal states give equal bytes, and a restored model goes on as if nothing had happened.

import ByteCoding
import OnlineLearning
import ScoringRecords
import Testing

@Suite("A model's state as bytes")
struct ModelStateTests {
    private func bytes(of model: OnlineModel) -> [UInt8] {
        var writer = ByteWriter()
        model.encode(into: &writer) { _ in }
        return writer.bytes
    }

    private func restored(
        _ bytes: [UInt8], bits: Int = 8, optimizer: OptimizerChoice? = nil
    ) throws -> OnlineModel {
        let model = OnlineModel(specification: try SmallModel.specification(bits: bits, optimizer: optimizer))
        var reader = ByteReader(bytes)
        try model.decode(&reader)
        try reader.expectEnd()
        return model
    }

    @Test("a restored model has the same bytes, and learns on to the same bytes", arguments: SmallModel.optimizers)
    func roundTrip(optimizer: OptimizerChoice) throws {
        var random = NumericTestGenerator(for: "roundTrip")
        let model = OnlineModel(specification: try SmallModel.specification(optimizer: optimizer))
        for _ in 0..<5 {
            SmallModel.train(model, events: 40, &random)
            let copy = try restored(bytes(of: model), optimizer: optimizer)
            #expect(bytes(of: copy) == bytes(of: model))
            var again = random
            SmallModel.train(copy, events: 25, &again)
            SmallModel.train(model, events: 25, &random)
            #expect(bytes(of: copy) == bytes(of: model))
        }
    }

    @Test("a large model is written in pieces that together are the same bytes")
    func pieces() throws {
        var random = NumericTestGenerator(for: "pieces")
        let model = OnlineModel(specification: try SmallModel.specification(bits: 18))
        SmallModel.train(model, events: 60_000, &random)
        var pieces: [UInt8] = []
        var greatest = 0
        var writer = ByteWriter()
        model.encode(into: &writer) { writer in
            greatest = max(greatest, writer.count)
            pieces += writer.bytes
            writer.removeAll()
        }
        pieces += writer.bytes
        #expect(greatest > 0 && greatest < 2 << 20)
        #expect(pieces == bytes(of: model))
        #expect(bytes(of: try restored(pieces, bits: 18)) == pieces)
    }

    @Test("an untrained model has these very bytes")
    func golden() throws {
        let model = OnlineModel(specification: try SmallModel.specification())
        // a 0, b 1, P 1, 0 and ¼, no positives, no advantage, not serving, no lesson cut or held; then the end of an empty table.
        let one: [UInt8] = [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
        let quarter: [UInt8] = [0, 0, 0, 0, 0, 0, 0xD0, 0x3F]
        let zero = [UInt8](repeating: 0, count: 8)
        let head = zero + one + one + zero + quarter + zero + zero + zero + [0, 0] + [0xFF, 0xFF, 0xFF, 0xFF]
        #expect(bytes(of: model) == [1, 0] + zero + zero + head + head)
    }

    @Test("what was published after a restore is the whole model")
    func publisherAfterRestore() throws {
        var random = NumericTestGenerator(for: "publisherAfterRestore")
        let model = OnlineModel(specification: try SmallModel.specification())
        let publisher = ModelPublisher(model: model, epoch: 1, records: 0)
        SmallModel.train(model, events: 50, &random)
        _ = publisher.delta(records: 50)
        let copy = try restored(bytes(of: model))
        let next = ModelPublisher(model: copy, epoch: 2, records: 50)
        #expect(next.published.version == ModelVersion(epoch: 2, records: 50))
        #expect(next.published.checksum == publisher.published.checksum)
        #expect(next.published.snapshot().weights == publisher.published.snapshot().weights)
        // And it goes on from there: nothing has changed yet, then only what is learned.
        #expect(next.delta(records: 50).weights.isEmpty)
        var again = random
        SmallModel.train(copy, events: 5, &again)
        SmallModel.train(model, events: 5, &random)
        #expect(next.delta(records: 55).weights == publisher.delta(records: 55).weights)
    }

    @Test("bytes that are no state of the specification are refused")
    func refusals() throws {
        var random = NumericTestGenerator(for: "refusals")
        let model = OnlineModel(specification: try SmallModel.specification())
        SmallModel.train(model, events: 20, &random)
        let good = bytes(of: model)
        for length in good.indices { #expect(throws: (any Error).self) { try restored(Array(good[..<length])) } }
        #expect(throws: ModelStateError.shape) { try restored(good, bits: 2) }
        #expect(throws: ModelStateError.shape) { try restored([2] + good.dropFirst()) }

        var writer = ByteWriter()
        writer.writeVarint(1)
        writer.writeVarint(20)
        writer.writeDouble(.nan)
        writer.writeDouble(1)
        #expect(throws: ModelStateError.outOfDomain) { try restored(writer.bytes) }
        let untrained = bytes(of: OnlineModel(specification: try SmallModel.specification()))
        // The moments, and the first head's recalibrator and guard.
        let header = Array(untrained[..<(2 + 16 + 64 + 2)])
        var bent = untrained
        bent[2 + 16 + 63] = 1  // neither serving nor not
        #expect(throws: ModelStateError.outOfDomain) { try restored(bent) }
        func slot(_ index: UInt32, _ z: Float, _ n: Float) -> [UInt8] {
            var writer = ByteWriter()
            writer.writeUInt32(index)
            writer.writeFloat(z)
            writer.writeFloat(n)
            return writer.bytes
        }
        #expect(throws: ModelStateError.outOfDomain) { try restored(header + slot(1, .nan, 1)) }
        #expect(throws: ModelStateError.outOfDomain) { try restored(header + slot(1, 1, -1)) }
        #expect(throws: ModelStateError.shape) { try restored(header + slot(256, 1, 1)) }
        #expect(throws: ModelStateError.shape) { try restored(header + slot(5, 1, 1) + slot(5, 1, 1)) }
        #expect(throws: ModelStateError.shape) { try restored(header + slot(5, 1, 1) + slot(4, 1, 1)) }
    }
}
