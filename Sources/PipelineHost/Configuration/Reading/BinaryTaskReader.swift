// What a binary head, or a label of a multi-label head, has of its own: loss, base rate, which examples it keeps.

import OnlineLearning
import ScoringRecords

/// Reads the task of a binary head.
enum BinaryTaskReader {
    /// The keys it reads.
    static let keys = ["loss", "baseRate", "negatives", "smoothing"]

    /// The task of a head, or of one label of a multi-label head, whose other keys are those of `standard`.
    static func task(_ section: Section, else standard: BinaryTask) -> BinaryTask {
        let rate = section.read("baseRate", else: standard.baseRate.value) { $0.share() }
        return BinaryTask(
            loss: section.read("loss", else: standard.loss, loss),
            // A share lies strictly between 0 and 1.
            baseRate: Probability(rate) ?? standard.baseRate,
            treatment: treatment(section, else: standard.treatment))
    }

    /// The labels of a multi-label head, each a name or a mapping of what differs from the head.
    static func labels(_ setting: Setting, else standard: BinaryTask) -> [(name: String, task: BinaryTask)]? {
        let example = "- { name: chargeback, baseRate: 0.001 }"
        guard let items = setting.elements(1...Limits.heads, "labels", example: example) else { return nil }
        let labels: [(name: String, task: BinaryTask)?] = items.map { item in
            if case .scalar = item.node { return item.text().map { ($0, standard) } }
            guard let section = Section(item, keys: ["name"] + keys, example: example),
                let name = section.require("name", remedy: "name the label, such as name: chargeback", { $0.text() })
            else { return nil }
            return (name, task(section, else: standard))
        }
        let read = labels.compactMap { $0 }
        return read.count == items.count ? read : nil
    }

    private static func treatment(_ section: Section, else standard: LabelTreatment) -> LabelTreatment {
        let kept = section.read("negatives", else: standard.keptNegatives) { $0.number(in: LabelTreatment.keptRange) }
        let smoothing = section.read("smoothing", else: standard.labelSmoothing) {
            $0.number(in: LabelTreatment.smoothingRange)
        }
        // Both were checked in their places.
        return (try? LabelTreatment(keptNegatives: kept, labelSmoothing: smoothing)) ?? standard
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

extension BinaryTask {
    /// What a head predicts where its section says nothing: cross-entropy from the default base rate.
    static let standard: BinaryTask = {
        guard let rate = Probability(ConfigurationLimits.defaultBaseRate) else {
            preconditionFailure("the default base rate is a probability")
        }
        return BinaryTask(loss: .bce, baseRate: rate)
    }()
}
