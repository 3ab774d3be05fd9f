// The numbers of one output for programs, wherever they are shown: report, page and API write them here, so they agree.

package import Calibration
package import WireFormat

extension JSONWriter {
    /// A text, or null.
    package mutating func optional(_ text: String?) {
        if let text { string(text) } else { null() }
    }

    /// A member with a number, or null.
    package mutating func member(_ name: String, _ value: Double?) {
        key(name)
        if let value { number(value) } else { null() }
    }

    /// A member with both ends of an interval, or null.
    package mutating func member(_ name: String, _ interval: ConfidenceInterval?) {
        key(name)
        guard let interval else { return null() }
        array { json in
            json.number(interval.lower)
            json.number(interval.upper)
        }
    }

    /// A member with an estimate, or null, and one with its bounds, named after it.
    package mutating func member(_ name: String, _ estimate: BinnedEstimate?) {
        member(name, estimate?.value)
        key(name + "Bounds")
        guard let estimate else { return null() }
        array { json in
            json.number(estimate.lower)
            json.number(estimate.upper)
        }
    }

    /// The members that tell of one output over some span of time.
    ///
    /// - Parameters:
    ///   - report: what its labels say.
    ///   - stages: the calibration ratios before any correction and after the closed-form map; `nil` where they are not
    ///     kept, which leaves their members out.
    package mutating func members(of report: CalibrationReport, stages: (raw: Double?, mapped: Double?)? = nil) {
        key("labelled")
        integer(report.labelled)
        member("positives", report.positives)
        member("predictedPositives", report.predictedPositives)
        member("baseRate", report.baseRate)
        member("calibrationRatio", report.calibrationRatio)
        member("calibrationRatioCI", report.calibrationRatioInterval)
        if let stages {
            member("rawCalibrationRatio", stages.raw)
            member("mappedCalibrationRatio", stages.mapped)
        }
        member("observedOverPredicted", report.observedOverPredicted)
        member("observedOverPredictedCI", report.observedOverPredictedInterval)
        member("normalizedEntropy", report.normalizedEntropy)
        member("logLoss", report.logLoss)
        member("brier", report.brier)
        member("brierSkill", report.brierSkill)
        key("brierParts")
        brierParts(report.brierDecomposition)
        member("spiegelhalterZ", report.spiegelhalterZ)
        key("cox")
        cox(report.coxFit)
        member("aucROC", report.areaUnderROC)
        member("aucPR", report.averagePrecision)
        member("ece", report.expectedCalibrationError?.value)
        member("eceNoiseFloor", report.expectedCalibrationError?.noiseFloor)
        member("eceDebiased", report.debiasedCalibrationError?.absolute)
        member("squaredCalibrationError", report.debiasedCalibrationError?.squared)
        member("eceOverBaseRate", report.expectedCalibrationError?.overBaseRate)
        key("operatingPoint")
        operatingPoint(report)
        key("reliability")
        array { json in
            for bin in report.reliability {
                json.object { json in
                    json.key("logits")
                    json.array { json in
                        json.number(bin.logits.lowerBound)
                        json.number(bin.logits.upperBound)
                    }
                    json.key("count")
                    json.integer(bin.count)
                    json.member("meanPredicted", bin.meanPredicted)
                    json.member("observedRate", bin.observedRate)
                    json.member("observedRateCI", bin.observedInterval)
                }
            }
        }
    }

    private mutating func brierParts(_ parts: BrierDecomposition?) {
        guard let parts else { return null() }
        object { json in
            json.member("reliability", parts.reliability)
            json.member("resolution", parts.resolution)
            json.member("uncertainty", parts.uncertainty)
            json.member("withinVariance", parts.withinVariance)
            json.member("withinCovariance", parts.withinCovariance)
        }
    }

    private mutating func cox(_ fit: CoxFit?) {
        guard let fit else { return null() }
        object { json in
            json.member("intercept", fit.intercept)
            json.member("interceptCI", fit.interceptInterval)
            json.member("slope", fit.slope)
            json.member("slopeCI", fit.slopeInterval)
            json.member("calibrationInTheLarge", fit.calibrationInTheLarge)
            json.member("logLoss", fit.logLoss)
        }
    }

    private mutating func operatingPoint(_ report: CalibrationReport) {
        guard let point = report.operatingPoint else { return null() }
        object { json in
            switch report.flagging {
            case .falsePositiveRate(let cap): json.member("falsePositiveRateCap", cap)
            case .threshold(let threshold): json.member("requestedThreshold", threshold)
            }
            json.member("threshold", point.threshold)
            json.member("falsePositiveRate", point.falsePositiveRate)
            json.member("recall", point.recall)
            json.member("precision", point.precision)
            json.member("f1", point.f1)
        }
    }
}
