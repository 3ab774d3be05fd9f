// Lessons between the moment their memory is asked for and the step. What a step does is the heads'.

import ScoringRecords

/// A few examples in the order they came, oldest first. Confined to one thread; nothing is allocated after `init`.
final class LessonQueue {
    /// How many examples may wait: the memory of a lesson arrives while the steps of the three before it are taken.
    static let depth = 3

    private(set) var count = 0
    private var oldest = 0
    // A ring of `depth` places, of which `count` from `oldest` on are initialised.
    private let places: UnsafeMutablePointer<TrainingExample>

    init() { places = .allocate(capacity: LessonQueue.depth) }

    deinit {
        while count > 0 { _ = take() }
        places.deallocate()
    }

    /// Puts `example` behind the others; there must be room.
    func append(_ example: consuming TrainingExample) {
        precondition(count < LessonQueue.depth, "the oldest is taken first")
        // A place of the ring that is free, since fewer than `depth` are taken.
        (places + (oldest + count) % LessonQueue.depth).initialize(to: example)
        count += 1
    }

    /// Takes the oldest out; there must be one.
    func take() -> TrainingExample {
        precondition(count > 0, "an example waits")
        // An initialised place of the ring, given up with this.
        let example = (places + oldest).move()
        oldest = (oldest + 1) % LessonQueue.depth
        count -= 1
        return example
    }
}
