// The parts of one output as JSON. Ratios of observed over predicted bear that name everywhere, their reciprocals theirs.

import Calibration
import PipelineHost
import ScoringRecords
import WireFormat

extension JSONWriter {
    /// Which output it is, what stands, and how near an alarm is.
    mutating func standing(_ output: MonitorView.Output) {
        key("class")
        optional(output.className)
        key("verdict")
        object { json in
            json.key("state")
            json.string(output.verdict.state.rawValue)
            json.member("observedOverPredicted", output.verdict.ratio)
            json.member("observedOverPredictedCI", output.verdict.interval)
            json.key("since")
            json.optional(output.verdict.since.map(ISO8601.text))
            json.key("slice")
            json.optional(output.verdict.slice)
        }
        member("evidence", output.evidence)
    }

    /// A history.
    mutating func panes(_ panes: [MonitorView.Pane]) {
        array { json in
            for pane in panes {
                json.object { json in
                    json.key("start")
                    json.string(ISO8601.text(pane.start))
                    json.member("seconds", pane.span.inSeconds)
                    json.key("labelled")
                    json.integer(pane.labelled)
                    json.member("predictedPositives", pane.predicted)
                    json.member("positives", pane.observed)
                    json.member("calibrationRatio", pane.ratio)
                    json.member("calibrationRatioCI", pane.interval)
                }
            }
        }
    }

    /// Scores and slices.
    mutating func distribution(_ output: MonitorView.Output, _ limit: SliceLimit) {
        key("scores")
        array { json in
            for bin in output.scores {
                json.object { json in
                    json.member("logit", bin.logit)
                    json.key("count")
                    json.integer(bin.count)
                }
            }
        }
        key("slices")
        array { json in for slice in output.slices.prefix(limit.count) { json.slice(slice) } }
    }

    private mutating func slice(_ slice: SliceFinding) {
        object { json in
            json.key("field")
            json.string(slice.field)
            json.key("value")
            json.string(slice.value)
            json.key("labelled")
            json.integer(slice.count)
            json.member("predictedPositives", slice.predicted)
            json.member("positives", slice.observed)
            json.member("observedOverPredicted", slice.ratio)
            json.member("observedOverPredictedCI", slice.interval)
            // JSON has no infinity: evidence beyond every Double is written as the greatest of them.
            json.member("evidence", min(slice.evidence, .greatestFiniteMagnitude))
            json.key("flagged")
            json.boolean(slice.isFlagged)
            json.key("direction")
            json.string(slice.direction.rawValue)
            json.key("since")
            json.string(ISO8601.text(slice.since))
        }
    }

    /// Alarms, newest first.
    mutating func alarms(_ alarms: [MonitorView.Alarm]) {
        array { json in
            for alarm in alarms {
                json.object { json in
                    json.key("head")
                    json.string(alarm.head)
                    json.key("class")
                    json.optional(alarm.className)
                    json.key("slices")
                    json.array { json in for slice in alarm.slices { json.string(slice) } }
                    json.key("direction")
                    json.string(alarm.direction.rawValue)
                    json.key("time")
                    json.string(ISO8601.text(alarm.time))
                    json.key("onset")
                    json.string(ISO8601.text(alarm.onset))
                    json.member("observedOverPredicted", alarm.ratio)
                    json.member("observedOverPredictedCI", alarm.interval)
                    json.key("journalSequence")
                    json.integer(alarm.sequence)
                }
            }
        }
    }
}
