// Neighbouring bins taken together, so that each group carries enough labels to say something.

/// A run of histogram bins and what they add up to; holds at least one label.
struct LogitBinGroup {
    /// From the first to the last bin of the run that holds a label.
    var positions: ClosedRange<Int>
    /// The sum of the bins.
    var sum: LogitBin

    mutating func merge(_ later: LogitBinGroup) {
        positions = positions.lowerBound...later.positions.upperBound
        sum.merge(later.sum)
    }
}

extension LogitHistogram {
    /// Groups neighbouring bins from low to high, closing a group as soon as it has a `limit`-th of the weight.
    ///
    /// A remainder below that joins the last group, so every group has its share and there are at most `limit`. A bin
    /// is never split: where many labels share a bin there are fewer groups.
    func equalMassGroups(atMost limit: Int) -> [LogitBinGroup] {
        precondition((1...LogitHistogram.binCount).contains(limit), "there are between 1 and 512 groups of bins")
        let share = bins.reduce(0) { $0 + $1.weight } / Double(limit)
        var groups: [LogitBinGroup] = []
        var open: LogitBinGroup?
        for (position, bin) in bins.enumerated() where bin.count > 0 {
            var group = LogitBinGroup(positions: position...position, sum: bin)
            if var earlier = open {
                earlier.merge(group)
                group = earlier
            }
            open = group
            if group.sum.weight >= share {
                groups.append(group)
                open = nil
            }
        }
        guard let remainder = open else { return groups }
        if groups.isEmpty { return [remainder] }
        groups[groups.count - 1].merge(remainder)
        return groups
    }
}
