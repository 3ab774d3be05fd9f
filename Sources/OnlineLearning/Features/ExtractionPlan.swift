// What an extractor does to an event, step by step. A class, so that a closure holds one reference and not one per list.

import ElementaryMath
import ScoringRecords

/// A feature specification with its names resolved and its salts computed.
final class ExtractionPlan: Sendable {
    /// A definition with its names resolved to positions and its salt computed. Plain numbers: taking a step must count no
    /// references.
    struct Step: Sendable {
        enum Kind: Sendable {
            case hash, number, bucket, cross
        }

        var kind: Kind
        /// Of a number: how it is bent.
        var transform = NumberTransform.raw
        /// The field; of a cross, its place in `crosses`.
        var field: Int
        var salt: UInt64
        /// Of a standardised number: which one it is; negative for others. Of a bucket: its place in `scales`.
        var ordinal = -1
        /// Of a number: its own index, and that of its absence.
        var index: UInt32 = 0
        var missingIndex: UInt32 = 0
    }

    // What a missing value hashes to. Values hash from their bytes; a clash is as unlikely as any other.
    static let missingHash = FeatureHash.hash("\u{0}missing")

    private let bits: Int
    private let biasIndex: UInt32
    private let steps: [Step]
    private let scales: [BucketScale]
    private let crosses: [[Int]]
    private let fields: [String]
    private let hashedFields: [Int]

    init(
        bits: Int, steps: [Step], scales: [BucketScale], crosses: [[Int]], fields: [String], hashedFields: [Int]
    ) {
        self.bits = bits
        self.steps = steps
        self.scales = scales
        self.crosses = crosses
        self.fields = fields
        self.hashedFields = hashedFields
        biasIndex = FeatureHash.index(FeatureHash.hash("bias"), bits: bits)
    }

    func extract(
        _ values: UnsafeBufferPointer<FieldValue>, _ text: UnsafeRawBufferPointer, moments: [NumberMoments],
        hashes: inout [UInt64], indicators: inout [UInt32], valued: inout [ValuedFeature],
        numbers: inout [NumberObservation]
    ) throws(FieldError) {
        precondition(values.count >= fields.count, "values are decoded under the extractor's schema")
        for field in hashedFields { hashes[field] = try valueHash(values[field], text, field) }
        // At most one feature per step, and the bias.
        try indicators.append(addingCapacity: steps.count + 1) { indicators throws(FieldError) in
            try valued.append(addingCapacity: steps.count) { valued throws(FieldError) in
                indicators.append(biasIndex)
                for step in steps {
                    switch step.kind {
                    case .hash:
                        indicators.append(index(FeatureHash.combine(step.salt, hashes[step.field])))
                    case .cross:
                        var hash = step.salt
                        for field in crosses[step.field] { hash = FeatureHash.combine(hash, hashes[field]) }
                        indicators.append(index(hash))
                    case .number:
                        guard let number = try number(values[step.field], step.field) else {
                            indicators.append(step.missingIndex)
                            continue
                        }
                        let value = try value(of: number, step, moments: moments, numbers: &numbers)
                        if value != 0 { valued.append(ValuedFeature(index: step.index, value: value)) }
                    case .bucket:
                        guard let number = try number(values[step.field], step.field) else {
                            indicators.append(index(FeatureHash.combine(step.salt, ExtractionPlan.missingHash)))
                            continue
                        }
                        indicators.append(index(FeatureHash.combine(step.salt, try bucket(of: number, step))))
                    }
                }
            }
        }
    }

    private func index(_ hash: UInt64) -> UInt32 { FeatureHash.index(hash, bits: bits) }

    private func value(
        of number: Double, _ step: Step, moments: [NumberMoments], numbers: inout [NumberObservation]
    ) throws(FieldError) -> Float {
        let transformed = step.transform.apply(number)
        guard abs(transformed) <= Limits.numberMagnitude else {
            throw FieldError(reason: .numberOutOfRange, field: fields[step.field])
        }
        let value = Float(transformed)
        guard step.ordinal >= 0 else { return value }
        numbers.append(NumberObservation(ordinal: UInt16(step.ordinal), value: value))
        return moments[step.ordinal].standardized(Double(value))
    }

    private func bucket(of number: Double, _ step: Step) throws(FieldError) -> UInt64 {
        guard abs(number) <= Limits.numberMagnitude else {
            throw FieldError(reason: .numberOutOfRange, field: fields[step.field])
        }
        return UInt64(bitPattern: scales[step.ordinal].bucket(of: number))
    }

    @inline(__always)
    private func number(_ value: FieldValue, _ field: Int) throws(FieldError) -> Double? {
        switch value {
        case .missing: return nil
        case .number(let number): return number
        case .boolean, .text, .structured: throw FieldError(reason: .wrongType, field: fields[field])
        }
    }

    @inline(__always)
    private func valueHash(
        _ value: FieldValue, _ text: UnsafeRawBufferPointer, _ field: Int
    ) throws(FieldError) -> UInt64 {
        switch value {
        case .missing:
            return ExtractionPlan.missingHash
        case .text(let range):
            return FeatureHash.hash(UnsafeRawBufferPointer(rebasing: text[range]))
        case .boolean(let truth):
            return FeatureHash.hash(truth ? "true" : "false")
        case .number(let number):
            return FeatureHash.hash(canonicalText(of: number))
        case .structured:
            throw FieldError(reason: .wrongType, field: fields[field])
        }
    }
}
