// What an alarm asks of the rest: how wrong since the onset, and where.

public import ScoringRecords

extension HeadCalibration {
    /// The sums over labels of events since `time`, by whole panes: of the first window that reaches back so far, or all
    /// that the last window holds.
    ///
    /// - Complexity: O(panes).
    public func sums(since time: Timestamp) -> CalibrationSums {
        guard let window = windows.first(where: { $0.reaches(back: time) }) ?? windows.last else { return total.sums }
        return window.sums(since: time)
    }

    /// Looks at all slices and flags what e-BH rejects; see ``SliceMonitor/look()``. Empty without slices.
    public mutating func lookAtSlices() -> [SliceFinding] { slices?.look() ?? [] }
}

extension PaneRing {
    /// Whether the pane of `time` is kept, or later than all that are.
    func reaches(back time: Timestamp) -> Bool {
        guard let newest else { return false }
        let index = time.index(ofSpan: span)
        return index > newest || isKept(index)
    }

    /// The sums over the panes from that of `time` on, from old to new.
    func sums(since time: Timestamp) -> CalibrationSums {
        let first = time.index(ofSpan: span)
        return series().reduce(into: CalibrationSums()) { sums, pane in
            if pane.start.index(ofSpan: span) >= first { sums.merge(pane.labels.sums) }
        }
    }
}
