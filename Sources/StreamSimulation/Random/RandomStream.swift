// Reproducible random bits. Not for secrets: whoever sees two outputs knows all the others.

/// SplitMix64: a stream of 64-bit numbers that its seed alone decides, on every machine.
///
/// `init(seed:domain:index:)` makes it counter-based: every event, user or card has a stream of its own, so that one more
/// draw for one of them moves no draw of another. That is why a planted drift leaves all other events byte for byte as
/// they were.
///
///     var random = RandomStream(seed: 7)
///     let amount = random.logNormal(logMean: 3, logDeviation: 0.6)
///
/// All streams lie on one cycle of 2⁶⁴ outputs at pseudo-random places: n streams of k draws overlap anywhere with
/// probability below n²k / 2⁶⁴, 10⁻³ for 10⁷ events of 50 draws, and an overlap would only repeat some draws of an event.
///
/// Source: Steele, Lea & Flood, *Fast Splittable Pseudorandom Number Generators*, OOPSLA 2014, Fig. 16, whose constants
/// these are.
public struct RandomStream: Sendable {
    /// 2⁶⁴ / φ rounded to odd: the step of the underlying counter.
    private static let goldenGamma: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var state: UInt64

    /// The stream whose counter starts at `seed`; any number.
    public init(seed: UInt64) { state = seed }

    /// The stream of one member of one family under a seed: event 17 of the impressions, card 3 of the compromises.
    public init(seed: UInt64, domain: UInt64, index: UInt64) {
        // Mixed between the two, or (domain 1, index 0) would be (domain 0, index 1).
        let family = RandomStream.mixed(seed &+ (domain &+ 1) &* RandomStream.goldenGamma)
        state = RandomStream.mixed(family &+ (index &+ 1) &* RandomStream.goldenGamma)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= RandomStream.goldenGamma
        return RandomStream.mixed(state)
    }

    /// A bijection in which each input bit moves each output bit about half of the time (Stafford's variant 13).
    private static func mixed(_ bits: UInt64) -> UInt64 {
        var mixed = bits
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
