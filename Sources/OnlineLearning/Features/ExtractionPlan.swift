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
        /// Of a number: whether it is transformed or standardised.
        var isBent: Bool { transform != .raw || ordinal >= 0 }
        /// The field; of a cross, its place in `crosses`.
        var field: Int
        var salt: UInt64
        /// Of a standardised number: which one it is; negative for others. Of a bucket: its place in `scales`.
        var ordinal = -1
        /// Of a number: its index.
        var index: UInt32 = 0
        /// Of a number or a bucket: the index of its absence.
        var missingIndex: UInt32 = 0
    }

    /// Steps of one kind that stand together: what to do is asked once for all of them.
    private struct Run: Sendable {
        var kind: Step.Kind
        var places: Range<Int>

        static func runs(of steps: [Step]) -> [Run] {
            var runs: [Run] = []
            for (place, step) in steps.enumerated() {
                if let last = runs.indices.last, runs[last].kind == step.kind {
                    runs[last].places = runs[last].places.lowerBound..<(place + 1)
                } else {
                    runs.append(Run(kind: step.kind, places: place..<(place + 1)))
                }
            }
            return runs
        }
    }

    // What a missing value hashes to. Values hash from their bytes; a clash is as unlikely as any other.
    static let missingHash = FeatureHash.hash("\u{0}missing")

    private let bits: Int
    private let biasIndex: UInt32
    private let steps: [Step]
    private let runs: [Run]
    private let scales: [BucketScale]
    private let crosses: [[Int]]
    private let fields: [String]
    private let hashedFields: [Int]

    init(
        bits: Int, steps: [Step], scales: [BucketScale], crosses: [[Int]], fields: [String], hashedFields: [Int]
    ) {
        self.bits = bits
        self.steps = steps
        runs = Run.runs(of: steps)
        self.scales = scales
        self.crosses = crosses
        self.fields = fields
        self.hashedFields = hashedFields
        biasIndex = FeatureExtractor.biasIndex(bits: bits)
    }

    func extract(
        _ values: UnsafeBufferPointer<FieldValue>, _ text: UnsafeRawBufferPointer,
        moments: UnsafeBufferPointer<NumberMoments>, hashes: inout [UInt64], indicators: inout [UInt32],
        valued: inout [ValuedFeature], numbers: inout [NumberObservation]
    ) throws(FieldError) {
        precondition(
            values.count >= fields.count && hashes.count >= fields.count,
            "values are decoded under the extractor's schema")
        // A closure retains what it captures; this call's caller holds the plan.
        let plan = Unmanaged.passUnretained(self)
        defer { withExtendedLifetime(self) {} }
        // At most one feature per step, and the bias.
        let (indicatorRoom, valuedRoom) = (steps.count + 1, max(1, steps.count))
        try indicators.append(addingCapacity: indicatorRoom) { indicators throws(FieldError) in
            try indicators.withUnsafeMutableBufferPointer { indicators, indicatorCount throws(FieldError) in
                // Room for at least one: an empty array without room shares its storage with all others.
                try valued.append(addingCapacity: valuedRoom) { valued throws(FieldError) in
                    try valued.withUnsafeMutableBufferPointer { valued, valuedCount throws(FieldError) in
                        try hashes.withUnsafeMutableBufferPointer { hashes throws(FieldError) in
                            let event = Event(values: values, text: text, moments: moments, hashes: hashes)
                            let counts = plan._withUnsafeGuaranteedRef { plan in
                                Result { () throws(FieldError) in try plan.run(event, indicators, valued, &numbers) }
                            }
                            (indicatorCount, valuedCount) = try counts.get()
                        }
                    }
                }
            }
        }
    }

    /// An event's fields, and room for a hash of each.
    private struct Event {
        let values: UnsafeBufferPointer<FieldValue>
        let text: UnsafeRawBufferPointer
        let moments: UnsafeBufferPointer<NumberMoments>
        let hashes: UnsafeMutableBufferPointer<UInt64>
    }

    // Writes both lists from their begin and says how long they became. Counts are variables of this function: an append
    // per feature would wait for the count that the one before has stored. What is long or rare is called out of line, so
    // that the loop's own variables stay in registers.
    private func run(
        _ event: Event, _ indicators: UnsafeMutableBufferPointer<UInt32>,
        _ valued: UnsafeMutableBufferPointer<ValuedFeature>, _ numbers: inout [NumberObservation]
    ) throws(FieldError) -> (Int, Int) {
        try hashedFields.withUnsafeBufferPointer { fields throws(FieldError) in try hash(fields, of: event) }
        indicators[0] = biasIndex
        var indicatorCount = 1
        var valuedCount = 0
        try steps.withUnsafeBufferPointer { steps throws(FieldError) in
            for run in runs {
                let steps = UnsafeBufferPointer(rebasing: steps[run.places])
                switch run.kind {
                case .hash:
                    for place in steps.indices {
                        let hash = FeatureHash.combine(steps[place].salt, event.hashes[steps[place].field])
                        indicators[indicatorCount] = index(hash)
                        indicatorCount &+= 1
                    }
                case .number:
                    for place in steps.indices {
                        guard case .number(let number) = event.values[steps[place].field] else {
                            try requireMissing(event.values[steps[place].field], steps[place].field)
                            indicators[indicatorCount] = steps[place].missingIndex
                            indicatorCount &+= 1
                            continue
                        }
                        var value = Float(number)
                        if steps[place].isBent {
                            value = try bent(number, steps[place], event.moments, &numbers)
                        } else if !(number.magnitude <= Limits.numberMagnitude) {
                            throw outOfRange(steps[place])
                        }
                        valued[valuedCount] = ValuedFeature(index: steps[place].index, value: value)
                        valuedCount &+= value != 0 ? 1 : 0
                    }
                case .bucket:
                    for step in steps {
                        if case .number(let number) = event.values[step.field] {
                            indicators[indicatorCount] = try bucket(number, step)
                        } else {
                            try requireMissing(event.values[step.field], step.field)
                            indicators[indicatorCount] = step.missingIndex
                        }
                        indicatorCount &+= 1
                    }
                case .cross:
                    for step in steps {
                        indicators[indicatorCount] = cross(step, event.hashes)
                        indicatorCount &+= 1
                    }
                }
            }
        }
        return (indicatorCount, valuedCount)
    }

    // A loop of its own, so that the multiplications of several fields overlap.
    @inline(__always)
    private func hash(_ fields: UnsafeBufferPointer<Int>, of event: Event) throws(FieldError) {
        guard let text = event.text.baseAddress else {
            for field in fields { event.hashes[field] = try hash(event.values[field], field) }
            return
        }
        let (values, hashes) = (event.values, event.hashes)
        for field in fields {
            if case .text(let range) = values[field] {
                let count = range.upperBound &- range.lowerBound
                let bytes = UnsafeRawBufferPointer(start: text + range.lowerBound, count: count)
                // Most names and codes have 8 to 15 bytes.
                hashes[field] = count &>> 3 == 1 ? FeatureHash.hashOfTwoWords(bytes) : FeatureHash.hash(bytes)
            } else {
                hashes[field] = try hash(values[field], field)
            }
        }
    }

    @inline(__always)
    private func index(_ hash: UInt64) -> UInt32 { FeatureHash.index(hash, bits: bits) }

    @inline(never)
    private func cross(_ step: Step, _ hashes: UnsafeMutableBufferPointer<UInt64>) -> UInt32 {
        var hash = step.salt
        for field in crosses[step.field] { hash = FeatureHash.combine(hash, hashes[field]) }
        return index(hash)
    }

    @inline(never)
    private func bent(
        _ number: Double, _ step: Step, _ moments: UnsafeBufferPointer<NumberMoments>,
        _ numbers: inout [NumberObservation]
    ) throws(FieldError) -> Float {
        let transformed = step.transform.apply(number)
        guard abs(transformed) <= Limits.numberMagnitude else { throw outOfRange(step) }
        let value = Float(transformed)
        guard step.ordinal >= 0 else { return value }
        numbers.append(NumberObservation(ordinal: UInt16(step.ordinal), value: value))
        return moments[step.ordinal].standardized(Double(value))
    }

    @inline(never)
    private func bucket(_ number: Double, _ step: Step) throws(FieldError) -> UInt32 {
        guard abs(number) <= Limits.numberMagnitude else { throw outOfRange(step) }
        let bucket = UInt64(bitPattern: scales[step.ordinal].bucket(of: number))
        return index(FeatureHash.combine(step.salt, bucket))
    }

    private func outOfRange(_ step: Step) -> FieldError {
        FieldError(reason: .numberOutOfRange, field: fields[step.field])
    }

    @inline(never)
    private func requireMissing(_ value: FieldValue, _ field: Int) throws(FieldError) {
        guard case .missing = value else { throw FieldError(reason: .wrongType, field: fields[field]) }
    }

    /// The hash of a value that is no text.
    @inline(never)
    private func hash(_ value: FieldValue, _ field: Int) throws(FieldError) -> UInt64 {
        switch value {
        case .missing: ExtractionPlan.missingHash
        case .boolean(let truth): FeatureHash.hash(truth ? "true" : "false")
        case .number(let number): FeatureHash.hash(canonicalText(of: number))
        case .text(let range) where range.isEmpty: FeatureHash.hash(UnsafeRawBufferPointer(start: nil, count: 0))
        case .structured, .text: throw FieldError(reason: .wrongType, field: fields[field])
        }
    }
}
