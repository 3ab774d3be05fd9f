// The recent past without an edge: every label fades, none falls out.

import ElementaryMath
public import ScoringRecords

/// A sketch in which a label of age a weighs w·2^(−a/halfLife).
///
/// Ages are differences of event times. Variances fade by the square, so that intervals are those of the labels that
/// still count: about halfLife/ln 2 of them at equal rates, with an effective number twice that.
///
/// Instead of fading what is there at every label, a new label is made to weigh more: by 2^(t/halfLife) since an origin,
/// which moves on every 64 half-lives (forward decay; Cormode et al. 2009, *ICDE*). Both are the same up to rounding.
///
/// The memory is O(1): one sketch.
public struct DecayingSketch: Hashable, Sendable {
    /// After this long a label counts half.
    public let halfLife: TimeSpan

    /// Labels weighed as of `origin`.
    var scaled = CalibrationSketch()
    /// Where the weight of a label is 1 in `scaled`; `nil` before the first label.
    var origin: Timestamp?

    /// The origin moves on by so many half-lives at once; a power of two, so that rescaling is exact.
    static let stride: Int64 = 64
    /// The longest half-life, a hundred years: its multiples by `stride` do not overflow.
    public static let halfLifeLimit = TimeSpan.days(36_525)

    /// An empty sketch.
    ///
    /// - Precondition: 0 < `halfLife` ≤ `halfLifeLimit`.
    public init(halfLife: TimeSpan) {
        precondition(
            halfLife > .zero && halfLife <= DecayingSketch.halfLifeLimit, "a half-life lies between 0 and 100 years")
        self.halfLife = halfLife
    }

    /// Adds a label dated `time`. Order does not matter; a label 64 half-lives older than the newest has no weight left
    /// and changes nothing.
    @inline(__always)
    public mutating func add(_ score: JudgedScore, at time: Timestamp) {
        if origin == nil { origin = time }
        var age = halfLives(to: time)
        if age >= Double(DecayingSketch.stride) {
            moveOrigin(towards: time)
            age = halfLives(to: time)
        }
        guard age > -Double(DecayingSketch.stride) else { return }
        scaled.add(score.weighing(DecayingSketch.powerOfTwo(age)))
    }

    /// The labels as they weigh at `time`, which is that of the newest label or later.
    public func labels(asOf time: Timestamp) -> CalibrationSketch {
        var result = scaled
        guard origin != nil else { return result }
        let age = halfLives(to: time)
        // Beyond a thousand half-lives no Double holds the factor, and no label the weight.
        if age > 1_000 { return CalibrationSketch() }
        result.scale(by: DecayingSketch.powerOfTwo(-max(age, -Double(DecayingSketch.stride))))
        return result
    }

    private func halfLives(to time: Timestamp) -> Double {
        guard let origin else { return 0 }
        return Double(time.since(origin).microseconds) / Double(halfLife.microseconds)
    }

    private mutating func moveOrigin(towards time: Timestamp) {
        guard let origin else { return }
        let stride = DecayingSketch.stride * halfLife.microseconds
        let steps = time.since(origin).microseconds / stride
        if steps >= 16 {
            scaled = CalibrationSketch()
            self.origin = time
        } else {
            scaled.scale(by: DecayingSketch.powerOfTwo(-Double(DecayingSketch.stride * steps)))
            self.origin = origin.advanced(by: TimeSpan(microseconds: steps * stride))
        }
    }

    /// 2ˣ, exact for whole x.
    @inline(__always)
    static func powerOfTwo(_ x: Double) -> Double {
        let whole = x.rounded(.down)
        return exp((x - whole) * 0x1.62e42fefa39efp-1) * Double(sign: .plus, exponent: Int(whole), significand: 1)
    }
}
