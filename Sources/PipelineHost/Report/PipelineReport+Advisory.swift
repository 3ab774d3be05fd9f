// Early outcomes and moving scores, in words and as JSON: apart from the verdict, for they decide nothing.

import Calibration
import ScoringRecords
package import WireFormat

extension MonitorView.Early {
    /// In a line, as far as anything can be said.
    var text: String {
        guard let shareByAge else {
            return "\(maturePositives) mature positives are too few to know how long labels take"
        }
        let share = "\(fixed(shareByAge * 100, 1)) % of positives come by then"
        guard let ratio, let since else { return "no event of that age yet; \(share)" }
        let ends = interval.map { " [\(fixed($0.lower, 3)), \(fixed($0.upper, 3))]" } ?? ""
        return "observed over promised \(fixed(ratio, 3))\(ends) since \(ISO8601.text(since)); \(share)"
    }

    /// The newest hint in words; `nil` where none stands.
    public var hintText: String? {
        hint.map { "may be \($0.direction.words) since \(ISO8601.text($0.since)), hinted at \(ISO8601.text($0.time))" }
    }
}

extension MonitorView.Movement {
    /// In a line.
    var text: String {
        guard hasReference || newest != nil else { return "no reference yet: it takes \(windowLength) scores" }
        guard let newest else { return "no window of \(windowLength) scores is complete yet" }
        return newest.text
    }
}

extension ScoreDriftVerdict {
    var text: String {
        var parts: [String] = []
        if let stability { parts.append("PSI \(significant(stability.index)) (p \(significant(stability.pValue)))") }
        if let distance {
            parts.append("KS \(significant(distance.lower)) (p at most \(significant(distance.pValue)))")
        }
        return parts.joined(separator: ", ") + ", level \(significant(level)), window to \(ISO8601.text(end))"
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
