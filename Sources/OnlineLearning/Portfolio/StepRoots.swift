// Working memory of one step of a portfolio, reused from event to event so that none allocates.

/// Room for the √n of every line of one event after its step: roots are taken for all of them first, quotients after.
///
/// It grows to the widest event seen and never shrinks.
final class StepRoots {
    // `capacity` vectors. None is read before it is written.
    private var roots: UnsafeMutablePointer<SIMD8<Float>>
    private var capacity = 64

    init() { roots = .allocate(capacity: capacity) }

    deinit { roots.deallocate() }

    /// Room for `count` lines, valid until the next call. What it held may be lost.
    @inline(__always)
    func reserve(_ count: Int) -> UnsafeMutablePointer<SIMD8<Float>> {
        if count > capacity { grow(count) }
        return roots
    }

    private func grow(_ count: Int) {
        roots.deallocate()
        capacity = max(2 * capacity, count)
        roots = .allocate(capacity: capacity)
    }
}
