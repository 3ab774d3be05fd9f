// Records and messages of every kind with values from all over their domains.

import ScoringRecords
import WireFormat

extension SeededGenerator {
    mutating func id() -> EventID {
        let characters: [Character] = ["a", "Z", "7", "-", "é", "𝄞", " ", "\""]
        let text = String((0...below(20)).map { _ in pick(characters) })
        return EventID(text) ?? placeholderID
    }

    private var placeholderID: EventID {
        guard let id = EventID("id") else { preconditionFailure("two letters are an id") }
        return id
    }

    mutating func timestamp() -> Timestamp {
        switch below(10) {
        case 0: .distantPast
        case 1: .distantFuture
        default: Timestamp(microseconds: Int64(bitPattern: next()) >> Int64(below(60)))
        }
    }

    /// Any number of bits set, from the top: small numbers as often as great ones.
    mutating func count() -> UInt64 { next() >> UInt64(below(64)) }

    mutating func float(_ bound: Float) -> Float {
        chance(0.1) ? pick([0, -0.0, bound]) : .random(in: -bound...bound, using: &self)
    }

    mutating func version() -> ModelVersion {
        ModelVersion(epoch: UInt32(truncatingIfNeeded: count()), records: count())
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

    mutating func record() -> JournalRecord {
        switch below(8) {
        case 0: .specification(digest: bytes(32))
        case 1: .scored(scoredEvent())
        case 2:
            .label(
                Label(
                    id: id(), head: UInt8(below(256)),
                    value: chance(0.5) ? .share(float(1).magnitude) : .category(UInt16(below(1 << 16))),
                    time: timestamp(),
                    weight: float(1e6).magnitude))
        case 3: .rejection(pick(RejectionReason.allCases))
        case 4: .watermark(Watermark(source: next(), time: timestamp(), position: count()))
        case 5: .rejections(pick(RejectionReason.allCases), count: count())
        case 6: .control(pick(LearningControl.allCases))
        case 7: .modelPart(bytes(below(50)))
        case 8: .rollback(Rollback(records: count(), byteCount: count()))
        default: .sourceLeft(next())
        }
    }

    mutating func scoredEvent() -> ScoredEvent {
        ScoredEvent(
            id: id(), time: timestamp(), modelVersion: version(),
            features: FeatureVector(
                indicators: (0..<below(6)).map { _ in UInt32(truncatingIfNeeded: next()) },
                valued: (0..<below(4)).map { _ in
                    ValuedFeature(index: UInt32(truncatingIfNeeded: next()), value: float(1e6))
                }),
            numbers: (0..<below(4)).map { _ in
                NumberObservation(ordinal: UInt16(truncatingIfNeeded: next()), value: float(1e6))
            },
            outputs: (0..<below(4)).map { _ in
                OutputScore(
                    raw: Logit(clamping: float(20_000)), mapped: Logit(clamping: float(100)),
                    served: Logit(clamping: float(30)),
                    lanes: chance(0.5) ? SIMD8((0..<8).map { _ in float(Logit.bound) }) : nil)
            },
            slices: (0..<below(3)).map { _ in
                SliceValue(
                    field: UInt32(below(1 << 32)), text: pick(["", "NZ", "ü", String(repeating: "a", count: 128)]))
            })
    }

    mutating func delta() -> ModelDelta {
        ModelDelta(
            base: version(), version: version(),
            weights: Set((0..<below(6)).map { _ in UInt32(below(1 << 32)) }).sorted().map {
                WeightChange(index: $0, weight: float(1e30))
            },
            heads: (0..<below(4)).map { _ in
                HeadServing(
                    mixture: chance(0.5) ? (0..<8).map { _ in Double(float(700).magnitude) } : [],
                    recalibration: (0..<below(4)).map { _ in
                        HeadServing.Line(intercept: Double(float(5)), slope: .random(in: 0.1...3, using: &self))
                    })
            },
            moments: (0..<below(4)).map { _ in
                NumberMoments(
                    count: count(), mean: Double(float(1e6)), squaredDeviations: Double(float(1e30).magnitude))
            }, checksum: next())
    }

    mutating func message() -> PipelineMessage {
        switch below(14) {
        case 0:
            .hello(WorkerHello(writer: next(), specification: bytes(32), durable: count(), recorded: count()))
        case 1:
            .welcome(epoch: UInt32(truncatingIfNeeded: next()), accepted: count(), durable: count(), version: version())
        case 2: .refused(pick(PipelineRefusal.allCases), reason: "because é")
        case 3:
            .append(
                AppendFrame(
                    writer: next(), writerSequence: count(),
                    batch: chance(0.5) ? BatchDirective(number: count(), part: UInt32(below(3)), parts: 3) : nil,
                    recordCount: UInt32(below(1_000)), payload: bytes(below(40))))
        case 4: .ack(durable: count())
        case 5: .folded(batch: count(), version: version())
        case 6: .snapshotRequest
        case 7: .delta(delta())
        case 10: .control(pick(LearningControl.allCases))
        case 9: .controlled(pick(LearningControl.allCases), sequence: count())
        case 11: .rollback(to: count())
        case 12: .rolledBack(to: count(), sequence: count())
        case 8: .fetch(from: count(), maximumBytes: UInt32(truncatingIfNeeded: next()))
        default:
            .frames(
                end: count(),
                frames: (0..<below(4)).map { _ in
                    TailFrame(firstSequence: count(), recordCount: UInt32(below(9)), payload: bytes(below(20)))
                })
        }
    }
}

extension JournalRecord {
    /// Whether every floating-point number in it is finite.
    var isFinite: Bool {
        switch self {
        case .scored(let event):
            event.features.valued.allSatisfy { $0.value.magnitude <= Float(Limits.numberMagnitude) }
                && event.numbers.allSatisfy { $0.value.magnitude <= Float(Limits.numberMagnitude) }
                && event.outputs.allSatisfy { head in
                    [head.raw, head.mapped, head.served].allSatisfy { $0.value.isFinite }
                        && (0..<8).allSatisfy { (head.lanes?[$0] ?? 0).magnitude <= Logit.bound }
                }
        case .label(let label):
            if case .share(let value) = label.value, !(0...1).contains(value) {
                false
            } else {
                label.weight.isFinite && label.weight >= 0
            }
        case .specification, .rejection, .rejections, .watermark, .sourceLeft, .control, .modelPart, .rollback: true
        }
    }
}

extension ModelDelta {
    /// Whether every floating-point number in it is finite.
    var isFinite: Bool {
        weights.allSatisfy { $0.weight.isFinite }
            && heads.allSatisfy { head in
                head.mixture.allSatisfy { $0.isFinite && $0 >= 0 }
                    && head.recalibration.allSatisfy { $0.intercept.isFinite && $0.slope.isFinite && $0.slope > 0 }
            }
            && moments.allSatisfy { $0.mean.isFinite && $0.squaredDeviations.isFinite && $0.squaredDeviations >= 0 }
    }
}

/// The records of a payload.
func decodedRecords(_ payload: [UInt8], count: Int) throws(RecordCodingError) -> [JournalRecord] {
    var records: [JournalRecord] = []
    try RecordCoding.decode(payload, count: count) { records.append($0) }
    return records
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}
