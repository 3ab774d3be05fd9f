// Why a stream cannot be simulated. Raised before the first event, never while simulating.

/// An option outside its domain, with the remedy.
public struct SimulationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, naming the option and its value: without full stop.
    public let message: String
    /// What to do about it: one imperative clause without full stop.
    public let remedy: String

    init(_ message: String, remedy: String) {
        self.message = message
        self.remedy = remedy
    }

    /// `message; remedy`
    public var description: String { "\(message); \(remedy)" }

    /// Refuses a value outside `range`; NaN is outside.
    static func check<Value: Comparable>(
        _ value: Value, in range: ClosedRange<Value>, _ name: String
    ) throws(SimulationError) {
        guard range.contains(value) else {
            throw SimulationError(
                "\(name) is \(value)", remedy: "give a value from \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
