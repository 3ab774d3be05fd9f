// Roots and quotients computed for a score, kept for the step that mostly follows: they cost as much as a cache line.

/// β + √n and its inverse, of the lines that were scored last, by the place of their feature in the event, each with the
/// pair it belongs to.
///
/// A memory of results and no more: whoever finds the n of a line here has its divisor, whatever was scored in between.
/// It grows to the widest event seen and never shrinks.
final class LineDivisors {
    struct Entry {
        var z = SIMD8<Float>()
        var n = SIMD8<Float>(repeating: -1)
        var divisor = SIMD8<Float>()
        var inverse = SIMD8<Float>()
    }

    // `capacity` initialised entries. No line has the n of a fresh one.
    private var entries: UnsafeMutablePointer<Entry>
    private var capacity = 64

    init() {
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: Entry(), count: capacity)
    }

    deinit { entries.deallocate() }

    /// The entries of the first `count` features, valid until the next call.
    @inline(__always)
    func reserve(_ count: Int) -> UnsafeMutablePointer<Entry> {
        if count > capacity { grow(count) }
        return entries
    }

    private func grow(_ count: Int) {
        entries.deallocate()
        capacity = max(2 * capacity, count)
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: Entry(), count: capacity)
    }
}
