// What stands of each output and which alarms were raised, in words and as JSON.

import Calibration
import ScoringRecords
package import WireFormat

extension MonitorView.Verdict {
    /// The verdict in words: `under-predicting by 18 % since 2026-03-01T14:05:00Z in campaign=women`.
    ///
    /// Under-predicting by 18 % says that 18 % more positives came than were promised; over-predicting by 18 %, that 18 %
    /// more were promised than came.
    public var text: String {
        var text: String
        switch state {
        case .tooEarly: return "too early to say"
        case .calibrated: return "calibrated"
        case .underPredicting: text = "under-predicting" + by(ratio)
        case .overPredicting: text = "over-predicting" + by(ratio.flatMap { $0 > 0 ? 1 / $0 : nil })
        case .overconfident: text = "overconfident"
        case .underconfident: text = "underconfident"
        }
        if let since { text += " since \(ISO8601.text(since))" }
        if let slice { text += " in \(slice)" }
        return text
    }

    private func by(_ ratio: Double?) -> String {
        guard let ratio, ratio > 1 else { return "" }
        return " by \(fixed((ratio - 1) * 100, 0)) %"
    }
}

extension MonitorView.Alarm {
    /// The alarm in one line.
    public var text: String {
        let place = head + (className.map { ", class \($0)" } ?? "")
        let words = direction.words
        return "\(ISO8601.text(time)) \(place): \(words) since \(ISO8601.text(onset))"
            + (ratio.map { ", observed over predicted \(fixed($0, 3))" } ?? "")
            + (slices.isEmpty ? "" : ", in \(slices.joined(separator: ", "))")
    }
}

extension PipelineReport {
    /// The alarms as lines; none without alarms.
    var alarmLines: [String] {
        guard !alarms.isEmpty else { return [] }
        return ["", "alarms, newest first"] + alarms.map { "  \($0.text)" }
    }
}

extension JSONWriter {
    /// The member `verdict`.
    package mutating func member(_ verdict: MonitorView.Verdict) {
        key("verdict")
        object { json in
            json.key("state")
            json.string(verdict.state.rawValue)
            json.ratio(verdict.ratio, verdict.interval)
            json.key("since")
            if let since = verdict.since { json.string(ISO8601.text(since)) } else { json.null() }
            json.key("slice")
            if let slice = verdict.slice { json.string(slice) } else { json.null() }
        }
    }

    /// The member `alarms`.
    package mutating func member(_ alarms: [MonitorView.Alarm]) {
        key("alarms")
        array { json in
            for alarm in alarms {
                json.object { json in
                    json.key("head")
                    json.string(alarm.head)
                    json.key("class")
                    if let name = alarm.className { json.string(name) } else { json.null() }
                    json.key("direction")
                    json.string(alarm.direction.rawValue)
                    json.key("time")
                    json.string(ISO8601.text(alarm.time))
                    json.key("onset")
                    json.string(ISO8601.text(alarm.onset))
                    json.ratio(alarm.ratio, alarm.interval)
                    json.key("slices")
                    json.array { json in for slice in alarm.slices { json.string(slice) } }
                    json.key("journalSequence")
                    json.integer(alarm.sequence)
                }
            }
        }
    }
}
