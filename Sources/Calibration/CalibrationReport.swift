// All metrics of one head at once, as plain data for reports, the page and the command line.
// The formulas and their caveats stand at CalibrationSums and LogitHistogram, from which every field is taken.

/// What a sketch says about one head's probabilities.
///
/// A metric that its labels do not determine is `nil`, never a stand-in such as 0 or 1. Intervals and z statistics
/// assume labels that are independent given their scores.
public struct CalibrationReport: Hashable, Sendable {
    /// n: labels with positive weight, each counted once.
    public let labelled: Int
    /// Σw.
    public let weight: Double
    /// Σwy: the observed positives.
    public let positives: Double
    /// Σwp: the predicted positives.
    public let predictedPositives: Double
    /// See ``CalibrationSums/baseRate``.
    public let baseRate: Double?

    /// Predicted over observed. See ``CalibrationSums/calibrationRatio``.
    public let calibrationRatio: Double?
    /// 95 %, pointwise. See ``CalibrationSums/calibrationRatioInterval``.
    public let calibrationRatioInterval: ConfidenceInterval?
    /// See ``CalibrationSums/observedOverPredicted``.
    public let observedOverPredicted: Double?
    /// 95 %, pointwise; given without positives too. See ``CalibrationSums/observedOverPredictedInterval``.
    public let observedOverPredictedInterval: ConfidenceInterval?
    /// See ``CalibrationSums/calibrationZ``.
    public let calibrationZ: Double?

    /// In nats. See ``CalibrationSums/logLoss``.
    public let logLoss: Double?
    /// In nats. See ``CalibrationSums/baseRateEntropy``.
    public let baseRateEntropy: Double?
    /// See ``CalibrationSums/normalizedEntropy``.
    public let normalizedEntropy: Double?
    /// See ``CalibrationSums/relativeInformationGain``.
    public let relativeInformationGain: Double?
    /// See ``CalibrationSums/brier``.
    public let brier: Double?
    /// See ``CalibrationSums/brierSkill``.
    public let brierSkill: Double?
    /// See ``CalibrationSums/spiegelhalterZ``.
    public let spiegelhalterZ: Double?
    /// Over the reliability bins. See ``BrierDecomposition``.
    public let brierDecomposition: BrierDecomposition?
    /// See ``CoxFit``.
    public let coxFit: CoxFit?

    /// See ``LogitHistogram/areaUnderROC``.
    public let areaUnderROC: BinnedEstimate?
    /// See ``LogitHistogram/averagePrecision``.
    public let averagePrecision: BinnedEstimate?

    /// With its noise floor. See ``LogitHistogram/expectedCalibrationError(binsAtMost:)``.
    public let expectedCalibrationError: ExpectedCalibrationError?
    /// Over the same bins. See ``DebiasedCalibrationError``.
    public let debiasedCalibrationError: DebiasedCalibrationError?
    /// Low logits first. See ``LogitHistogram/reliabilityBins(atMost:)``.
    public let reliability: [ReliabilityBin]
    /// Which events `operatingPoint` flags.
    public let flagging: FlaggingRule
    /// What that would have caught; `nil` with one class.
    public let operatingPoint: OperatingPoint?

    /// Reads every metric off `sketch`.
    ///
    /// - Parameters:
    ///   - sketch: the labels; an empty sketch gives a report of zeros and `nil`s.
    ///   - limit: the most reliability bins, 1…512; anything else traps.
    ///   - flagging: which events `operatingPoint` flags.
    /// - Complexity: O(1): a few passes over 512 bins.
    public init(
        of sketch: CalibrationSketch, reliabilityBins limit: Int = LogitHistogram.defaultReliabilityBins,
        flagging: FlaggingRule = .standard
    ) {
        let (sums, histogram) = (sketch.sums, sketch.histogram)
        labelled = sums.count
        weight = sums.weight
        positives = sums.observed
        predictedPositives = sums.predicted
        baseRate = sums.baseRate
        calibrationRatio = sums.calibrationRatio
        calibrationRatioInterval = sums.calibrationRatioInterval
        observedOverPredicted = sums.observedOverPredicted
        observedOverPredictedInterval = sums.observedOverPredictedInterval
        calibrationZ = sums.calibrationZ
        logLoss = sums.logLoss
        baseRateEntropy = sums.baseRateEntropy
        normalizedEntropy = sums.normalizedEntropy
        relativeInformationGain = sums.relativeInformationGain
        brier = sums.brier
        brierSkill = sums.brierSkill
        spiegelhalterZ = sums.spiegelhalterZ
        brierDecomposition = histogram.brierDecomposition(binsAtMost: limit)
        coxFit = histogram.coxFit
        areaUnderROC = histogram.areaUnderROC
        averagePrecision = histogram.averagePrecision
        expectedCalibrationError = histogram.expectedCalibrationError(binsAtMost: limit)
        debiasedCalibrationError = histogram.debiasedCalibrationError(binsAtMost: limit)
        reliability = histogram.reliabilityBins(atMost: limit)
        self.flagging = flagging
        operatingPoint = histogram.operatingPoint(flagging)
    }
}
