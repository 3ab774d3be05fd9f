// The `heads` section: what is predicted, and how labels reach it. What a binary head and one with classes have of their
// own is read by BinaryTaskReader and ClassTaskReader.

import Calibration
import OnlineLearning
import ScoringRecords

/// A head as far as it could be read, for rules that compare sections.
struct PlacedHead {
    /// Its name; `nil` where even that is wrong.
    let name: String?
    /// The whole head; `nil` where a part is wrong.
    let specification: HeadSpecification?
    /// Which events the report counts as flagged.
    var flagging = FlaggingRule.standard
    /// Its place.
    let setting: Setting
    /// Where its name stands.
    let nameSetting: Setting
}

/// Reads heads.
enum HeadReader {
    private static let keys =
        ["name", "window", "missingLabel", "policy", "wait", "recalibrate", "labelOutage", "flag", "labels"]
        + BinaryTaskReader.keys + ClassTaskReader.keys
    private static let example = "{ name: click, window: 30m }"
    // Two instants of one stream may differ by a microsecond, but a window below a millisecond is a slip of the unit.
    private static let shortestWindow = TimeSpan.milliseconds(1)

    /// The heads in order, a multi-label head as one head per label; `nil` where there is no list of them.
    static func heads(_ setting: Setting) -> [PlacedHead]? {
        guard let items = setting.elements(1...Limits.heads, "heads", example: "- \(example)") else { return nil }
        var heads: [PlacedHead] = []
        for item in items {
            guard let section = Section(item, keys: keys, example: example) else {
                heads.append(PlacedHead(name: nil, specification: nil, setting: item, nameSetting: item))
                continue
            }
            heads += self.heads(section)
        }
        checkNames(heads, setting)
        return heads
    }

    private static func checkNames(_ heads: [PlacedHead], _ setting: Setting) {
        var seen: Set<String> = []
        var groups: Set<String> = []
        for head in heads {
            if let group = head.specification?.group { groups.insert(group) }
            guard let name = head.name, !seen.insert(name).inserted else { continue }
            head.nameSetting.refuse("two heads are called '\(name)'", remedy: "give each head its own name")
        }
        for head in heads where head.specification?.group == nil {
            guard let name = head.name, groups.contains(name) else { continue }
            head.nameSetting.refuse("two heads are called '\(name)'", remedy: "give each head its own name")
        }
        if heads.count > Limits.heads {
            setting.refuse(
                "\(heads.count) heads, each label of a multi-label head counted, are more than \(Limits.heads)",
                remedy: "predict fewer outcomes, or make outcomes that exclude each other the classes of one head")
        }
    }

    private static func heads(_ section: Section) -> [PlacedHead] {
        let name = section.require("name", remedy: "name the head, such as name: click") { $0.text() }
        if let classes = section["classes"] {
            section["labels"]?.refuse(
                "labels and classes exclude each other",
                remedy: "write labels where several may be true of one event, classes where exactly one is")
            for key in BinaryTaskReader.keys where !ClassTaskReader.keys.contains(key) {
                section[key]?.refuse(
                    "belongs to a binary head, this one has classes", remedy: ClassTaskReader.counterpart(of: key))
            }
            let read = ClassTaskReader.task(section, classes)
            let shared = shared(section, classes: read?.task.classes)
            return [head(section, name: name, group: nil, task: read.map { .classes($0.task) }, shared)]
        }
        for key in ClassTaskReader.keys where !BinaryTaskReader.keys.contains(key) {
            section[key]?.refuse("belongs to a head with classes", remedy: "add classes:, or drop this line")
        }
        let shared = shared(section, classes: nil)
        let standard = BinaryTaskReader.task(section, else: .standard)
        guard let labels = section["labels"] else {
            return [head(section, name: name, group: nil, task: .binary(standard), shared)]
        }
        let read = BinaryTaskReader.labels(labels, else: standard)
        guard let name, let read else {
            return [
                PlacedHead(
                    name: name, specification: nil, setting: section.setting,
                    nameSetting: section["name"] ?? section.setting)
            ]
        }
        return read.map { label in
            head(section, name: "\(name).\(label.name)", group: name, task: .binary(label.task), shared)
        }
    }

    // MARK: What all kinds of heads have

    private struct Shared {
        var window: TimeSpan?
        var missingLabel: MissingLabel
        var policy: LabelPolicy?
        var recalibrates: Bool
        var labelOutage: TimeSpan?
        var flagging: FlaggingRule
    }

    private static func shared(_ section: Section, classes: [String]?) -> Shared {
        let window = section.require("window", remedy: "say how long an outcome counts, such as window: 30m") {
            $0.duration(atLeast: shortestWindow)
        }
        let missingLabel =
            classes.map { ClassTaskReader.missingLabel(section, classes: $0) }
            ?? section.read("missingLabel", else: .negative) {
                $0.choice(["negative": MissingLabel.negative, "unlabelled": .unlabelled])
            }
        return Shared(
            window: window, missingLabel: missingLabel,
            policy: window.flatMap { labelPolicy(section, window: $0, missingLabel: missingLabel) },
            recalibrates: section.read("recalibrate", else: true) { $0.choice(["true": true, "false": false]) },
            labelOutage: section["labelOutage"].flatMap { labelOutage($0, missingLabel: missingLabel) },
            flagging: section.read("flag", else: .standard, flagging))
    }

    private static func head(
        _ section: Section, name: String?, group: String?, task: HeadTask?, _ shared: Shared
    ) -> PlacedHead {
        guard let name, let task, let window = shared.window, let policy = shared.policy else {
            return PlacedHead(
                name: name, specification: nil, setting: section.setting,
                nameSetting: section["name"] ?? section.setting)
        }
        var specification = HeadSpecification(
            name: name, group: group, task: task, window: window, missingLabel: shared.missingLabel, policy: policy,
            recalibrates: shared.recalibrates)
        specification.labelOutage = shared.labelOutage
        return PlacedHead(
            name: name, specification: specification, flagging: shared.flagging, setting: section.setting,
            nameSetting: section["name"] ?? section.setting)
    }

    private static func labelOutage(_ setting: Setting, missingLabel: MissingLabel) -> TimeSpan? {
        if missingLabel == .unlabelled {
            setting.refuse("silence says nothing here anyway", remedy: "drop labelOutage")
        }
        return setting.duration(atLeast: shortestWindow)
    }

    private static func flagging(_ setting: Setting) -> FlaggingRule? {
        let kinds = ["threshold", "falsePositiveRate"]
        guard let section = Section(setting, keys: kinds, example: "{ falsePositiveRate: 0.01 }"),
            let (kind, value) = section.only(of: kinds, remedy: "write flag: { falsePositiveRate: 0.01 }"),
            let number = value.share()
        else { return nil }
        return kind == "threshold" ? .threshold(number) : .falsePositiveRate(number)
    }

    // A thirtieth of the window: a click comes within a minute of a half-hour window's impression, if it comes.
    private static let waitsPerWindow: Int64 = 30

    // Where silence says nothing, labels of both kinds must be waited for alike: positives usually come first, and a
    // head that learned from each as it came would see too many of them. Who knows better may still say retract.
    private static func labelPolicy(
        _ section: Section, window: TimeSpan, missingLabel: MissingLabel
    ) -> LabelPolicy? {
        let standard = missingLabel == .unlabelled ? "wait" : "retract"
        let kind = section.read("policy", else: standard) { $0.choice(["wait": "wait", "retract": "retract"]) }
        guard kind == "retract" else {
            section["wait"]?.refuse(
                "policy: wait waits for the whole window", remedy: "drop this line, or write policy: retract")
            return .wait
        }
        let usual = TimeSpan(microseconds: window.microseconds / waitsPerWindow)
        let wait = section.read("wait", else: usual) { $0.duration(atLeast: .zero) }
        if wait > window {
            section["wait"]?.refuse("the wait is longer than the window", remedy: "choose a shorter wait")
            return nil
        }
        return .retract(after: wait)
    }
}
