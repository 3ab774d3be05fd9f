// Early outcomes and moving scores, in words and as JSON: apart from the verdict, for they decide nothing.

import Calibration
import ScoringRecords
package import WireFormat

extension MonitorView.Early {
    /// In lines, as far as anything can be said.
    var lines: [String] {
        guard let shareByAge else {
            return ["\(maturePositives) mature positives are too few to know how long labels take"]
        }
        var lines = hintText.map { [$0] } ?? []
        if let ratio, let since {
            let ends = interval.map { " [\(fixed($0.lower, 3)), \(fixed($0.upper, 3))]" } ?? ""
            lines.append("observed over promised \(fixed(ratio, 3))\(ends) since \(ISO8601.text(since))")
        }
        lines.append("\(fixed(shareByAge * 100, 1)) % of \(maturePositives) positives came by then")
        return lines
    }

    /// The newest hint in words; `nil` where none stands.
    public var hintText: String? {
        hint.map { "may be \($0.direction.words) since \(ISO8601.text($0.since)), said at \(ISO8601.text($0.time))" }
    }
}

extension MonitorView.Movement {
    /// What the windows are, or why there is none.
    var summary: String {
        if newest != nil { return "in windows of \(windowLength) scores" }
        return hasReference
            ? "no window of \(windowLength) scores is complete yet"
            : "no reference yet: it takes \(windowLength) scores"
    }
}

extension ScoreDriftVerdict {
    /// What the two tests say, and of which window.
    fileprivate var parts: [String] {
        var parts: [String] = []
        // The approximation is no good far out in the tail, so that more digits would say nothing.
        let least = 1e-6
        if let stability {
            let p = stability.pValue < least ? "below \(significant(least))" : significant(stability.pValue)
            parts.append("PSI \(significant(stability.index)) (p \(p))")
        }
        if let distance {
            parts.append("KS \(significant(distance.lower)) (p at most \(significant(max(distance.pValue, least))))")
        }
        return parts
    }

    /// In lines.
    var lines: [String] {
        [
            "until \(ISO8601.text(end)), a move where either p is below \(significant(level / 2)):",
            parts.joined(separator: ", "),
        ]
    }
}

extension JSONWriter {
    /// The members `earlyWarning` and `scoreDrift`.
    package mutating func advisory(early: MonitorView.Early?, movement: MonitorView.Movement) {
        key("earlyWarning")
        if let early { self.early(early) } else { null() }
        key("scoreDrift")
        object { json in
            json.key("windowLength")
            json.integer(movement.windowLength)
            json.key("hasReference")
            json.boolean(movement.hasReference)
            json.key("windows")
            json.integer(movement.windows)
            json.member("newest", movement.newest)
            json.key("moves")
            json.integer(movement.moves)
            json.member("lastMove", movement.lastMove)
        }
    }

    private mutating func early(_ early: MonitorView.Early) {
        object { json in
            json.key("advisory")
            json.boolean(true)
            json.member("ageSeconds", early.age.inSeconds)
            json.member("shareByAge", early.shareByAge)
            json.key("maturePositives")
            json.integer(early.maturePositives)
            json.key("since")
            json.optional(early.since.map(ISO8601.text))
            json.member("promisedPositives", early.promised)
            json.member("positives", early.observed)
            json.member("observedOverPromised", early.ratio)
            json.member("observedOverPromisedCI", early.interval)
            json.key("notLookedAt")
            json.integer(early.unjudged)
            json.key("hint")
            guard let hint = early.hint else { return json.null() }
            json.object { json in
                json.key("direction")
                json.string(hint.direction.rawValue)
                json.key("since")
                json.string(ISO8601.text(hint.since))
                json.key("time")
                json.string(ISO8601.text(hint.time))
            }
        }
    }

    private mutating func member(_ name: String, _ verdict: ScoreDriftVerdict?) {
        key(name)
        guard let verdict else { return null() }
        object { json in
            json.key("window")
            json.integer(verdict.window)
            json.key("start")
            json.string(ISO8601.text(verdict.start))
            json.key("end")
            json.string(ISO8601.text(verdict.end))
            json.member("level", verdict.level)
            json.member("psi", verdict.stability?.index)
            json.member("psiP", verdict.stability?.pValue)
            json.member("ks", verdict.distance?.lower)
            json.member("ksUpper", verdict.distance?.upper)
            json.member("ksP", verdict.distance?.pValue)
            json.key("drift")
            json.boolean(verdict.isDrift)
        }
    }
}
