// An event as a table reads it: where the pairs of its features lie. What they hold is the table's.

/// The places of one event's slots, with the values of its features: found once, for whoever asks for the memory, scores
/// and learns.
///
/// It grows to the widest event seen and never shrinks.
struct EventPlaces: ~Copyable {
    /// Occurrences of features, indicators first.
    private(set) var count = 0
    /// Where the pair of each occurrence's slot lies, that of the first output; then, up to a multiple of eight, empty
    /// entries: places of this object that hold (0, 0), with the value 0. They add 0 to every score, and no step moves them.
    private(set) var places: UnsafeMutablePointer<UnsafeMutablePointer<SIMD2<Float>>>
    /// The feature values; 1 for indicators.
    private(set) var values: UnsafeMutablePointer<Float>
    private let nowhere: UnsafeMutablePointer<SIMD2<Float>>
    // Room for this many occurrences, a multiple of 16.
    private var capacity: Int
    // This many values from the first on are 1.
    private var unitValues = 0

    /// No features. Room for 64: most events never make it grow.
    init(outputs: Int) {
        capacity = 64
        (places, values) = EventPlaces.allocate(capacity)
        nowhere = .allocate(capacity: outputs)
        nowhere.initialize(repeating: .zero, count: outputs)
    }

    deinit {
        UnsafeMutableRawPointer(places).deallocate()
        UnsafeMutableRawPointer(values).deallocate()
        nowhere.deallocate()
    }

    /// Becomes an event of `units` indicators and `others` valued features, whose places, and the values of the latter,
    /// are to be written.
    ///
    /// Events of one stream have about as many indicators each: mostly their values are 1 already.
    @inline(__always)
    mutating func begin(units: Int, others: Int) {
        count = units &+ others
        if count > capacity { grow() }
        while unitValues < units {
            values[unitValues] = 1
            unitValues &+= 1
        }
        unitValues = units
        var empty = count
        // The capacity is a multiple of eight.
        while empty & (EventScratch.width - 1) != 0 {
            places[empty] = nowhere
            values[empty] = 0
            empty &+= 1
        }
    }

    private mutating func grow() {
        UnsafeMutableRawPointer(places).deallocate()
        UnsafeMutableRawPointer(values).deallocate()
        // Doubling keeps the number of growths logarithmic.
        capacity = max(2 * capacity, (count + 15) / 16 * 16)
        (places, values) = EventPlaces.allocate(capacity)
        unitValues = 0
    }

    // Both on cache lines, so that every vector of eight is aligned. The places are written before they are read.
    private static func allocate(_ capacity: Int) -> (
        UnsafeMutablePointer<UnsafeMutablePointer<SIMD2<Float>>>, UnsafeMutablePointer<Float>
    ) {
        let placeBytes = capacity * MemoryLayout<UnsafeMutablePointer<SIMD2<Float>>>.stride
        return (
            UnsafeMutableRawPointer.allocate(byteCount: placeBytes, alignment: EventScratch.alignment)
                .bindMemory(to: UnsafeMutablePointer<SIMD2<Float>>.self, capacity: capacity),
            UnsafeMutableRawPointer.allocate(
                byteCount: capacity * MemoryLayout<Float>.stride, alignment: EventScratch.alignment
            ).bindMemory(to: Float.self, capacity: capacity)
        )
    }
}
