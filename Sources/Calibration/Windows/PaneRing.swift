// The last hour, the last two days: labels by event time, in panes that fall out at the end.

public import ScoringRecords

/// A sliding window over event time, as a ring of panes: each pane is the sketch of one span of time.
///
/// ```
///  span = 1 min, count = 4          newest event at 12:07:40
///  12:04  12:05  12:06  12:07       panes kept; the window is their merge
/// ```
///
/// Event time drives it, never a clock: a label in a later pane moves the window, and the oldest panes fall out. A label
/// older than the window changes nothing and is counted. Pane i covers [i·span, (i+1)·span) since the Unix epoch, so
/// that the panes of all rings and runs agree.
///
/// The memory is O(count): 36 KiB for each pane with labels. The window moves in whole panes: it covers between
/// count − 1 and count spans.
public struct PaneRing: Hashable, Sendable {
    /// The length of a pane.
    public let span: TimeSpan
    /// How many panes are kept.
    public let count: Int
    /// Labels that came too late for the window.
    public internal(set) var tooOld = 0

    /// Pane i lies at i modulo count; `nil` without labels.
    var panes: [CalibrationSketch?]
    /// The index of the newest pane; `nil` before the first label.
    var newest: Int64?

    /// The most panes of a ring: a day of minutes.
    public static let countLimit = 1_440

    /// An empty ring.
    ///
    /// - Precondition: `span` is positive and `count` lies in 1…`countLimit`.
    public init(span: TimeSpan, count: Int) {
        precondition(span > .zero, "a pane has a positive length")
        precondition((1...PaneRing.countLimit).contains(count), "a ring has between 1 and 1,440 panes")
        self.span = span
        self.count = count
        panes = Array(repeating: nil, count: count)
    }

    /// Adds a label to the pane of its event's time, moving the window there if it is the newest so far.
    @inline(__always)
    public mutating func add(_ score: JudgedScore, at time: Timestamp) {
        let index = time.index(ofSpan: span)
        if index != newest {
            guard let newest else { return start(score, index) }
            if index > newest { advance(from: newest, to: index) }
            guard isKept(index) else {
                tooOld += 1
                return
            }
        }
        let position = self.position(of: index)
        if panes[position] == nil { panes[position] = CalibrationSketch() }
        panes[position]?.add(score)
    }

    /// Moves the window to hold `time` although no label did: after a silence old panes must not pass for new ones.
    public mutating func advance(to time: Timestamp) {
        let index = time.index(ofSpan: span)
        guard let newest, index > newest else { return }
        advance(from: newest, to: index)
    }

    /// The labels of the newest `last` panes, empty ones included; of all panes by default.
    ///
    /// Panes are merged from old to new, so equal rings give equal bytes.
    ///
    /// - Parameter last: 1…`count`; anything else traps.
    public func window(last: Int? = nil) -> CalibrationSketch {
        series(last: last).reduce(into: CalibrationSketch()) { $0.merge($1.labels) }
    }

    /// The panes with labels, from old to new, with the start of each.
    ///
    /// - Parameter last: how many panes to look back, 1…`count`; anything else traps.
    public func series(last: Int? = nil) -> [(start: Timestamp, labels: CalibrationSketch)] {
        let length = last ?? count
        precondition((1...count).contains(length), "a window has between one pane and all")
        guard let newest else { return [] }
        return (0..<Int64(length)).reversed().compactMap { age in
            let (index, underflow) = newest.subtractingReportingOverflow(age)
            guard !underflow, let labels = panes[position(of: index)] else { return nil }
            return (Timestamp(microseconds: index &* span.microseconds), labels)
        }
    }

    private mutating func start(_ score: JudgedScore, _ index: Int64) {
        newest = index
        panes[position(of: index)] = CalibrationSketch()
        panes[position(of: index)]?.add(score)
    }

    private mutating func advance(from newest: Int64, to index: Int64) {
        let (distance, overflow) = index.subtractingReportingOverflow(newest)
        if overflow || distance >= Int64(count) {
            for position in panes.indices { panes[position] = nil }
        } else {
            for passed in (newest + 1)...index { panes[position(of: passed)] = nil }
        }
        self.newest = index
    }

    func isKept(_ index: Int64) -> Bool {
        guard let newest else { return false }
        let (age, overflow) = newest.subtractingReportingOverflow(index)
        return !overflow && age >= 0 && age < Int64(count)
    }

    func position(of index: Int64) -> Int {
        let remainder = Int(index % Int64(count))
        return remainder < 0 ? remainder + count : remainder
    }
}
