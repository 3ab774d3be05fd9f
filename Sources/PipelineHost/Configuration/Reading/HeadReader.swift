// The `heads` section: outputs with their loss, window and base rate.

import OnlineLearning
import ScoringRecords

/// A head as far as it could be read, for rules that compare sections.
struct PlacedHead {
    /// Its name; `nil` where even that is wrong.
    let name: String?
    /// The whole head; `nil` where a part is wrong.
    let specification: HeadSpecification?
    /// Its place.
    let setting: Setting
}

/// Reads heads.
enum HeadReader {
    private static let keys = [
        "name", "loss", "baseRate", "window", "missingLabel", "policy", "wait", "negatives", "recalibrate",
    ]
    private static let example = "{ name: click, window: 30m }"
    // Two instants of one stream may differ by a microsecond, but a window below a millisecond is a slip of the unit.
    private static let shortestWindow = TimeSpan.milliseconds(1)

    /// The heads in order; `nil` where there is no list of them.
    static func heads(_ setting: Setting) -> [PlacedHead]? {
        guard let items = setting.elements(1...Limits.heads, "heads", example: "- \(example)") else { return nil }
        var seen: Set<String> = []
        return items.map { item in
            guard let section = Section(item, keys: keys, example: example) else {
                return PlacedHead(name: nil, specification: nil, setting: item)
            }
            let head = head(section)
            if let name = head.name, !seen.insert(name).inserted {
                section["name"]?.refuse("two heads are called '\(name)'", remedy: "give each head its own name")
            }
            return head
        }
    }

    private static func head(_ section: Section) -> PlacedHead {
        let name = section.require("name", remedy: "name the head, such as name: click") { $0.text() }
        let window = section.require("window", remedy: "say how long an outcome counts, such as window: 30m") {
            $0.duration(atLeast: shortestWindow)
        }
        let loss = section.read("loss", else: BinaryLoss.bce, loss)
        let rate = section.read("baseRate", else: ConfigurationLimits.defaultBaseRate) { $0.share() }
        let missingLabel = section.read("missingLabel", else: .negative) {
            $0.choice(["negative": MissingLabel.negative, "unlabelled": .unlabelled])
        }
        let policy = window.flatMap { HeadReader.labelPolicy(section, window: $0, missingLabel: missingLabel) }
        guard let name, let window, let policy, let baseRate = Probability(rate) else {
            return PlacedHead(name: name, specification: nil, setting: section.setting)
        }
        let specification = HeadSpecification(
            name: name, loss: loss, baseRate: baseRate, window: window, missingLabel: missingLabel,
            policy: policy, treatment: treatment(section),
            recalibrates: section.read("recalibrate", else: true) { $0.choice(["true": true, "false": false]) })
        return PlacedHead(name: name, specification: specification, setting: section.setting)
    }

    private static func treatment(_ section: Section) -> LabelTreatment {
        let kept = section.read("negatives", else: 1) { $0.number(in: LabelTreatment.keptRange) }
        do { return try LabelTreatment(keptNegatives: kept) } catch {
            section["negatives"]?.refuse("\(error)", remedy: "write the share of negatives to learn from, such as 0.1")
            return .none
        }
    }

    // A thirtieth of the window: a click comes within a minute of a half-hour window's impression, if it comes.
    private static let waitsPerWindow: Int64 = 30

    // Where silence says nothing, labels of both kinds must be waited for alike: positives usually come first, and a
    // head that learned from each as it came would see too many of them. Who knows better may still say retract.
    private static func labelPolicy(
        _ section: Section, window: TimeSpan, missingLabel: MissingLabel
    ) -> LabelPolicy? {
        let standard = missingLabel == .negative ? "retract" : "wait"
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

    private static func loss(_ setting: Setting) -> BinaryLoss? {
        let remedy = "write bce, { focal: { gamma: 2, alpha: 0.25 } } or { weighted: { positive: 20, negative: 1 } }"
        if case .scalar = setting.node {
            if setting.text() == "bce" { return .bce }
            if !setting.isNull { setting.refuse("\(setting.found) is no loss", remedy: remedy) }
            return nil
        }
        let kinds = ["focal", "weighted"]
        guard let section = Section(setting, keys: kinds, example: "{ focal: { gamma: 2 } }"),
            let (kind, value) = section.only(of: kinds, remedy: remedy)
        else { return nil }
        return kind == "focal" ? focal(value) : weighted(value)
    }

    private static func focal(_ setting: Setting) -> BinaryLoss? {
        guard let section = Section(setting, keys: ["gamma", "alpha", "positiveWeight"], example: "{ gamma: 2 }") else {
            return nil
        }
        let gamma = section.require("gamma", remedy: "write gamma: 2, the usual value, or use bce") {
            $0.number(in: BinaryLoss.gammaRange)
        }
        let alpha = section["alpha"].map { $0.share() }
        let weight = section.read("positiveWeight", else: 1) { $0.number(in: BinaryLoss.classWeightRange) }
        guard let gamma else { return nil }
        return checked(setting) { () throws(LossDomainError) in
            try .focal(gamma: gamma, alpha: alpha ?? nil, positiveWeight: weight)
        }
    }

    private static func weighted(_ setting: Setting) -> BinaryLoss? {
        guard let section = Section(setting, keys: ["positive", "negative"], example: "{ positive: 20, negative: 1 }")
        else { return nil }
        let positive = section.require("positive", remedy: "write how much a positive weighs, such as positive: 20") {
            $0.number(in: BinaryLoss.classWeightRange)
        }
        let negative = section.read("negative", else: 1) { $0.number(in: BinaryLoss.classWeightRange) }
        guard let positive else { return nil }
        return checked(setting) { () throws(LossDomainError) in
            try .weighted(positiveWeight: positive, negativeWeight: negative)
        }
    }

    // Each number was checked in its place; α times the positive weight can still leave the domain.
    private static func checked(
        _ setting: Setting, _ make: () throws(LossDomainError) -> BinaryLoss
    ) -> BinaryLoss? {
        do { return try make() } catch {
            setting.refuse("\(error)", remedy: "change the weights so that their product stays in range")
            return nil
        }
    }
}
