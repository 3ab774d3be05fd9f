// Working memory of one learning step, reused from event to event so that none allocates.
// Numbers only; who fills and reads them is FTRLTable+Learning.swift.

/// Room for the occurrences of one event's features, and what is computed per occurrence.
///
/// It grows to the widest event seen and never shrinks.
struct EventScratch: ~Copyable {
    /// Lanes of the kernel's vectors.
    static let width = 8
    /// A cache line, which also aligns every vector of eight floats.
    private static let alignment = 64

    /// The lists, valid until the next `reserve`.
    private(set) var lanes: EventLanes
    private var storage: UnsafeMutableRawPointer
    private var capacity: Int

    /// Room for 64 occurrences: most events never make it grow.
    init() {
        capacity = 64
        (storage, lanes) = EventScratch.allocate(64)
    }

    deinit { storage.deallocate() }

    /// Makes room for `count` occurrences; what the lists held is lost when they grow.
    @inline(__always)
    mutating func reserve(_ count: Int) {
        if count > capacity { grow(count) }
    }

    private mutating func grow(_ count: Int) {
        storage.deallocate()
        // Doubling keeps the number of growths logarithmic; a multiple of 16 keeps the lists on cache lines.
        capacity = max(2 * capacity, (count + 15) / 16 * 16)
        (storage, lanes) = EventScratch.allocate(capacity)
    }

    /// One zeroed block, cut into the six lists. `capacity` is a multiple of 16, so every list starts on a cache line.
    private static func allocate(_ capacity: Int) -> (UnsafeMutableRawPointer, EventLanes) {
        let word = MemoryLayout<Float>.stride * capacity
        // Two words for each pair (z, n), before and after; one each for index, value, weight and root.
        let byteCount = 8 * word
        let storage = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: alignment)
        storage.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        // Each list is bound to memory of its own inside the block: offsets and lengths add up to byteCount.
        let lanes = EventLanes(
            gathered: storage.bindMemory(to: SIMD2<Float>.self, capacity: capacity),
            stepped: (storage + 2 * word).bindMemory(to: SIMD2<Float>.self, capacity: capacity),
            indices: (storage + 4 * word).bindMemory(to: UInt32.self, capacity: capacity),
            values: (storage + 5 * word).bindMemory(to: Float.self, capacity: capacity),
            weights: (storage + 6 * word).bindMemory(to: Float.self, capacity: capacity),
            roots: (storage + 7 * word).bindMemory(to: Float.self, capacity: capacity))
        return (storage, lanes)
    }
}
