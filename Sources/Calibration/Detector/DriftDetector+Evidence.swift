// How close the detector is to speaking, for whoever watches it.

extension DriftDetector {
    /// S: the mean evidence of all components, to be compared with the threshold. At most one more per event while
    /// calibrated.
    @inline(__always)
    public var statistic: Double {
        // Halves are added pairwise: the order of additions is part of the result, and this one is fixed here.
        let eight = evidence.lowHalf + evidence.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return (two.x + two.y) / Double(settings.shiftOdds.count + settings.slopes.count)
    }

    /// M_k, in the order of ``DriftDetectorSettings/hypotheses``.
    public var componentEvidence: [Double] {
        (0..<settings.shiftOdds.count + settings.slopes.count).map { evidence[lane(ofComponent: $0)] }
    }

    /// The hypothesis with the most evidence so far, of which there may be very little; the first of equals.
    public var leadingHypothesis: DriftHypothesis { settings.hypotheses[leadingComponent] }

    /// m: the centre of the scores around which slopes are tried, in nats.
    public var centreLogit: Double { centre.value }

    var leadingComponent: Int {
        let values = componentEvidence
        return values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
    }

    func lane(ofComponent component: Int) -> Int {
        component < settings.shiftOdds.count
            ? component : BettingTable.firstSlopeLane + component - settings.shiftOdds.count
    }
}
