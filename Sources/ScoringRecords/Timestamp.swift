// Instants and spans of event time, as whole microseconds. Nothing here reads a clock: times arrive as arguments.

/// An instant in microseconds since 1970-01-01T00:00:00Z (no leap seconds).
///
/// Arithmetic saturates at `distantPast` and `distantFuture`, so a window added to an extreme time never traps.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch; any `Int64`.
    public let microseconds: Int64

    /// Wraps a count of microseconds since the Unix epoch.
    @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Before every event: the watermark of a source that has said nothing.
    public static let distantPast = Timestamp(microseconds: .min)
    /// After every event: the watermark that ends a replayed stream and closes all windows.
    public static let distantFuture = Timestamp(microseconds: .max)

    /// Earlier instants and shorter spans come first.
    @inlinable public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// This instant moved by `span`, saturating at the ends of the range.
    @inlinable public func advanced(by span: TimeSpan) -> Timestamp {
        let (sum, overflow) = microseconds.addingReportingOverflow(span.microseconds)
        if overflow { return span.microseconds < 0 ? .distantPast : .distantFuture }
        return Timestamp(microseconds: sum)
    }

    /// The span from `earlier` to this instant, saturating.
    @inlinable public func since(_ earlier: Timestamp) -> TimeSpan {
        let (difference, overflow) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        if overflow { return TimeSpan(microseconds: microseconds < earlier.microseconds ? .min : .max) }
        return TimeSpan(microseconds: difference)
    }
}

/// A signed length of time in microseconds.
public struct TimeSpan: Hashable, Comparable, Sendable {
    /// The length in microseconds; negative spans point backwards.
    public let microseconds: Int64

    /// Wraps a count of microseconds.
    @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

    /// No time at all.
    public static let zero = TimeSpan(microseconds: 0)
    /// A span of whole milliseconds.
    public static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(microseconds: count * 1_000) }
    /// A span of whole seconds.
    public static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(microseconds: count * 1_000_000) }
    /// A span of whole days of 86,400 seconds.
    public static func days(_ count: Int64) -> TimeSpan { .seconds(count * 86_400) }

    /// Earlier instants and shorter spans come first.
    @inlinable public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The sum, saturating at the ends of the range.
    @inlinable public static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        let (sum, overflow) = left.microseconds.addingReportingOverflow(right.microseconds)
        if overflow { return TimeSpan(microseconds: left.microseconds < 0 ? .min : .max) }
        return TimeSpan(microseconds: sum)
    }

    /// The length in seconds, rounded to the nearest `Double`.
    public var inSeconds: Double { Double(microseconds) / 1_000_000 }
}
