// Records and messages cut short, bent, or written by an enemy: always an error or a value in its domain, never a trap.

import ScoringRecords
import Testing
import WireFormat

@Suite("Hostile records and messages")
struct HostileRecordTests {
    @Test("a payload cut at any byte is refused")
    func cutRecords() {
        var random = SeededGenerator()
        for _ in 0..<100 {
            let records = [random.record(), .scored(random.scoredEvent())]
            let payload = RecordCoding.payload(records)
            for length in payload.indices {
                #expect(throws: RecordCodingError.self) {
                    try decodedRecords(Array(payload[..<length]), count: records.count)
                }
            }
        }
    }

    @Test("a message cut at any byte is refused, and so is one with a byte too many")
    func cutMessages() {
        var random = SeededGenerator()
        for _ in 0..<200 {
            let bytes = random.message().encoded()
            for length in bytes.indices {
                #expect(throws: RecordCodingError.self) { try PipelineMessage(decoding: Array(bytes[..<length])) }
            }
            #expect(throws: RecordCodingError.self) { try PipelineMessage(decoding: bytes + [0]) }
        }
    }

    @Test("a flipped payload is refused or holds only numbers in their domain")
    func flippedRecords() {
        var random = SeededGenerator()
        for _ in 0..<400 {
            let payload = RecordCoding.payload([.scored(random.scoredEvent()), random.record()])
            for place in payload.indices {
                var bent = payload
                bent[place] ^= UInt8(1 << random.below(8))
                if let records = try? decodedRecords(bent, count: 2) { #expect(records.allSatisfy { $0.isFinite }) }
                bent[place] = 0xFF
                if let records = try? decodedRecords(bent, count: 2) { #expect(records.allSatisfy { $0.isFinite }) }
            }
        }
    }

    @Test("a flipped message is refused or holds only numbers in their domain")
    func flippedMessages() {
        var random = SeededGenerator()
        for _ in 0..<1_000 {
            var bent = PipelineMessage.delta(random.delta()).encoded()
            for _ in 0...random.below(3) { bent[random.below(bent.count)] ^= UInt8(1 << random.below(8)) }
            if case .delta(let delta)? = try? PipelineMessage(decoding: bent) { #expect(delta.isFinite) }
            var other = random.message().encoded()
            other[random.below(other.count)] = UInt8(truncatingIfNeeded: random.next())
            _ = try? PipelineMessage(decoding: other)
        }
    }

    @Test("random bytes are never a trap")
    func noise() {
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            let bytes = random.bytes(random.below(40))
            _ = try? PipelineMessage(decoding: [PipelineMessage.protocolVersion] + bytes)
            _ = try? decodedRecords([RecordCoding.formatVersion] + bytes, count: 1 + random.below(3))
        }
    }

    // A varint of nearly 2³², as a count with nothing behind it.
    private let hugeCount: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]

    @Test("a count that the bytes cannot fill is refused before memory is reserved for it")
    func hostileCounts() {
        let scored = RecordCoding.payload([.scored(SmallEvent.event)])
        // Its last counts follow the id, the time and the version: indicators, valued, numbers, heads, all zero here.
        for back in 1...4 {
            let bent = Array(scored.dropLast(back)) + hugeCount
            #expect(throws: RecordCodingError.self) { try decodedRecords(bent, count: 1) }
        }
        #expect(throws: RecordCodingError.self) {
            try decodedRecords([RecordCoding.formatVersion], count: Int(UInt32.max))
        }
        // A delta of one head that claims 2³⁰ changes, and frames that claim 2²⁰.
        let changes: [UInt8] = [1, 8, 0, 0, 1, 1, 1] + [0x80, 0x80, 0x80, 0x80, 0x04]
        #expect(throws: RecordCodingError.self) { try PipelineMessage(decoding: changes) }
        #expect(throws: RecordCodingError.self) { try PipelineMessage(decoding: [1, 10, 5] + [0x80, 0x80, 0x40]) }
        #expect(throws: RecordCodingError.self) { try PipelineMessage(decoding: [1, 10, 5] + hugeCount) }
        #expect(throws: RecordCodingError.self) {
            try PipelineMessage(decoding: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0] + hugeCount)
        }
    }

    @Test("a value, weight or moment outside its domain is refused")
    func outOfDomain() throws {
        var event = SmallEvent.event
        event.features.valued = [ValuedFeature(index: 0, value: 1_000_001)]
        #expect(throws: RecordCodingError.self) {
            try decodedRecords(RecordCoding.payload([.scored(event)]), count: 1)
        }
        event.features.valued = []
        event.numbers = [NumberObservation(ordinal: 0, value: -.infinity)]
        #expect(throws: RecordCodingError.self) {
            try decodedRecords(RecordCoding.payload([.scored(event)]), count: 1)
        }
        let beyond = Float(Limits.labelWeight).nextUp
        for (value, weight) in [(Float.nan, 1), (1.5, 1), (-0.5, 1), (1, -1), (1, .nan), (1, .infinity), (1, beyond)]
            as [(Float, Float)]
        {
            let label = Label(id: SmallEvent.event.id, head: 0, value: value, time: .distantPast, weight: weight)
            #expect(throws: RecordCodingError.self) {
                try decodedRecords(RecordCoding.payload([.label(label)]), count: 1)
            }
        }
        for moments in [NumberMoments(mean: .nan), NumberMoments(squaredDeviations: -1)] {
            let delta = ModelDelta(
                base: .none, version: .none, weights: [], heads: [], moments: [moments], checksum: 0)
            #expect(throws: RecordCodingError.self) {
                try PipelineMessage(decoding: PipelineMessage.delta(delta).encoded())
            }
        }
    }

    @Test("a serving state outside its domain is refused")
    func servingOutOfDomain() {
        func isRefused(_ head: HeadServing) -> Bool {
            let delta = ModelDelta(
                base: .none, version: .none, weights: [], heads: [head], moments: [], checksum: 0)
            return (try? PipelineMessage(decoding: PipelineMessage.delta(delta).encoded())) == nil
        }
        #expect(!isRefused(HeadServing()))
        for mixture in [[0.0], [0, 0, 0, 0, 0, 0, 0, -1], [0, 0, 0, 0, 0, 0, 0, .nan]] {
            #expect(isRefused(HeadServing(mixture: mixture)))
        }
        for (intercept, slope) in [(Double.nan, 1.0), (0, 0), (0, -1), (0, .infinity)] {
            #expect(isRefused(HeadServing(recalibration: [HeadServing.Line(intercept: intercept, slope: slope)])))
        }
    }

    @Test("a score with another number of lanes than none or eight is refused")
    func lanes() throws {
        var event = SmallEvent.event
        let zero = Logit(clamping: 0)
        event.outputs = [OutputScore(raw: zero, mapped: zero, served: zero)]
        let payload = RecordCoding.payload([.scored(event)])
        // The count of lanes stands before the last three floats and the count of slices.
        for count: UInt8 in [1, 7, 9, 255] {
            var bent = payload
            bent[payload.count - 14] = count
            #expect(throws: RecordCodingError.outOfDomain("a count of lanes")) {
                try decodedRecords(bent + [UInt8](repeating: 0, count: 4 * Int(count)), count: 1)
            }
        }
    }

    private enum SmallEvent {
        static let event: ScoredEvent = {
            guard let id = EventID("a") else { preconditionFailure("a letter is an id") }
            return ScoredEvent(
                id: id, time: Timestamp(microseconds: 0), modelVersion: .none, features: FeatureVector(), numbers: [],
                outputs: [])
        }()
    }
}
