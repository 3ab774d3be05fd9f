// A view as JSON. The members of a report and of its metrics are written where the report itself is.

import Calibration
import PipelineHost
import ScoringRecords
import WireFormat

extension JSONWriter {
    /// The whole view.
    mutating func view(_ view: MonitorView, number: UInt64, slices: SliceLimit) {
        object { json in
            json.key("number")
            json.integer(number)
            json.status(view)
            json.key("report")
            view.report.write(to: &json)
            json.key("heads")
            json.array { json in
                for head in view.heads {
                    json.object { json in
                        json.key("name")
                        json.string(head.name)
                        json.key("outputs")
                        json.array { json in for output in head.outputs { json.whole(output, slices) } }
                    }
                }
            }
            json.member(view.alarms)
        }
    }

    /// Where the monitor stands, the report's counts, and of each head its name, classes and verdicts.
    mutating func headList(_ view: MonitorView, number: UInt64) {
        object { json in
            json.key("number")
            json.integer(number)
            json.status(view)
            json.key("counts")
            json.object { view.report.writeCounts(to: &$0) }
            json.key("heads")
            json.array { json in
                for head in view.heads {
                    json.object { json in
                        json.key("name")
                        json.string(head.name)
                        json.key("outputs")
                        json.array { json in
                            for output in head.outputs {
                                json.object { json in
                                    json.standing(output)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// One head over one range.
    mutating func head(_ view: MonitorView, number: UInt64, index: Int, range: HeadRange, slices: SliceLimit) {
        let head = view.heads[index]
        object { json in
            json.key("number")
            json.integer(number)
            json.key("name")
            json.string(head.name)
            json.key("range")
            json.string(range.rawValue)
            json.key("outputs")
            json.array { json in
                for (place, output) in head.outputs.enumerated() {
                    json.object { json in
                        json.standing(output)
                        json.key("calibration")
                        json.object { json in
                            switch range {
                            case .hour: json.members(of: output.lastHour)
                            case .days: json.members(of: output.lastDays)
                            case .all: json.members(of: view.report.heads[index].outputs[place])
                            }
                        }
                        json.key("panes")
                        json.panes(range == .hour ? output.minutes : output.hours)
                        json.distribution(output, slices)
                    }
                }
            }
        }
    }

    /// The alarms by themselves.
    mutating func alarmList(_ view: MonitorView) {
        object { json in
            json.member(view.alarms)
        }
    }

    private mutating func status(_ view: MonitorView) {
        key("takenAt")
        string(ISO8601.text(view.takenAt))
        key("link")
        string(view.link.rawValue)
        key("watermark")
        optional(view.watermark.map(ISO8601.text))
        member("modelAge", view.modelAge)
        member("eventsPerSecond", view.eventsPerSecond)
        member("labelsPerSecond", view.labelsPerSecond)
    }

    private mutating func whole(_ output: MonitorView.Output, _ slices: SliceLimit) {
        object { json in
            json.standing(output)
            json.key("lastHour")
            json.object { $0.members(of: output.lastHour) }
            json.key("lastDays")
            json.object { $0.members(of: output.lastDays) }
            json.key("minutes")
            json.panes(output.minutes)
            json.key("hours")
            json.panes(output.hours)
            json.distribution(output, slices)
        }
    }
}
