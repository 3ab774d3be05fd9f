// Slots back to names. A model knows slots alone; what is known of a stream's values says which feature a slot may be.

import ElementaryMath
public import ScoringRecords

/// The names of features, by slot: those that follow from the configuration, and those of values it was shown.
///
/// Kept beside a model and never in it: scoring and learning pay nothing for it.
public struct FeatureNames: Sendable {
    private let bits: Int
    private let fields: [String]
    private let definitions: [(definition: FeatureDefinition, salt: UInt64, fields: [Int])]
    private var names: [UInt32: [String]] = [:]

    /// How many slots may have names; values beyond it stay nameless.
    public static let slotLimit = 2_000_000
    // Names of one slot that are kept: more than one feature came to it.
    private static let namesPerSlot = 3

    /// The names of a bias, numbers, buckets with bounds, and missing values.
    ///
    /// - Precondition: as ``FeatureExtractor/init(definitions:bits:)``.
    public init(definitions: [FeatureDefinition], bits: Int) {
        self.bits = bits
        let fields = FeatureExtractor(definitions: definitions, bits: bits).fields
        self.fields = fields
        self.definitions = definitions.map { definition in
            (
                definition, FeatureExtractor.salt(of: definition),
                definition.fields.map { name in fields.firstIndex(of: name) ?? 0 }
            )
        }
        add("(bias)", at: FeatureExtractor.biasIndex(bits: bits))
        for (definition, salt, _) in self.definitions {
            switch definition {
            case .hash(let field):
                add("\(field) missing", FeatureHash.combine(salt, ExtractionPlan.missingHash))
            case .number(let field, _, _):
                add(field, FeatureHash.combine(salt, 1))
                add("\(field) missing", FeatureHash.combine(salt, ExtractionPlan.missingHash))
            case .bucket(let field, let scale):
                add("\(field) missing", FeatureHash.combine(salt, ExtractionPlan.missingHash))
                for bucket in scale.boundedBuckets { add(bucket, of: field, scale, salt) }
            case .cross: break
            }
        }
    }

    /// Shows the names of one event's features.
    ///
    /// - Parameter text: a field's value as text; `nil` where it is not known or not there.
    public mutating func learn(_ text: (String) -> String?) {
        let texts = fields.map(text)
        for (definition, salt, places) in definitions {
            let values = places.map { texts[$0] }
            switch definition {
            case .hash(let field):
                if let value = values[0] {
                    add("\(field)=\(value)", FeatureHash.combine(salt, FeatureHash.hash(value)))
                }
            case .cross(let crossed):
                let known = values.compactMap { $0 }
                guard known.count == values.count else { continue }
                let hash = known.reduce(salt) { FeatureHash.combine($0, FeatureHash.hash($1)) }
                add(zip(crossed, known).map { "\($0)=\($1)" }.joined(separator: " × "), hash)
            case .bucket(let field, let scale):
                guard let number = values[0].flatMap({ Double($0) }), number.magnitude <= Limits.numberMagnitude else {
                    continue
                }
                add(scale.bucket(of: number), of: field, scale, salt)
            case .number: break
            }
        }
    }

    /// Shows the fields of one event.
    ///
    /// - Parameter names: those of the values, in their order.
    public mutating func learn(_ values: borrowing FieldValues, named names: [String]) {
        var texts: [String: String] = [:]
        for (index, name) in names.enumerated() {
            switch values[index] {
            case .text: texts[name] = values.string(index)
            case .number(let number): texts[name] = canonicalText(of: number)
            case .boolean(let truth): texts[name] = truth ? "true" : "false"
            case .missing, .structured: break
            }
        }
        learn { texts[$0] }
    }

    /// What is known to come to a slot; `nil` where nothing is.
    public func name(of slot: UInt32) -> String? { names[slot]?.joined(separator: " or ") }

    private mutating func add(_ bucket: Int64, of field: String, _ scale: BucketScale, _ salt: UInt64) {
        add("\(field) \(scale.text(of: bucket))", FeatureHash.combine(salt, UInt64(bitPattern: bucket)))
    }

    private mutating func add(_ name: String, _ hash: UInt64) { add(name, at: FeatureHash.index(hash, bits: bits)) }

    private mutating func add(_ name: String, at index: UInt32) {
        let slot = index & (UInt32(1) << UInt32(bits) - 1)
        guard var known = names[slot] else {
            if names.count < FeatureNames.slotLimit { names[slot] = [name] }
            return
        }
        guard known.count < FeatureNames.namesPerSlot, !known.contains(name) else { return }
        known.append(name)
        names[slot] = known
    }
}

extension BucketScale {
    /// The buckets that numbers of magnitude ≤ `Limits.numberMagnitude` can fall into, where these are few.
    fileprivate var boundedBuckets: ClosedRange<Int64> {
        switch self {
        case .edges(let edges): 0...Int64(edges.count)
        case .logarithmic: bucket(of: -Limits.numberMagnitude)...bucket(of: Limits.numberMagnitude)
        case .width(let width):
            // Of more than some thousand, only those near zero.
            max(
                -2_000, bucket(of: max(-Limits.numberMagnitude, -2_000 * width)))...min(
                    2_000, bucket(of: min(Limits.numberMagnitude, 2_000 * width)))
        }
    }

    /// The numbers of a bucket, for people.
    fileprivate func text(of bucket: Int64) -> String {
        func short(_ number: Double) -> String { canonicalText(of: (number * 1_000).rounded() / 1_000) }
        switch self {
        case .edges(let edges):
            let place = Int(bucket)
            if edges.isEmpty { return "any" }
            if place == 0 { return "< \(short(edges[0]))" }
            if place == edges.count { return "≥ \(short(edges[place - 1]))" }
            return "\(short(edges[place - 1]))…\(short(edges[place]))"
        case .width(let width): return "\(short(Double(bucket) * width))…\(short(Double(bucket + 1) * width))"
        case .logarithmic:
            let level = bucket < 0 ? -1 - bucket : bucket
            func edge(_ level: Int64) -> Double {
                exp(Double(level) / BucketScale.bucketsPerDoubling * 0.693_147_180_559_945_3) - 1
            }
            return bucket < 0
                ? "-\(short(edge(level + 1)))…-\(short(edge(level)))"
                : "\(short(edge(level)))…\(short(edge(level + 1)))"
        }
    }
}
