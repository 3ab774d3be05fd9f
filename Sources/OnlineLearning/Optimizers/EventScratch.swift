// Working memory of one learning step, reused from event to event so that none allocates.
// Numbers only; who fills and reads them is FTRLTable+Learning.swift.

/// Room for the occurrences of one event's features, and what is computed per occurrence.
///
/// It grows to the widest event seen and never shrinks.
final class EventScratch {
    /// Lanes of the kernel's vectors.
    static let width = 8
    /// A cache line, which also aligns every vector of eight floats.
    private static let alignment = 64

    /// The lists, valid until the next `reserve`.
    private(set) var lanes: EventLanes
    private var storage: UnsafeMutableRawPointer
    private var capacity: Int
    // This many values from the first on are 1.
    private var unitValues = 0

    /// Room for 64 occurrences: most events never make it grow.
    init() {
        capacity = 64
        (storage, lanes) = EventScratch.allocate(64)
    }

    deinit { storage.deallocate() }

    /// Makes room for `count` occurrences; what the lists held is lost when they grow.
    @inline(__always)
    func reserve(_ count: Int) {
        if count > capacity { grow(count) }
    }

    /// Makes the first `count` values 1, for which there is room, and leaves the others to be written.
    ///
    /// Events of one stream have about as many indicators each: mostly there is nothing to do.
    @inline(__always)
    func beginValues(units count: Int) {
        while unitValues < count {
            lanes.values[unitValues] = 1
            unitValues += 1
        }
        unitValues = count
    }

    private func grow(_ count: Int) {
        storage.deallocate()
        // Doubling keeps the number of growths logarithmic; a multiple of 16 keeps the lists on cache lines.
        capacity = max(2 * capacity, (count + 15) / 16 * 16)
        (storage, lanes) = EventScratch.allocate(capacity)
        unitValues = 0
    }

    /// One zeroed block, cut into the seven lists. `capacity` is a multiple of 16, so every list starts on a cache line.
    private static func allocate(_ capacity: Int) -> (UnsafeMutableRawPointer, EventLanes) {
        let word = MemoryLayout<Float>.stride * capacity
        // Two words for each pair (z, n), before and after; one each for slot, value, weight, n and its root.
        let byteCount = 9 * word
        let storage = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: alignment)
        storage.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        // Each list is bound to memory of its own inside the block: offsets and lengths add up to byteCount.
        let lanes = EventLanes(
            slots: (storage + 8 * word).bindMemory(to: UInt32.self, capacity: capacity),
            gathered: storage.bindMemory(to: SIMD2<Float>.self, capacity: capacity),
            stepped: (storage + 2 * word).bindMemory(to: SIMD2<Float>.self, capacity: capacity),
            values: (storage + 4 * word).bindMemory(to: Float.self, capacity: capacity),
            weights: (storage + 5 * word).bindMemory(to: Float.self, capacity: capacity),
            squares: (storage + 6 * word).bindMemory(to: Float.self, capacity: capacity),
            roots: (storage + 7 * word).bindMemory(to: Float.self, capacity: capacity))
        return (storage, lanes)
    }
}
