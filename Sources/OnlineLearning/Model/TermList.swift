// Working memory of one score, reused from event to event so that none allocates.

/// Room for the terms of one score, in whole vectors. It grows to the widest event seen and never shrinks.
final class TermList {
    // `capacity` numbers on cache lines: owned.
    private var numbers: UnsafeMutablePointer<Float>
    private var capacity = 64

    init() { numbers = TableMemory.allocateZeroed(Float.self, count: capacity) }

    deinit { UnsafeMutableRawPointer(numbers).deallocate() }

    /// Room for `count` terms and up to seven more, until the next call.
    @inline(__always)
    func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
        if count > capacity { grow(count) }
        return numbers
    }

    private func grow(_ count: Int) {
        UnsafeMutableRawPointer(numbers).deallocate()
        capacity = max(2 * capacity, (count + 7) / 8 * 8)
        numbers = TableMemory.allocateZeroed(Float.self, count: capacity)
    }
}
