// First in, first out, at O(1) each: an array whose front is given back in large pieces.

/// A queue of values.
struct Queue<Element> {
    // What was taken out is let go at once; its places go later.
    private var places: [Element?] = []
    private var start = 0

    // Empty places stay until there are so many and they are half of all: then what is left moves down once.
    private static var slack: Int { 1_024 }

    var count: Int { places.count - start }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : places[start] }

    /// Values by their place from the oldest on.
    subscript(range: Range<Int>) -> [Element] {
        places[start + range.lowerBound..<start + range.upperBound].compactMap { $0 }
    }

    mutating func append(_ element: Element) { places.append(element) }

    /// Takes out the oldest `count` values.
    mutating func removeFirst(_ count: Int) {
        precondition(count <= self.count, "no more can be taken out than is in")
        for place in start..<start + count { places[place] = nil }
        start += count
        guard start == places.count || (start >= Queue.slack && start * 2 >= places.count) else { return }
        places.removeFirst(start)
        start = 0
    }
}
