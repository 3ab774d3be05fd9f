// Lessons between the moment their memory is asked for and the step. What a step does is the heads'.

import ScoringRecords

/// A few examples in the order they came, oldest first. Confined to one thread; nothing is allocated after `init`.
final class LessonQueue {
    /// How many examples may wait: the memory of a lesson arrives while the steps of the three before it are taken.
    static let depth = 3
    // One more, because an example is listed while the oldest still steps. A place of the ring is the number under which
    // its example is listed.
    private static let ring = FTRLTable.listLimit

    private(set) var count = 0
    /// The number under which the oldest example is listed.
    private(set) var oldestPlace = 0
    // Of the heads, in their order.
    private let outputs: [Range<Int>]
    private var isNewestListed = true
    // A ring of places, of which `count` from `oldestPlace` on are initialised.
    private let places: UnsafeMutablePointer<TrainingExample>

    /// No examples yet; `outputs` are those of each head in the model's table.
    init(outputs: [Range<Int>]) {
        self.outputs = outputs
        places = .allocate(capacity: LessonQueue.ring)
    }

    deinit {
        while count > 0 { _ = take() }
        places.deallocate()
    }

    /// Puts `example` behind the others; there must be room, and the newest so far must have been listed.
    func append(_ example: consuming TrainingExample) {
        precondition(count < LessonQueue.ring && isNewestListed, "the oldest is taken first")
        // A place of the ring that is free, since not all are taken.
        (places + (oldestPlace &+ count) % LessonQueue.ring).initialize(to: example)
        count += 1
        isNewestListed = false
    }

    /// Asks for the memory of the newest, unless that has been done; there must be one.
    func listNewest(for table: WeightTable) {
        if isNewestListed { return }
        isNewestListed = true
        let place = (oldestPlace &+ count &- 1) % LessonQueue.ring
        // An initialised place of the ring, since `count` is above 0 where something is not listed. Taken out for the
        // call: what stays in memory that might change is retained and released around it.
        let example = (places + place).move()
        table.list(example.features, as: place, outputs: outputs[example.head])
        (places + place).initialize(to: example)
    }

    /// Takes the oldest out; there must be one. Its number stays free until the next `append`.
    func take() -> TrainingExample {
        precondition(count > 0, "an example waits")
        // An initialised place of the ring, given up with this.
        let example = (places + oldestPlace).move()
        oldestPlace = (oldestPlace &+ 1) % LessonQueue.ring
        count &-= 1
        return example
    }
}
