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
        member(output.verdict)
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

    /// Advisory members, scores and slices.
    mutating func distribution(_ output: MonitorView.Output, _ limit: SliceLimit) {
        advisory(early: output.early, movement: output.movement)
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
}
