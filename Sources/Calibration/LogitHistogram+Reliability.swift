// Where on the scale does the model promise too much or too little? The reliability diagram and its summary.

extension LogitHistogram {
    /// How many equal-mass bins a reliability diagram has unless told otherwise: the 15 of Guo et al. 2017, *ICML*,
    /// which later work kept.
    public static let defaultReliabilityBins = 15

    /// The reliability diagram: histogram bins merged, low logits first, until each holds at least a `limit`-th of the
    /// weight. Empty without labels; fewer than `limit` bins where many labels share a histogram bin.
    ///
    /// - Parameter limit: 1…512; anything else traps.
    public func reliabilityBins(atMost limit: Int = defaultReliabilityBins) -> [ReliabilityBin] {
        equalMassGroups(atMost: limit).map(ReliabilityBin.init)
    }

    /// The expected calibration error over the bins of `reliabilityBins(atMost:)`; `nil` without labels.
    ///
    /// - Parameter limit: 1…512; anything else traps.
    public func expectedCalibrationError(
        binsAtMost limit: Int = defaultReliabilityBins
    ) -> ExpectedCalibrationError? {
        ExpectedCalibrationError(of: equalMassGroups(atMost: limit).map(\.sum))
    }
}
