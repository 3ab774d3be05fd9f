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
            json.key("labelFates")
            json.object { json in
                for (fate, count) in labelFates {
                    json.key(fate)
                    json.integer(count)
                }
            }
            json.key("reversals")
            json.integer(reversals)
            json.key("frozen")
            json.boolean(isFrozen)
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
            json.key("slots")
            json.object { json in
                json.key("sampled")
                json.integer(slots.sample)
                json.member("loadFactor", slots.loadFactor)
                json.member("sharedSlots", slots.sharedSlots)
                json.member("collisionRate", slots.collisionRate)
            }
            json.key("rejected")
            json.object { json in
                for (code, count) in rejected {
                    json.key(code)
                    json.integer(count)
                }
            }
            json.key("heads")
            json.array { json in for head in heads { json.head(head) } }
            json.member(alarms)
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
        object { json in
            json.key("name")
            json.string(head.name)
            if let group = head.group {
                json.key("group")
                json.string(group)
            }
            json.key("loss")
            json.string(head.loss)
            json.member("trainingLoss", head.trainingLoss)
            json.key("labelOutages")
            json.integer(head.labelStream.outages)
            json.key("labelOutage")
            json.boolean(head.labelStream.isOut)
            json.key("silenceWithheld")
            json.integer(head.labelStream.withheld)
            guard let classes = head.classes else { return json.metrics(of: head.outputs[0]) }
            json.key("labelled")
            json.integer(classes.count)
            json.member("normalizedEntropy", classes.normalizedEntropy)
            json.member("logLoss", classes.logLoss)
            json.member("brier", classes.brier)
            json.member("accuracy", classes.accuracy)
            json.key("classes")
            json.array { json in
                for output in head.outputs {
                    json.object { json in
                        json.key("name")
                        json.string(output.className ?? "")
                        json.metrics(of: output)
                    }
                }
            }
        }
    }

    /// The members that tell of one output.
    private mutating func metrics(of output: PipelineReport.Output) {
        let report = output.calibration
        member(output.verdict)
        key("labelled")
        integer(report.labelled)
        member("positives", report.positives)
        member("predictedPositives", report.predictedPositives)
        member("baseRate", report.baseRate)
        member("calibrationRatio", report.calibrationRatio)
        member("calibrationRatioCI", report.calibrationRatioInterval)
        member("rawCalibrationRatio", output.rawRatio)
        member("mappedCalibrationRatio", output.mappedRatio)
        member("observedOverPredicted", report.observedOverPredicted)
        member("observedOverPredictedCI", report.observedOverPredictedInterval)
        member("normalizedEntropy", report.normalizedEntropy)
        member("logLoss", report.logLoss)
        member("brier", report.brier)
        member("brierSkill", report.brierSkill)
        member("spiegelhalterZ", report.spiegelhalterZ)
        member("aucROC", report.areaUnderROC)
        member("aucPR", report.averagePrecision)
        member("ece", report.expectedCalibrationError?.value)
        member("eceNoiseFloor", report.expectedCalibrationError?.noiseFloor)
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
