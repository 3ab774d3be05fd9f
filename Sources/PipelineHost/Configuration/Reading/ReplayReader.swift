// The `replay` section: what the columns of a recording mean.

import ScoringRecords
import WireFormat

/// A label mapping with its place, for rules that compare sections.
struct PlacedLabel {
    /// The mapping.
    let mapping: LabelMapping
    /// Its place.
    let setting: Setting
}

/// Reads the replay section.
struct ReplayReader {
    /// What relative paths start with.
    let folder: String
    /// The event's id member, after which the id column is called by default; `nil` where it is wrong.
    let idField: String?
    /// The heads that labels may name; `nil` where there is no list of them.
    let heads: [PlacedHead]?

    /// The mapping with the places of its labels; `nil` after noting an error.
    func mapping(_ setting: Setting) -> (mapping: ReplayMapping, labels: [PlacedLabel])? {
        let example = "{ time: { column: timestamp, format: iso8601 }, labels: [] }"
        guard let section = Section(setting, keys: ["id", "time", "labels"], example: example) else { return nil }
        let id = section["id"].map { $0.text() } ?? idField
        let time = section.require(
            "time", remedy: "write time: { column: timestamp, format: iso8601 }, or a start and an interval", timeSource
        )
        let labels = section.read("labels", else: [], labels)
        guard let id, let time else { return nil }
        let identifier: ReplayMapping.Identifier = id == "rowNumber" && section["id"] != nil ? .rowNumber : .column(id)
        return (ReplayMapping(id: identifier, time: time, labels: labels.map(\.mapping)), labels)
    }

    private func timeSource(_ setting: Setting) -> TimeSource? {
        let example = "{ column: timestamp, format: iso8601 }"
        guard let section = Section(setting, keys: ["column", "format", "start", "interval"], example: example),
            let (kind, value) = section.only(of: ["column", "start"], remedy: "write time: \(example)")
        else { return nil }
        for stray in kind == "column" ? ["interval"] : ["format"] {
            section[stray]?.refuse("\(stray) does not go with \(kind)", remedy: "remove it")
        }
        if kind == "column" {
            return timeColumn(section).map { .column($0.name, format: $0.format) }
        }
        let start = instant(value)
        let interval = section.require("interval", remedy: "say how far rows lie apart, such as interval: 1s") {
            $0.duration(atLeast: TimeSpan(microseconds: 1))
        }
        guard let start, let interval else { return nil }
        return .regular(start: start, interval: interval)
    }

    private func instant(_ setting: Setting) -> Timestamp? {
        guard let text = setting.text() else { return nil }
        if let time = ISO8601.timestamp(text.utf8) { return time }
        setting.refuse("'\(text)' is no time", remedy: "write it as 2024-01-01T00:00:00Z")
        return nil
    }

    private func timeColumn(_ section: Section) -> (name: String, format: TimeFormat)? {
        let column = section.require("column", remedy: "name the column that holds the time") { $0.text() }
        let format = section.require(
            "format", remedy: "write format: iso8601, or a pattern such as \"%m/%d/%Y\"", format)
        guard let column, let format else { return nil }
        return (column, format)
    }

    private func format(_ setting: Setting) -> TimeFormat? {
        let words: KeyValuePairs<String, TimeFormat> = [
            "iso8601": .iso8601, "unixSeconds": .unixSeconds, "unixMilliseconds": .unixMilliseconds,
        ]
        guard let text = setting.text() else { return nil }
        if text.contains("%") {
            return setting.value(text) { text throws(SettingError) in .pattern(try TimePattern(text)) }
        }
        return setting.choice(words)
    }

    // MARK: Labels

    private func labels(_ setting: Setting) -> [PlacedLabel]? {
        let example = "- { head: click, column: label, delay: 30s }"
        let items = setting.elements(ConfigurationLimits.labelMappings, "labels", example: example)
        return items?.compactMap { item in label(item).map { PlacedLabel(mapping: $0, setting: item) } }
    }

    private func label(_ setting: Setting) -> LabelMapping? {
        guard
            let section = Section(
                setting, keys: ["head", "column", "delay", "time", "file", "key", "values"],
                example: "{ head: click, column: label, delay: 30s }")
        else { return nil }
        let head = section.require("head", remedy: "name one of the heads", self.head)
        let column = section.require("column", remedy: "name the column that holds the label") { $0.text() }
        let table = table(section)
        let moment = moment(section)
        let classes = head.flatMap { self.classes(of: $0) }
        let outcomes: LabelMapping.Outcomes =
            classes.map { classes in
                section.read("values", else: .classes([:])) { self.classNames($0, classes) }
            } ?? section.read("values", else: .number, outcomes)
        guard let head, let column, let table, let moment else { return nil }
        return LabelMapping(head: head, table: table, column: column, moment: moment, outcomes: outcomes)
    }

    private func head(_ setting: Setting) -> String? {
        guard let name = setting.text() else { return nil }
        let names = (heads ?? []).compactMap(\.name)
        // Where a head's own name is wrong, that is the error to mend first.
        guard let heads, names.count == heads.count, !names.contains(name) else { return name }
        setting.refuse(
            "there is no head '\(name)'",
            remedy: KeySuggestion.remedy(for: name, in: names) ?? "name one of \(names.joined(separator: ", "))")
        return nil
    }

    /// The classes of a head; `nil` for a binary one, and for one that is wrong itself.
    private func classes(of head: String) -> [String]? {
        guard case .classes(let task)? = heads?.first(where: { $0.name == head })?.specification?.task else {
            return nil
        }
        return task.classes
    }

    private func classNames(_ setting: Setting, _ classes: [String]) -> LabelMapping.Outcomes? {
        guard let entries = setting.entries(example: "{ lost: fraud, won: none }") else { return nil }
        guard ConfigurationLimits.values.contains(entries.count) else {
            setting.refuse(
                "\(entries.count) values are not 1 to \(ConfigurationLimits.values.upperBound)",
                remedy: "map each text that the column holds to a class, such as { lost: fraud, won: none }")
            return nil
        }
        var names: [String: String] = [:]
        for (text, _, value) in entries {
            guard let name = value.text() else { continue }
            if !classes.contains(name) {
                value.refuse(
                    "there is no class '\(name)'",
                    remedy: KeySuggestion.remedy(for: name, in: classes)
                        ?? "name one of \(classes.joined(separator: ", "))")
            }
            names[text] = name
        }
        return .classes(names)
    }

    private func table(_ section: Section) -> LabelMapping.Table? {
        guard let file = section["file"] else {
            section["key"]?.refuse("a key joins another file, and none is named", remedy: "add file:, or remove key:")
            return .sameRow
        }
        let path = file.text(maximumBytes: ConfigurationLimits.pathBytes)
        let key = section.require("key", remedy: "name the column of that file which holds event ids") { $0.text() }
        guard let path, let key else { return nil }
        return .file(path: path.hasPrefix("/") ? path : folder + path, key: key)
    }

    private func moment(_ section: Section) -> LabelMapping.Moment? {
        let remedy = "write delay: 30s, or time: { column: clicked_at, format: iso8601 }"
        guard let (kind, setting) = section.only(of: ["delay", "time"], remedy: remedy) else { return nil }
        if kind == "delay" { return setting.duration().map { .delay($0) } }
        let example = "{ column: clicked_at, format: iso8601 }"
        guard let time = Section(setting, keys: ["column", "format"], example: example) else { return nil }
        return timeColumn(time).map { .column($0.name, format: $0.format) }
    }

    private func outcomes(_ setting: Setting) -> LabelMapping.Outcomes? {
        guard let entries = setting.entries(example: "{ Canceled: 1, Check-Out: 0 }") else { return nil }
        guard ConfigurationLimits.values.contains(entries.count) else {
            setting.refuse(
                "\(entries.count) values are not 1 to \(ConfigurationLimits.values.upperBound)",
                remedy: "map each text that the column holds, such as { Canceled: 1, Check-Out: 0 }")
            return nil
        }
        var outcomes: [String: Double] = [:]
        for (text, _, value) in entries { outcomes[text] = value.number(in: 0...1) }
        return .texts(outcomes)
    }
}
