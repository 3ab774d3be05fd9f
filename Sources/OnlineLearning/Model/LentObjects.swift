// References to objects in memory of their own, to call them once per event without counting.

/// Some objects, each taken out of its place for a call and put back.
///
/// An element of an array is retained and released around a call, in case the array changes meanwhile. Those are two
/// atomic operations, and each waits until everything written so far has reached the cache: a tenth of a lesson.
struct LentObjects<Object: AnyObject>: ~Copyable {
    private let count: Int
    // `count` initialised places, but for the one whose object is lent: owned.
    private let places: UnsafeMutablePointer<Object>

    init(_ objects: [Object]) {
        count = objects.count
        places = .allocate(capacity: objects.count)
        for (index, object) in objects.enumerated() { (places + index).initialize(to: object) }
    }

    deinit {
        places.deinitialize(count: count)
        places.deallocate()
    }

    /// Calls `body` with the object at `index`. `body` does not ask for the same object.
    @inline(__always)
    func lend(_ index: Int, _ body: (Object) -> Void) {
        precondition(index >= 0 && index < count, "an object that was handed over")
        let place = places + index
        let object = place.move()
        body(object)
        place.initialize(to: object)
    }
}
