// Events judged together: the product of their factors, until the block is full.

/// A block of events on its way into the evidence.
struct EvidenceBlock: Hashable {
    /// Π e over the block's events; +∞ where it overflows, which is evidence enough.
    var product = SIMD16<Double>(repeating: 1)
    var count = 0
    var firstEvent: Int64 = 0
    var firstTime: Int64 = 0

    @inline(__always)
    mutating func add(_ factor: SIMD16<Double>, event: Int64, time: Int64) {
        if count == 0 { (firstEvent, firstTime) = (event, time) }
        product *= factor
        count += 1
    }
}
