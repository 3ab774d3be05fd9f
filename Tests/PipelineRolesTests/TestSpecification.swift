// The specification that role tests run under, and the records they fold.

public import ByteCoding
import OnlineLearning
public import PipelineRoles
import ScoringRecords
import Testing

enum TestSpecification {
    static let digest: [UInt8] = Array(repeating: 0xD1, count: 32)

    /// One of each kind of learner, by name.
    static func optimizers() throws -> [OptimizerChoice] {
        try [
            .ftrl(FTRLParameters(alpha: 0.5)), .portfolio(.standard, mixtureHalfLife: 300),
            .ekf(EKFParameters(priorVariance: 0.3, forgetting: 0.01)),
        ]
    }

    /// Two heads, one that reads silence as a negative and one that does not; a category and a standardised number.
    static func make(
        windows: [TimeSpan] = [.seconds(60), .seconds(10)], grace: TimeSpan = .zero, maximumPending: Int = 1_000,
        baseRate: Double = 0.5, heads: Int? = nil, policies: [LabelPolicy] = [], optimizer: OptimizerChoice? = nil,
        orphanWindow: TimeSpan = .zero, maximumOrphans: Int = 0, labelOutage: TimeSpan? = nil,
        guards: LearningGuards = LearningGuards()
    ) throws -> Specification {
        let rate = try #require(Probability(baseRate))
        let names = ["chargeback", "refund", "dispute"]
        let windows = heads.map { Array(windows.prefix($0)) } ?? windows
        var specification = Specification(
            idField: "id", timeField: "time",
            features: [.hash(field: "country"), .number(field: "amount", transform: .log, standardized: true)],
            heads: windows.enumerated().map { head, window in
                HeadSpecification(
                    name: names[head], loss: .bce, baseRate: rate, window: window,
                    missingLabel: head == 0 ? .negative : .unlabelled,
                    policy: head < policies.count ? policies[head] : .wait)
            },
            bits: 6, optimizer: try optimizer ?? .ftrl(FTRLParameters(alpha: 0.5)), grace: grace,
            maximumPending: maximumPending, orphanWindow: orphanWindow, maximumOrphans: maximumOrphans)
        specification.guards = guards
        for head in specification.heads.indices { specification.heads[head].labelOutage = labelOutage }
        return specification
    }
}

/// An instant `seconds` after 1970.
func at(_ seconds: Double) -> Timestamp { Timestamp(microseconds: Int64(seconds * 1_000_000)) }

/// The id `text`, which must be one.
func eventID(_ text: String) -> EventID {
    guard let id = EventID(text) else { preconditionFailure("'\(text)' is no id") }
    return id
}

extension JournalRecord {
    static let specificationMark = JournalRecord.specification(digest: TestSpecification.digest)

    static func event(
        _ id: String, _ seconds: Double, slot: UInt32 = 1, number: Float = 1, heads: Int = 2, lanes: SIMD8<Float>? = nil
    ) -> JournalRecord {
        .scored(
            ScoredEvent(
                id: eventID(id), time: at(seconds), modelVersion: ModelVersion(epoch: 1, records: 1),
                features: FeatureVector(indicators: [0, slot], valued: [ValuedFeature(index: 2, value: number)]),
                numbers: [NumberObservation(ordinal: 0, value: number)],
                outputs: Array(
                    repeating: OutputScore(
                        raw: Logit(clamping: 0.5), mapped: Logit(clamping: 0.75), served: Logit(clamping: 1),
                        lanes: lanes), count: heads)))
    }

    static func outcome(
        _ id: String, _ seconds: Double, head: UInt8 = 0, value: Float = 1, weight: Float = 1
    ) -> JournalRecord {
        .label(Label(id: eventID(id), head: head, value: value, time: at(seconds), weight: weight))
    }

    static func mark(_ source: UInt64, _ seconds: Double, position: UInt64 = 0) -> JournalRecord {
        .watermark(Watermark(source: source, time: at(seconds), position: position))
    }

    static func end(_ source: UInt64) -> JournalRecord {
        .watermark(Watermark(source: source, time: .distantFuture, position: 0))
    }
}

extension LearnerFold {
    /// An empty fold that has seen its specification's mark.
    static func marked(_ specification: Specification) -> LearnerFold {
        let fold = LearnerFold(specification: specification, specificationDigest: TestSpecification.digest)
        _ = fold.fold(.specificationMark)
        return fold
    }

    var bytes: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer) { _ in }
        return writer.bytes
    }

    var modelBytes: [UInt8] {
        var writer = ByteWriter()
        model.encode(into: &writer) { _ in }
        return writer.bytes
    }

    /// The fold restored from its own bytes.
    func restored() throws -> LearnerFold { try LearnerFold.restored(from: bytes, specification) }

    /// A fold restored from the bytes of one.
    static func restored(from bytes: [UInt8], _ specification: Specification) throws -> LearnerFold {
        var reader = ByteReader(bytes)
        return try LearnerFold(
            decoding: &reader, specification: specification, specificationDigest: TestSpecification.digest)
    }

    /// Folds and says why a record had no effect.
    @discardableResult
    func take(_ record: JournalRecord) -> RejectionReason? { fold(record).first?.reason }
}

// Joiner tests tell events apart by a number.
extension Int: JoinedPayload {
    /// Writes eight bytes.
    public func write(to writer: inout ByteWriter) { writer.writeInt64(Int64(self)) }
    /// Reads what `write` wrote.
    public init(reading reader: inout ByteReader) throws { self = Int(try reader.readInt64()) }
}
