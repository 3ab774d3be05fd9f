// The cases of the intake's benchmark. Each makes one round to warm up, whose results it hashes, and is timed after it.

import OnlineLearning
import ScoringRecords

/// What is measured on events as bytes.
enum IntakeCase: String, CaseIterable {
    /// A JSON line to typed fields.
    case jsonFields = "json/fields"
    /// The same by the path that expects nothing.
    case jsonFieldsInGeneral = "json/fields-general"
    /// A JSON line in the expected order to hashed features.
    case jsonInOrder = "json/in-order"
    /// The same with logarithms and standardisation of all numbers.
    case jsonStandardized = "json/standardized"
    /// Every line in another order.
    case jsonOutOfOrder = "json/out-of-order"
    /// Every line with an escape.
    case jsonEscaped = "json/escaped"
    /// A JSON line to features, score and lesson.
    case jsonLearn = "json/learn"
    /// A CSV row to the texts of its cells, as a replay reads it.
    case csvFields = "csv/fields"
    /// A CSV row to hashed features, as an evaluation reads it.
    case csvFeatures = "csv/features"
    /// A scored event of a journal's frame.
    case frame = "frame/decode"
    /// A message of one event through a worker, sockets left out.
    case workerOne = "worker/1"
    /// The same with 32 events a message.
    case workerMany = "worker/32"

    func run(_ workload: IntakeWorkload, _ settings: IntakeSettings) throws -> BenchmarkResult {
        let length = settings.length
        switch self {
        case .jsonFields, .jsonFieldsInGeneral:
            var json = JSONCase(workload, .inOrder)
            return try json.decode(named: rawValue, inGeneral: self == .jsonFieldsInGeneral, length)
        case .jsonInOrder: return try extract(JSONCase(workload, .inOrder), length)
        case .jsonStandardized:
            return try extract(JSONCase(workload, .inOrder, IntakeWorkload.standardizedDefinitions), length)
        case .jsonOutOfOrder: return try extract(JSONCase(workload, .shuffled), length)
        case .jsonEscaped: return try extract(JSONCase(workload, .escaped), length)
        case .jsonLearn:
            var json = JSONCase(workload, .inOrder)
            return try json.learn(named: rawValue, bits: settings.bits, labels: workload.labels, length)
        case .csvFields: return try CSVCase(workload).read(named: rawValue, length)
        case .workerOne, .workerMany:
            var worker = try WorkerCase(workload, batch: self == .workerOne ? 1 : 32, bits: settings.bits)
            return try worker.answer(named: rawValue, length)
        case .csvFeatures: return try CSVCase(workload).extract(named: rawValue, length)
        case .frame: return try FrameCase(workload).decode(named: rawValue, length)
        }
    }

    private func extract(_ json: JSONCase, _ length: RoundLength) throws -> BenchmarkResult {
        var json = json
        return try json.extract(named: rawValue, length)
    }
}

extension ResultHash {
    /// Takes in an event's features.
    mutating func add(_ features: FeatureVector) {
        for index in features.indicators { add(UInt64(index)) }
        for feature in features.valued {
            add(UInt64(feature.index))
            add(feature.value)
        }
    }
}
