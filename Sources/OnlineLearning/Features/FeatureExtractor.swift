// Fields in, features out: the compiled form of a feature specification.
//
// Behaviour of odd fields, the same for every event:
//   unknown field       ignored
//   missing or null     hash, number and bucket give their own "missing" indicator; a cross takes "missing" as a value
//   wrong type          the event is refused: text or a truth value where a number is needed, an array or object anywhere
//   number in a hash    hashed by its shortest decimal text, so 79, 79.0 and "79" are one category
//   |x| > 10⁶           after the transform and before standardisation: the event is refused

import ElementaryMath
public import ScoringRecords

/// Why an event's fields give no features.
public struct FieldError: Error, Hashable, Sendable {
    /// The counted reason.
    public let reason: RejectionReason
    /// The offending field.
    public let field: String

    /// A reason and the field it concerns.
    public init(reason: RejectionReason, field: String) {
        self.reason = reason
        self.field = field
    }
}

/// Makes feature vectors from field values. Immutable after compilation; any number of threads may share it.
public struct FeatureExtractor: Sendable {
    /// The fields to ask of an event, in the order `FieldValues` must have.
    public let fields: [String]
    /// How many numbers are standardised: the length of the moments array.
    public let standardizedCount: Int
    /// Whether a field must be a number, per field.
    public let fieldIsNumeric: [Bool]

    private let plan: ExtractionPlan

    /// Compiles `definitions` for a table of 2^`bits` slots.
    ///
    /// - Precondition: `bits` is in 1...30; crosses have two or three fields; the configuration reader has checked both.
    public init(definitions: [FeatureDefinition], bits: Int) {
        precondition((1...30).contains(bits), "bits must lie in 1...30")
        var fields: [String] = []
        var numeric: [Bool] = []
        var positions: [String: Int] = [:]
        func position(of name: String, numericUse: Bool) -> Int {
            if let known = positions[name] {
                numeric[known] = numeric[known] || numericUse
                return known
            }
            positions[name] = fields.count
            fields.append(name)
            numeric.append(numericUse)
            return fields.count - 1
        }
        var steps: [ExtractionPlan.Step] = []
        var scales: [BucketScale] = []
        var crosses: [[Int]] = []
        var ordinals = 0
        for definition in definitions {
            let salt = FeatureExtractor.salt(of: definition)
            let missing = FeatureHash.index(FeatureHash.combine(salt, ExtractionPlan.missingHash), bits: bits)
            switch definition {
            case .hash(let field):
                steps.append(
                    ExtractionPlan.Step(kind: .hash, field: position(of: field, numericUse: false), salt: salt))
            case .number(let field, let transform, let standardized):
                steps.append(
                    ExtractionPlan.Step(
                        kind: .number, transform: transform, field: position(of: field, numericUse: true), salt: salt,
                        ordinal: standardized ? ordinals : -1,
                        index: FeatureHash.index(FeatureHash.combine(salt, 1), bits: bits), missingIndex: missing))
                if standardized { ordinals += 1 }
            case .bucket(let field, let scale):
                steps.append(
                    ExtractionPlan.Step(
                        kind: .bucket, field: position(of: field, numericUse: true), salt: salt, ordinal: scales.count,
                        missingIndex: missing))
                scales.append(scale)
            case .cross(let names):
                precondition((2...3).contains(names.count), "a cross has two or three fields")
                steps.append(ExtractionPlan.Step(kind: .cross, field: crosses.count, salt: salt))
                crosses.append(names.map { position(of: $0, numericUse: false) })
            }
        }
        self.fields = fields
        self.fieldIsNumeric = numeric
        self.standardizedCount = ordinals
        let used = definitions.flatMap { $0.readsNumbers ? [] : $0.fields }
        plan = ExtractionPlan(
            bits: bits, steps: steps, scales: scales, crosses: crosses, fields: fields,
            hashedFields: fields.indices.filter { used.contains(fields[$0]) })
    }

    /// The index of the feature that every event has, first of its indicators.
    static func biasIndex(bits: Int) -> UInt32 { FeatureHash.index(FeatureHash.hash("bias"), bits: bits) }

    // Two definitions of one field (a hash and a bucket, say) must not share slots: kind, names and scale make the salt.
    static func salt(of definition: FeatureDefinition) -> UInt64 {
        let kind: UInt64 =
            switch definition {
            case .hash: 1
            case .number(_, let transform, let standardized):
                2 + UInt64(transform.rawValue) * 2 + (standardized ? 1 : 0)
            case .bucket(_, let scale): FeatureHash.combine(6, scale.salt)
            case .cross: 7
            }
        return definition.fields.reduce(kind) { FeatureHash.combine($0, FeatureHash.hash($1)) }
    }

    /// Fills `features` and `numbers` from `values`; both are emptied first. The bias comes first.
    ///
    /// - Parameter moments: one per standardised number, as of the model that will score the event.
    /// - Throws: `FieldError` for a wrong type or a number out of range; the outputs are then meaningless.
    public func extract(
        _ values: borrowing FieldValues, moments: [NumberMoments], scratch: inout [UInt64],
        into features: inout FeatureVector, numbers: inout [NumberObservation]
    ) throws(FieldError) {
        features.removeAll()
        numbers.removeAll(keepingCapacity: true)
        if scratch.count < fields.count {
            scratch.append(contentsOf: repeatElement(0, count: fields.count - scratch.count))
        }
        try moments.withUnsafeBufferPointer { moments throws(FieldError) in
            try values.withParts { values, text throws(FieldError) in
                try plan.extract(
                    values, text, moments: moments, hashes: &scratch, indicators: &features.indicators,
                    valued: &features.valued, numbers: &numbers)
            }
        }
    }
}

/// The shortest decimal text of a finite number, integers without a fraction: how a number names a category.
public func canonicalText(of number: Double) -> String {
    // Below 2⁵³ every integer is exact, so its digits are what a client would have written as text.
    if number.magnitude < 9_007_199_254_740_992, number == number.rounded(.towardZero) {
        return String(Int64(number))
    }
    return number.description
}

extension BucketScale {
    // Two scales of one field must not share slots either.
    fileprivate var salt: UInt64 {
        switch self {
        case .width(let width): FeatureHash.combine(1, width.bitPattern)
        case .logarithmic: 2
        case .edges(let edges): edges.reduce(3) { FeatureHash.combine($0, $1.bitPattern) }
        }
    }

    /// Buckets per doubling on the logarithmic scale: neighbouring edges differ by 19 %.
    static let bucketsPerDoubling = 4.0
    private static let doublingLogarithm = 0.693_147_180_559_945_3

    /// The bucket of a number with magnitude ≤ 10⁶.
    public func bucket(of number: Double) -> Int64 {
        switch self {
        case .width(let width):
            // A tiny width may take the quotient beyond Int64; such a configuration gets the extreme bucket.
            let quotient = (number / width).rounded(.down)
            return Int64(exactly: quotient) ?? (quotient < 0 ? .min : .max)
        case .logarithmic:
            let level = log1p(number.magnitude) / BucketScale.doublingLogarithm * BucketScale.bucketsPerDoubling
            let bucket = Int64(level.rounded(.down))
            return number < 0 ? -1 - bucket : bucket
        case .edges(let edges):
            // At most 256 edges: a linear count is as fast as a search and needs no proof.
            return Int64(edges.count { $0 <= number })
        }
    }
}
