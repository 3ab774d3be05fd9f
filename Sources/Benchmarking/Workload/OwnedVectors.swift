// Events in memory of their own, to be lent without counting references.

import ScoringRecords

/// The events of a workload. An element of an array that is handed to a function is retained and released around the
/// call, two atomic operations for each of its two lists: a fifth of what learning costs, and none of the kernel's.
struct OwnedVectors: ~Copyable {
    let count: Int
    // `count` values each: initialised by init, freed by deinit.
    private let vectors: UnsafeMutablePointer<FeatureVector>
    private let labels: UnsafeMutablePointer<Float>

    init(_ workload: KernelWorkload) {
        count = workload.vectors.count
        vectors = .allocate(capacity: count)
        labels = .allocate(capacity: count)
        for index in 0..<count {
            (vectors + index).initialize(to: workload.vectors[index])
            (labels + index).initialize(to: workload.labels[index])
        }
    }

    deinit {
        vectors.deinitialize(count: count)
        vectors.deallocate()
        labels.deallocate()
    }

    func label(_ index: Int) -> Float { labels[checked(index)] }

    /// Takes event `index` out of its place for as long as `body` runs. `body` lends no other.
    @inline(__always)
    func lend<Result>(_ index: Int, _ body: (borrowing FeatureVector) -> Result) -> Result {
        let place = vectors + checked(index)
        let features = place.move()
        let result = body(features)
        place.initialize(to: features)
        return result
    }

    @inline(__always)
    private func checked(_ index: Int) -> Int {
        precondition(index >= 0 && index < count, "an event of the workload")
        return index
    }
}
