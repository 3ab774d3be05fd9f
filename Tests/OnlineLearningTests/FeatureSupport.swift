// What the feature and model tests share: field values by hand, one call to extract, and a small specification.

import OnlineLearning
import ScoringRecords
import Testing

/// What an extractor makes of one event.
struct ExtractedFeatures: Equatable {
    var features = FeatureVector()
    var numbers: [NumberObservation] = []

    /// The indicators without the bias, which comes first.
    var indicators: [UInt32] { Array(features.indicators.dropFirst()) }
}

extension FeatureExtractor {
    init(_ definitions: FeatureDefinition...) { self.init(definitions: definitions, bits: 20) }

    /// Extracts from `values`, given by field; text is written as `.text("…")`.
    func callAsFunction(
        _ values: [String: TestValue], moments: [NumberMoments]? = nil
    ) throws(FieldError) -> ExtractedFeatures {
        var fieldValues = FieldValues(fieldCount: fields.count)
        for (position, field) in fields.enumerated() {
            switch values[field] {
            case .value(let value): fieldValues.set(position, to: value)
            case .text(let text): fieldValues.setText(position, bytes: text.utf8)
            case nil: break
            }
        }
        var result = ExtractedFeatures()
        // Old contents must not show through.
        result.features = FeatureVector(indicators: [99], valued: [ValuedFeature(index: 99, value: 99)])
        result.numbers = [NumberObservation(ordinal: 99, value: 99)]
        var scratch: [UInt64] = []
        try extract(
            fieldValues, moments: moments ?? Array(repeating: NumberMoments(), count: standardizedCount),
            scratch: &scratch, into: &result.features, numbers: &result.numbers)
        return result
    }
}

enum TestValue {
    case value(FieldValue)
    case text(String)

    static func number(_ number: Double) -> TestValue { .value(.number(number)) }
    static let missing = TestValue.value(.missing)
}

extension HeadSpecification {
    /// The task of a binary head.
    var binary: BinaryTask {
        get {
            guard case .binary(let task) = task else { preconditionFailure("a head of these tests is binary") }
            return task
        }
        set { task = .binary(newValue) }
    }
}

/// A model of two heads over a category, a standardised number and a cross.
enum SmallModel {
    static func specification(
        bits: Int = 8, heads: Int = 2, l1: Double = 0, loss: BinaryLoss = .bce, optimizer: OptimizerChoice? = nil
    ) throws -> Specification {
        let rate = try #require(Probability(0.05))
        return Specification(
            idField: "id", timeField: "time",
            features: [
                .hash(field: "country"), .number(field: "amount", transform: .log, standardized: true),
                .cross(fields: ["country", "device"]),
            ],
            heads: (0..<heads).map { head in
                HeadSpecification(
                    name: "head\(head)", loss: loss, baseRate: rate, window: .seconds(60), missingLabel: .negative)
            },
            bits: bits, optimizer: try optimizer ?? .ftrl(FTRLParameters(alpha: 0.3, l1: l1)), grace: .zero,
            maximumPending: 100)
    }

    /// One of each kind of learner.
    static let optimizers: [OptimizerChoice] = {
        guard let ftrl = try? FTRLParameters(alpha: 0.3), let ekf = try? EKFParameters(priorVariance: 0.3) else {
            preconditionFailure("parameters in their domain")
        }
        return [.ftrl(ftrl), .portfolio(.standard, mixtureHalfLife: 300), .ekf(ekf)]
    }()

    /// The id of the event with this number.
    static func id(_ number: Int) -> EventID {
        guard let id = EventID("event-\(number)") else { preconditionFailure("a word and a number are an id") }
        return id
    }

    /// One random event's features and numbers.
    static func event(
        bits: Int, _ random: inout NumericTestGenerator
    ) -> (features: FeatureVector, numbers: [NumberObservation]) {
        let slots = UInt32(1) << UInt32(bits)
        let features = FeatureVector(
            indicators: (0..<3).map { _ in UInt32.random(in: 0..<slots, using: &random) },
            valued: [
                ValuedFeature(
                    index: UInt32.random(in: 0..<slots, using: &random), value: Float.random(in: -3...3, using: &random)
                )
            ])
        return (features, [NumberObservation(ordinal: 0, value: Float.random(in: -5...50, using: &random))])
    }

    /// Observes, learns and judges `count` random events, each for every head.
    static func train(_ model: OnlineModel, events count: Int, _ random: inout NumericTestGenerator) {
        for _ in 0..<count {
            let (features, numbers) = event(bits: model.specification.bits, &random)
            model.observe(numbers)
            for head in model.specification.heads.indices {
                let value: Float = Bool.random(using: &random) ? 1 : 0
                let outcome = Outcome.observed(value: value, weight: 1)
                model.learn(TrainingExample(head: head, id: id(0), features: features, outcome: outcome))
                let lanes = SIMD8<Float>((0..<8).map { _ in Float.random(in: -3...3, using: &random) })
                let logit = Logit(clamping: lanes[0])
                let score = OutputScore(raw: logit, mapped: logit, served: logit, lanes: lanes)
                model.judge(
                    head: head, scores: Array(repeating: score, count: model.specification.outputCount),
                    outcome: outcome)
            }
        }
    }
}
