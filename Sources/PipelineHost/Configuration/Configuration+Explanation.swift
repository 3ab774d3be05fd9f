// What `weir check-config` prints when all is well: the file as Weir understood it, defaults included.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import WireFormat

extension Configuration {
    /// A summary for people: what is learned, from what, where. Ends with a line break.
    ///
    /// Wording and layout may change; programs read the configuration itself.
    public func explanation() -> String {
        let features = specification.features
        let fields = Configuration.distinctFields(features)
        var lines = [
            "\(name): \(counted(features.count, "feature")) of \(counted(fields.count, "field")), "
                + counted(specification.heads.count, "head"),
            "",
        ]
        lines += block("Event", [eventText])
        lines += block("Fields", table(fields.map { field in (field, uses(of: field)) }))
        lines += block("Heads", table(specification.heads.map { ($0.name, Configuration.text(of: $0)) }))
        lines += block("Model", modelLines)
        lines += block("Stream", [streamText])
        lines += block("Intake", [intakeText])
        lines += block("Journal", journalLines)
        lines += block("Endpoints", table(endpoints.named.map { ($0.name, "\($0.endpoint)") }))
        lines += block("Monitor", monitor.explanation(outputs: specification.outputCount))
        lines += block("Dashboard", [http?.explanation ?? "nowhere, unless --http says where"])
        if let replay { lines += block("Replay", replay.explanation) }
        if !advice.isEmpty { lines += block("Advice", advice.map { "\($0)" }) }
        return lines.joined(separator: "\n") + "\n"
    }

    private var eventText: String {
        "id '\(specification.idField)', "
            + (specification.timeField.map { "time '\($0)'" } ?? "no time: stamped at intake")
    }

    private var modelLines: [String] {
        let slots = 1 << specification.bits
        let bytes = slots * specification.optimizer.slotBytes
        let outputs = specification.outputCount
        return [
            "2^\(specification.bits) = \(slots) slots, \(byteText(bytes)) per output, \(byteText(bytes * outputs)) in all",
            optimizerText,
        ] + slotLines
    }

    private var slotLines: [String] {
        func text(_ span: JournalSpan) -> String {
            switch span {
            case .events(let count): "\(count) events"
            case .time(let span): DurationText.text(span)
            }
        }
        let rules = specification.slots
        var lines: [String] = []
        if let halfLife = rules.halfLife { lines.append("evidence counts half after \(text(halfLife))") }
        if rules.admission > 1 { lines.append("a feature learns from its event number \(rules.admission) on") }
        if let expiry = rules.expiry { lines.append("a slot without an event for \(text(expiry)) is emptied") }
        let guards = specification.guards
        if guards.gradientLimit != LearningGuards.standardGradientLimit {
            lines.append("a gradient is cut at \(shortText(of: guards.gradientLimit))")
        }
        if let limit = guards.biasLimit {
            lines.append(
                "a bias moves by at most \(shortText(of: limit.nats)) nats in \(DurationText.text(limit.span))")
        }
        if specification.standardErrors { lines.append("replies have standard errors") }
        return lines
    }

    private var optimizerText: String {
        switch specification.optimizer {
        case .ftrl(let parameters):
            "FTRL-Proximal, alpha \(shortText(of: parameters.alpha)), beta \(shortText(of: parameters.beta)), "
                + "l1 \(shortText(of: parameters.l1)), l2 \(shortText(of: parameters.l2))"
        case .portfolio(let parameters, let halfLife):
            "portfolio of \(parameters.lanes.count) learners, mixed by log loss with a half-life of "
                + "\(shortText(of: halfLife ?? .infinity)) nats"
        case .ekf(let parameters):
            "diagonal Kalman filter, prior variance \(shortText(of: parameters.priorVariance)), "
                + "forgetting \(shortText(of: parameters.forgetting))"
        }
    }

    private var streamText: String {
        let clockText = clock == .wall ? "wall clock" : "the stream's own clock"
        return "\(clockText), grace \(DurationText.text(specification.grace)), "
            + "up to \(specification.maximumPending) events wait for labels, "
            + "up to \(specification.maximumOrphans) labels wait \(DurationText.text(specification.orphanWindow)) "
            + "for their events"
    }

    private var intakeText: String {
        let reply = acknowledgement == .scored ? "scores are answered at once" : "scores are answered when durable"
        let full = spoolFull == .refuse ? "refuses everything" : "scores events without journalling them"
        return "\(reply); spool \(byteText(spoolBytes)), and a worker whose spool is full \(full)"
    }

    private var journalLines: [String] {
        let bounds =
            (journal.retainBytes.map { ["\(byteText(Int($0)))"] } ?? [])
            + (journal.retainAge.map { ["\(DurationText.text($0)) of event time"] } ?? [])
        return [
            "\(journal.path), a checkpoint every \(counted(journal.checkpointRecords, "record")), "
                + "\(journal.keepCheckpoints) kept",
            "a commit every \(DurationText.text(journal.commitInterval)) or \(byteText(journal.commitBytes)), "
                + (bounds.isEmpty
                    ? "nothing is ever removed" : "what exceeds \(bounds.joined(separator: " or ")) is removed"),
        ]
    }

    private static func distinctFields(_ features: [FeatureDefinition]) -> [String] {
        var seen: Set<String> = []
        return features.flatMap(\.fields).filter { seen.insert($0).inserted }
    }

    private func uses(of field: String) -> String {
        let texts = specification.features.filter { $0.fields.contains(field) }.map { feature in
            switch feature {
            case .hash: return "hash"
            case .number(_, let transform, let standardized):
                return "number (\(transform == .log ? "log" : "raw")\(standardized ? ", standardized" : ""))"
            case .bucket(_, .width(let width)): return "bucket (width \(shortText(of: width)))"
            case .bucket(_, .logarithmic): return "bucket (log)"
            case .bucket(_, .edges(let edges)):
                return "bucket (\(counted(edges.count, "edge")), "
                    + "\(shortText(of: edges.first ?? 0)) to \(shortText(of: edges.last ?? 0)))"
            case .cross(let fields):
                return "cross with \(fields.filter { $0 != field }.joined(separator: " and "))"
            }
        }
        return texts.joined(separator: "; ")
    }

    private static func text(of head: HeadSpecification) -> String {
        let window = "window \(DurationText.text(head.window))"
        let rest = "\(silenceText(of: head)), \(text(of: head.policy))"
        switch head.task {
        case .binary(let task):
            let smoothing = task.treatment.labelSmoothing
            let smoothed = smoothing > 0 ? ", labels smoothed by \(shortText(of: smoothing))" : ""
            return "\(text(of: task.loss))\(smoothed), \(window), base rate \(shortText(of: task.baseRate.value)), "
                + rest
        case .classes(let task):
            let rates = zip(task.classes, task.baseRates).map { "\($0) \(significant($1))" }
            return "\(task.loss.summary), \(window), base rates \(rates.joined(separator: ", ")), \(rest)"
        }
    }

    private static func silenceText(of head: HeadSpecification) -> String {
        switch (head.missingLabel, head.task) {
        case (.unlabelled, _): "silence says nothing"
        case (.category(let category), .classes(let task)): "silence is '\(task.classes[category])'"
        default: "silence is negative"
        }
    }

    private static func text(of policy: LabelPolicy) -> String {
        switch policy {
        case .wait: "learns when the window has closed"
        case .retract(let wait): "silence is learned after \(DurationText.text(wait)) and taken back by a late label"
        }
    }

    private static func text(of loss: BinaryLoss) -> String {
        if loss == .bce { return "cross-entropy" }
        let weights =
            "positives weigh \(shortText(of: loss.positiveWeight)), negatives \(shortText(of: loss.negativeWeight))"
        return loss.gamma == 0
            ? "cross-entropy (\(weights))" : "focal loss (gamma \(shortText(of: loss.gamma)), \(weights))"
    }
}

extension HTTPSettings {
    fileprivate var explanation: String {
        let names = hosts.isEmpty ? "" : ", also asked for as \(hosts.joined(separator: ", "))"
        return "http://\(address)/\(names); a model that has not moved for \(DurationText.text(staleAfter)) is stale"
    }
}

extension ReplayMapping {
    fileprivate var explanation: [String] {
        let idText =
            switch id {
            case .column(let column): "id from '\(column)'"
            case .rowNumber: "id is the row's number"
            }
        let timeText =
            switch time {
            case .column(let column, let format): "time from '\(column)' (\(format))"
            case .regular(let start, let interval):
                "one row every \(DurationText.text(interval)) from \(ISO8601.text(start))"
            }
        return ["\(idText), \(timeText)"]
            + labels.map { label in
                let place =
                    switch label.table {
                    case .sameRow: "'\(label.column)'"
                    case .file(let path, let key): "'\(label.column)' of \(path), joined by '\(key)'"
                    }
                let moment =
                    switch label.moment {
                    case .delay(let span): "\(DurationText.text(span)) after the event"
                    case .column(let column, let format): "at the time in '\(column)' (\(format))"
                    }
                return "\(label.head) from \(place), known \(moment)"
            }
    }
}

// MARK: Layout

private func block(_ title: String, _ lines: [String]) -> [String] { [title] + lines.map { "  " + $0 } }

private func table(_ rows: [(name: String, text: String)]) -> [String] {
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { $0.name + String(repeating: " ", count: width - $0.name.count + 2) + $0.text }
}

func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

private func byteText(_ bytes: Int) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")]
    for (shift, unit) in units where bytes >= 1 << shift {
        return shortText(of: (Double(bytes) / Double(1 << shift) * 10).rounded() / 10) + " " + unit
    }
    return "\(bytes) bytes"
}
