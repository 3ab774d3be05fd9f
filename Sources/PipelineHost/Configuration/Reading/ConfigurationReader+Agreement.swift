// Rules that compare sections: each section may be right and the whole still wrong.

import OnlineLearning
import PipelineRoles
import ScoringRecords

extension ConfigurationReader {
    /// Checks what could be read; parts that are wrong themselves are left out of the comparison.
    func checkAgreement(
        top: Section, event: (id: String, time: String?)?, clock: StreamClock, features: [PlacedFeature]?,
        heads: [PlacedHead]?, replay: (mapping: ReplayMapping, labels: [PlacedLabel])?
    ) {
        if clock == .stream, let event, event.time == nil {
            top["stream"]?.refuse(
                "the clock is the stream's own, but events name no time: every event would be refused",
                remedy: "add time: to event, or choose clock: wall")
        }
        if let event, let features { adviseUnreadable(event, features) }
        guard let replay else { return }
        checkRepeatedLabels(replay.labels)
        checkLeaks(features ?? [], replay)
        adviseUnlabelled(heads ?? [], replay.labels)
    }

    /// Checks that a table with an output per head or class fits its memory, and that an event's scores fit a record.
    func checkOutputs(top: Section, heads: [PlacedHead], model: ModelReader.Model) {
        guard let place = top["heads"], let optimizer = model.optimizer else { return }
        let outputs = heads.reduce(0) { $0 + ($1.specification?.task.outputCount ?? 1) }
        if outputs > Limits.outputs {
            place.refuse(
                "the heads have \(outputs) outputs, one per class, which are more than \(Limits.outputs)",
                remedy: "predict fewer classes")
        } else if outputs << model.bits > optimizer.slotLimit {
            place.refuse(
                "\(outputs) outputs of 2^\(model.bits) slots are more than the \(optimizer.slotLimit) that fit a table",
                remedy: "write fewer bits in model, or predict fewer outcomes")
        }
    }

    // The intake reads id and time for themselves and hands neither to the features.
    private func adviseUnreadable(_ event: (id: String, time: String?), _ features: [PlacedFeature]) {
        for (field, place) in features.flatMap({ zip($0.definition.fields, $0.fields) }) {
            guard field == event.id || field == event.time else { continue }
            place.advise(
                "'\(field)' is the event's \(field == event.id ? "id" : "time"), which features see as missing",
                remedy: "send the value in a second member if it should be learned from")
        }
    }

    private func checkRepeatedLabels(_ labels: [PlacedLabel]) {
        struct Cell: Hashable {
            var head: String
            var table: LabelMapping.Table
            var column: String
        }
        var seen: Set<Cell> = []
        for label in labels {
            let cell = Cell(head: label.mapping.head, table: label.mapping.table, column: label.mapping.column)
            if !seen.insert(cell).inserted {
                label.setting.refuse(
                    "the same column labels '\(cell.head)' twice: every label would count double",
                    remedy: "remove one of the two")
            }
        }
    }

    /// Checks that slices are told apart by what is known when an event is scored, and by values that come again.
    func checkSlices(
        _ monitor: PlacedMonitor, event: (id: String, time: String?)?,
        replay: (mapping: ReplayMapping, labels: [PlacedLabel])?
    ) {
        let secrets = replay.map { labelSecrets(of: $0) } ?? [:]
        for (field, place) in monitor.fields {
            if let event, field == event.id || field == event.time {
                place.refuse(
                    "'\(field)' is the event's \(field == event.id ? "id" : "time"): every event would be a slice",
                    remedy: "slice by a field whose values come again")
            } else if let secret = secrets[field] {
                place.refuse(
                    "'\(field)' is \(secret) in the replayed file: slices must be known before the outcome",
                    remedy: "slice by another field")
            }
        }
    }

    /// Checks that some head is young enough at that age.
    func checkEarlyAge(_ monitor: PlacedMonitor, heads: [PlacedHead]) {
        guard let place = monitor.earlyAge, let age = monitor.configuration.settings.earlyAge else { return }
        let windows = heads.compactMap { $0.specification?.window }
        guard let longest = windows.max(), age >= longest else { return }
        place.refuse(
            "\(DurationText.text(age)) is not below the longest window, \(DurationText.text(longest)): outcomes are mature then",
            remedy: "write less than that, or leave it out for a quarter of each window")
    }

    // A feature on the column of a label, or on the time at which it became known, tells the answer. Columns of another
    // file are never part of an event. A time that is the event's own tells nothing.
    private func checkLeaks(_ features: [PlacedFeature], _ replay: (mapping: ReplayMapping, labels: [PlacedLabel])) {
        let secrets = labelSecrets(of: replay)
        for (field, place) in features.flatMap({ zip($0.definition.fields, $0.fields) }) {
            guard let secret = secrets[field] else { continue }
            place.refuse(
                "'\(field)' is \(secret) in the replayed file: the feature would leak the label",
                remedy: "remove the feature, or map the label from another column")
        }
    }

    private func labelSecrets(of replay: (mapping: ReplayMapping, labels: [PlacedLabel])) -> [String: String] {
        var secrets: [String: String] = [:]
        for label in replay.labels.map(\.mapping) where label.table == .sameRow {
            if case .column(let column, _) = label.moment, !isTime(column, of: replay.mapping) {
                secrets[column] = "the time of the label of head '\(label.head)'"
            }
            secrets[label.column] = "the label of head '\(label.head)'"
        }
        return secrets
    }

    private func isTime(_ column: String, of replay: ReplayMapping) -> Bool {
        if case .column(column, _) = replay.time { true } else { false }
    }

    private func adviseUnlabelled(_ heads: [PlacedHead], _ labels: [PlacedLabel]) {
        let labelled = Set(labels.map(\.mapping.head))
        for head in heads {
            guard let specification = head.specification, !labelled.contains(specification.name) else { continue }
            let consequence =
                specification.missingLabel == .negative
                ? "every replayed event becomes a negative" : "replay teaches it nothing"
            head.setting.advise(
                "no label of head '\(specification.name)' is replayed: \(consequence)",
                remedy: "add it to replay.labels")
        }
    }
}
