// An alarm in words and as JSON: what log, command and webhook are told.

import Calibration
import PipelineRoles
import ScoringRecords
import WireFormat

/// What is told of an alarm.
struct AlarmMessage: Sendable {
    /// One line for a person.
    let text: String
    /// The body of webhook and command; the same bytes however often it is sent.
    let json: [UInt8]
    /// The alarm's number.
    let number: UInt64

    init(_ alarm: RaisedAlarm, deployment: String, specification head: (name: String, className: String?)) {
        number = alarm.number
        let place = head.name + (head.className.map { ", class \($0)" } ?? "")
        let slices = alarm.slices.map(\.name).joined(separator: ", ")
        text =
            "\(place): \(alarm.direction.words) since \(ISO8601.text(alarm.onset))"
            + (alarm.ratio.map { ", observed over predicted \(fixed($0, 3))" } ?? "")
            + (slices.isEmpty ? "" : ", in \(slices)")
        var json = JSONWriter()
        json.object { json in
            json.key("kind")
            json.string("drift")
            json.key("deployment")
            json.string(deployment)
            json.alarm(alarm, head: head.name, className: head.className)
        }
        self.json = json.bytes
    }
}

extension DriftDirection {
    /// The direction as a person would say it.
    var words: String {
        switch self {
        case .underPredicting: "under-predicting"
        case .overPredicting: "over-predicting"
        case .overconfident: "overconfident"
        case .underconfident: "underconfident"
        }
    }
}

extension JSONWriter {
    /// The members of an alarm.
    mutating func alarm(_ alarm: RaisedAlarm, head: String, className: String?) {
        key("number")
        integer(alarm.number)
        key("head")
        string(head)
        key("class")
        if let className { string(className) } else { null() }
        key("direction")
        string(alarm.direction.rawValue)
        key("time")
        string(ISO8601.text(alarm.time))
        key("onset")
        string(ISO8601.text(alarm.onset))
        ratio(alarm.ratio, alarm.interval)
        key("slices")
        array { json in
            for slice in alarm.slices {
                json.object { json in
                    json.key("slice")
                    json.string(slice.name)
                    json.key("direction")
                    json.string(slice.direction.rawValue)
                    json.key("since")
                    json.string(ISO8601.text(slice.since))
                    json.ratio(slice.ratio, slice.interval)
                }
            }
        }
        key("journalSequence")
        integer(alarm.sequence)
    }

    /// `observedOverPredicted` and its interval.
    mutating func ratio(_ ratio: Double?, _ interval: ConfidenceInterval?) {
        key("observedOverPredicted")
        if let ratio { number(ratio) } else { null() }
        key("observedOverPredictedCI")
        guard let interval else { return null() }
        array { json in
            json.number(interval.lower)
            json.number(interval.upper)
        }
    }
}
