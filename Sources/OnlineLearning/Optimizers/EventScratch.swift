// Working memory of one learning step, reused from event to event so that none allocates.
// Numbers only; who fills and reads them is FTRLTable+Learning.swift.

/// Room for what is computed per occurrence of one event's features.
///
/// It grows to the widest event seen and never shrinks.
final class EventScratch {
    /// Lanes of the kernel's vectors.
    static let width = 8
    /// A cache line, which also aligns every vector of eight floats.
    static let alignment = 64

    private var lanes: EventLanes
    private var storage: UnsafeMutableRawPointer
    private var capacity: Int

    /// Room for 64 occurrences: most events never make it grow.
    init() {
        capacity = 64
        (storage, lanes) = EventScratch.allocate(64)
    }

    deinit { storage.deallocate() }

    /// Lists with room for `count` occurrences and as many empty ones as make that a multiple of eight, valid until the
    /// next call. What they held may be lost.
    @inline(__always)
    func reserve(_ count: Int) -> EventLanes {
        if count > capacity { grow(count) }
        return lanes
    }

    private func grow(_ count: Int) {
        storage.deallocate()
        // Doubling keeps the number of growths logarithmic; a multiple of 16 keeps the lists on cache lines.
        capacity = max(2 * capacity, (count + 15) / 16 * 16)
        (storage, lanes) = EventScratch.allocate(capacity)
    }

    /// One block, cut into the lists. `capacity` is a multiple of 16, so every list starts on a cache line. No entry is
    /// read before it is written.
    private static func allocate(_ capacity: Int) -> (UnsafeMutableRawPointer, EventLanes) {
        let word = MemoryLayout<Float>.stride * capacity
        // Two words for each pair (z, √n), one for its weight.
        let storage = UnsafeMutableRawPointer.allocate(byteCount: 3 * word, alignment: alignment)
        // Each list is bound to memory of its own inside the block: offsets and lengths add up to its size.
        let lanes = EventLanes(
            gathered: storage.bindMemory(to: SIMD2<Float>.self, capacity: capacity),
            weights: (storage + 2 * word).bindMemory(to: Float.self, capacity: capacity))
        return (storage, lanes)
    }
}
