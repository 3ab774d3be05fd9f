// JSON lines through the decoder and the extractor that a worker has, and into the learner's table.

import OnlineLearning
import ScoringRecords
import WireFormat

struct JSONCase {
    private let lines: TextWorkload
    private let extractor: FeatureExtractor
    private let moments: [NumberMoments]
    private var decoder: IntakeDecoder
    private var features = FeatureVector()
    private var numbers: [NumberObservation] = []
    private var scratch: [UInt64] = []

    /// Events that are extracted before one is learned: as many as the model keeps back.
    private static let lookahead = 3

    /// Room for more slots than any table that is measured has.
    static let indexBits = 24

    init(
        _ workload: IntakeWorkload, _ writing: EventWriting,
        _ definitions: [FeatureDefinition] = IntakeWorkload.definitions, bits: Int = JSONCase.indexBits
    ) {
        lines = workload.json(writing)
        extractor = FeatureExtractor(definitions: definitions, bits: bits)
        decoder = IntakeDecoder(
            schema: IntakeSchema(
                event: EventSchema(idField: "id", timeField: "time", fields: extractor.fields),
                heads: [IntakeHead(name: "click")]))
        // Past warm-up, with a spread that keeps values away from the bound.
        var seen = NumberMoments()
        for step in 0..<100 { seen.observe(Double(step) / 10) }
        moments = Array(repeating: seen, count: extractor.standardizedCount)
    }

    mutating func decode(named name: String, inGeneral: Bool = false, _ length: RoundLength) throws -> BenchmarkResult {
        var hash = ResultHash()
        func round(_ body: (Timestamp?) -> Void) throws {
            for range in lines.ranges {
                let item =
                    inGeneral
                    ? try decoder.decodeInGeneral(lines.bytes, range: range)
                    : try decoder.decode(lines.bytes, range: range)
                if case .event(_, _, let time) = item { body(time) }
            }
        }
        try round { time in
            hash.add(UInt64(bitPattern: time?.microseconds ?? 0))
            for value in decoder.fields.values { if case .number(let number) = value { hash.add(number) } }
        }
        let timing = try RoundTiming.measure(length, events: lines.ranges.count) { try round { _ in } }
        return result(name, timing, hash)
    }

    mutating func extract(named name: String, _ length: RoundLength) throws -> BenchmarkResult {
        var hash = ResultHash()
        for range in lines.ranges {
            try extract(range)
            hash.add(features)
        }
        let timing = try RoundTiming.measure(length, events: lines.ranges.count) {
            for range in lines.ranges { try extract(range) }
        }
        return result(name, timing, hash)
    }

    /// Learns cross-entropy; hashes the logits before each step.
    mutating func learn(named name: String, bits: Int, labels: [Float], _ length: RoundLength) throws -> BenchmarkResult
    {
        let table = FTRLTable(bits: bits, parameters: try FTRLParameters(alpha: 0.1), offsets: [Logit(clamping: -3)])
        var hash = ResultHash()
        // The memory of an event's slots is asked for when it is extracted; by the time it is learned it has come.
        func round(_ body: (Logit) -> Void) throws {
            func learn(_ index: Int) {
                let label = Double(labels[index])
                body(
                    table.learn(listed: index % FTRLTable.listLimit) {
                        BinaryLoss.bce.gradient(logit: Double($0.value), label: label, weight: 1)
                    })
            }
            for (index, range) in lines.ranges.enumerated() {
                if index >= JSONCase.lookahead { learn(index - JSONCase.lookahead) }
                try extract(range)
                table.list(features, as: index % FTRLTable.listLimit)
            }
            for index in max(0, lines.ranges.count - JSONCase.lookahead)..<lines.ranges.count { learn(index) }
        }
        try round { hash.add($0.value) }
        let timing = try RoundTiming.measure(length, events: lines.ranges.count) { try round { _ in } }
        return result("\(name)/2^\(bits)", timing, hash)
    }

    /// The features of line `number`.
    mutating func features(of number: Int) throws -> FeatureVector {
        try extract(lines.ranges[number])
        return features
    }

    private mutating func extract(_ range: Range<Int>) throws {
        _ = try decoder.decode(lines.bytes, range: range)
        try extractor.extract(
            decoder.fields, moments: moments, scratch: &scratch, into: &features, numbers: &numbers)
    }

    private func result(_ name: String, _ timing: RoundTiming, _ hash: ResultHash) -> BenchmarkResult {
        BenchmarkResult(
            name: name, timing: timing, resultHash: hash.value,
            figures: [.init("bytesPerEvent", Double(lines.bytes.count) / Double(lines.ranges.count))])
    }
}
