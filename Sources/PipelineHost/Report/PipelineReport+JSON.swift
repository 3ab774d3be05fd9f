// The report for programs. Keys are stable; new ones may be added. Docs/REPORT.md explains each.

import Calibration
import WireFormat

extension PipelineReport {
    /// The report as indented JSON, ending in a line feed.
    public var json: String {
        var json = JSONWriter(indented: true)
        write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    /// Writes the report as one JSON object.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.string(name)
            json.key("events")
            json.integer(events)
            json.key("labels")
            json.integer(labels)
            json.key("reversals")
            json.integer(reversals)
            json.key("pending")
            json.integer(pending)
            json.key("modelVersion")
            json.integer(modelVersion)
            json.key("modelDigest")
            json.optional(modelDigest)
            json.key("stateDigest")
            json.optional(stateDigest)
            json.key("journalSequence")
            json.integer(journalSequence)
            json.key("rejected")
            json.object { json in
                for (code, count) in rejected {
                    json.key(code)
                    json.integer(count)
                }
            }
            json.key("heads")
            json.array { json in for head in heads { json.head(head) } }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func optional(_ text: String?) {
        if let text { string(text) } else { null() }
    }

    fileprivate mutating func member(_ name: String, _ value: Double?) {
        key(name)
        if let value { number(value) } else { null() }
    }

    fileprivate mutating func member(_ name: String, _ interval: ConfidenceInterval?) {
        key(name)
        guard let interval else { return null() }
        array { json in
            json.number(interval.lower)
            json.number(interval.upper)
        }
    }

    fileprivate mutating func member(_ name: String, _ estimate: BinnedEstimate?) {
        member(name, estimate?.value)
        key(name + "Bounds")
        guard let estimate else { return null() }
        array { json in
            json.number(estimate.lower)
            json.number(estimate.upper)
        }
    }

    fileprivate mutating func head(_ head: PipelineReport.Head) {
        let report = head.calibration
        object { json in
            json.key("name")
            json.string(head.name)
            json.key("loss")
            json.string(head.loss)
            json.key("labelled")
            json.integer(report.labelled)
            json.member("positives", report.positives)
            json.member("predictedPositives", report.predictedPositives)
            json.member("baseRate", report.baseRate)
            json.member("calibrationRatio", report.calibrationRatio)
            json.member("calibrationRatioCI", report.calibrationRatioInterval)
            json.member("rawCalibrationRatio", head.rawRatio)
            json.member("mappedCalibrationRatio", head.mappedRatio)
            json.member("observedOverPredicted", report.observedOverPredicted)
            json.member("observedOverPredictedCI", report.observedOverPredictedInterval)
            json.member("normalizedEntropy", report.normalizedEntropy)
            json.member("logLoss", report.logLoss)
            json.member("brier", report.brier)
            json.member("brierSkill", report.brierSkill)
            json.member("spiegelhalterZ", report.spiegelhalterZ)
            json.member("aucROC", report.areaUnderROC)
            json.member("aucPR", report.averagePrecision)
            json.member("ece", report.expectedCalibrationError?.value)
            json.member("eceNoiseFloor", report.expectedCalibrationError?.noiseFloor)
            json.member("eceOverBaseRate", report.expectedCalibrationError?.overBaseRate)
            json.key("operatingPoint")
            if let point = report.operatingPoint {
                json.object { json in
                    json.member("falsePositiveRateCap", CalibrationReport.falsePositiveRateCap)
                    json.member("threshold", point.threshold)
                    json.member("falsePositiveRate", point.falsePositiveRate)
                    json.member("recall", point.recall)
                    json.member("precision", point.precision)
                    json.member("f1", point.f1)
                }
            } else {
                json.null()
            }
            json.key("reliability")
            json.array { json in
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
    }
}
