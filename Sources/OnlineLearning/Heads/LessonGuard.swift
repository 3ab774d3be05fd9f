// Holds lessons to the model's guards: a limit on each gradient, a limit on the speed of the bias.

import ByteCoding
import ScoringRecords

/// The guard of one head. It changes with lessons and event time alone.
struct LessonGuard {
    private let guards: LearningGuards
    private let biasIndex: UInt32
    // The bias weights of each output's lanes when the current span began; empty before event time is known.
    private var anchors: [SIMD8<Float>] = []
    private var begin = Timestamp.distantPast

    /// Lessons whose gradient was cut.
    private(set) var cut: UInt64 = 0
    /// Lessons that the bias did not take part in, in at least one lane.
    private(set) var held: UInt64 = 0

    init(_ guards: LearningGuards, bits: Int) {
        self.guards = guards
        biasIndex = FeatureExtractor.biasIndex(bits: bits)
    }

    /// Notes a lesson of which a gradient was cut.
    mutating func noteCut() { cut += 1 }

    // MARK: Bias

    /// The features of the bias alone, and those without it; `nil` where the event has no bias that may learn.
    func split(_ features: FeatureVector) -> (bias: FeatureVector, rest: FeatureVector)? {
        guard features.indicators.first == biasIndex else { return nil }
        return (
            FeatureVector(indicators: [biasIndex], valued: []),
            FeatureVector(indicators: Array(features.indicators.dropFirst()), valued: features.valued)
        )
    }

    /// `gradients` without those that would move a bias weight on in a direction in which it has moved far enough.
    ///
    /// - Parameters:
    ///   - output: counted within the head.
    ///   - bias: the logits of the bias alone, per lane. Their offset is a constant and does not matter.
    mutating func allowed(_ gradients: SIMD8<Double>, output: Int, bias: SIMD8<Float>) -> SIMD8<Double> {
        guard let limit = guards.biasLimit, output < anchors.count else { return gradients }
        var allowed = gradients
        for lane in 0..<SIMD8<Double>.scalarCount {
            let moved = Double(bias[lane] - anchors[output][lane])
            // A step goes against its gradient.
            if moved.magnitude >= limit.nats, moved * gradients[lane] < 0 { allowed[lane] = 0 }
        }
        if allowed != gradients { held += 1 }
        return allowed
    }

    /// Event time has come to `time`: a new span begins from where the bias is now, if the last is over.
    mutating func passTime(_ time: Timestamp, bias: (FeatureVector) -> [SIMD8<Float>]) {
        guard let limit = guards.biasLimit, anchors.isEmpty || begin.advanced(by: limit.span) <= time else { return }
        begin = time
        anchors = bias(FeatureVector(indicators: [biasIndex], valued: []))
    }

    // MARK: Canonical bytes

    /// Writes the counts, and where the bias is watched its span.
    func encode(into writer: inout ByteWriter) {
        writer.writeVarint(cut)
        writer.writeVarint(held)
        guard guards.watchesBias else { return }
        writer.writeInt64(begin.microseconds)
        writer.writeVarint(UInt64(anchors.count))
        for anchor in anchors { for lane in 0..<8 { writer.writeFloat(anchor[lane]) } }
    }

    /// Reads what `encode` wrote.
    mutating func decode(_ reader: inout ByteReader, outputs: Int) throws {
        cut = try reader.readVarint()
        held = try reader.readVarint()
        guard guards.watchesBias else { return }
        begin = Timestamp(microseconds: try reader.readInt64())
        let count = try reader.readCount(maximum: outputs)
        guard count == 0 || count == outputs else { throw ModelStateError.shape }
        anchors = try (0..<count).map { _ in
            var anchor = SIMD8<Float>()
            for lane in 0..<8 { anchor[lane] = try reader.readFloat() }
            guard (0..<8).allSatisfy({ anchor[$0].isFinite }) else { throw ModelStateError.outOfDomain }
            return anchor
        }
    }
}
