// What a head with classes has of its own: the classes, their loss with weights, their base rates, which examples count.

import OnlineLearning
import ScoringRecords

/// Reads the task of a head with classes.
enum ClassTaskReader {
    /// The keys it reads.
    static let keys = ["classes", "loss", "baseRates", "keep"]
    private static let example = "classes: [none, fraud, refund]"
    private static let silence = "unlabelled"
    // Every class is an output with a table's memory of its own.
    private static let classCounts = 2...64

    /// What to write instead of a binary head's key.
    static func counterpart(of key: String) -> String {
        switch key {
        case "baseRate": "write baseRates: with a rate per class"
        case "negatives": "write keep: with the share of a class's examples to learn from"
        default: "write smoothing inside loss: { categorical: { smoothing: 0.05 } }"
        }
    }

    /// The task; `nil` after noting an error.
    static func task(_ section: Section, _ setting: Setting) -> (task: ClassTask, setting: Setting)? {
        guard let classes = classes(setting) else { return nil }
        let loss = section.read("loss", else: standardLoss(classes.count)) { self.loss($0, classes: classes) }
        let rates = section["baseRates"].map { perClass($0, classes, complete: true) { $0.share() } }
        let kept = section["keep"].map {
            perClass($0, classes, complete: false) { $0.number(in: LabelTreatment.keptRange) }
        }
        if let rates, rates == nil { return nil }
        guard let loss else { return nil }
        do {
            let task = try ClassTask(
                loss: loss, classes: classes, baseRates: (rates ?? nil)?.compactMap { $0 },
                kept: (kept ?? nil)?.map { $0 ?? 1 })
            return (task, setting)
        } catch {
            // Each number was checked in its place.
            setting.refuse("\(error)", remedy: "give every class a name, a weight and a rate")
            return nil
        }
    }

    /// What silence means for a head with these classes.
    static func missingLabel(_ section: Section, classes: [String]) -> MissingLabel {
        section.read("missingLabel", else: .unlabelled) { setting in
            guard let text = setting.text() else { return nil }
            if text == silence { return .unlabelled }
            if let category = classes.firstIndex(of: text) { return .category(category) }
            let known = [silence] + classes
            setting.refuse(
                "'\(text)' is not \(silence) and no class",
                remedy: KeySuggestion.remedy(for: text, in: known) ?? "write one of \(known.joined(separator: ", "))")
            return nil
        }
    }

    private static func classes(_ setting: Setting) -> [String]? {
        guard let items = setting.elements(classCounts, "classes", example: example) else { return nil }
        var classes: [String] = []
        for item in items {
            guard let name = item.text() else { return nil }
            if name == silence {
                item.refuse("'\(silence)' means that no class is known", remedy: "call the class something else")
                return nil
            }
            if classes.contains(name) {
                item.refuse("two classes are called '\(name)'", remedy: "give each class its own name")
                return nil
            }
            classes.append(name)
        }
        return classes
    }

    // MARK: Loss

    private static func standardLoss(_ count: Int) -> CategoricalLoss? {
        try? CategoricalLoss(classWeights: Array(repeating: 1, count: count))
    }

    private static func loss(_ setting: Setting, classes: [String]) -> CategoricalLoss?? {
        let remedy = "write crossEntropy, or { categorical: { gamma: 1, smoothing: 0.05, weights: { fraud: 4 } } }"
        if case .scalar = setting.node {
            if setting.text() == "crossEntropy" { return standardLoss(classes.count) }
            if !setting.isNull { setting.refuse("\(setting.found) is no loss of classes", remedy: remedy) }
            return nil
        }
        guard let outer = Section(setting, keys: ["categorical"], example: "{ categorical: { gamma: 1 } }"),
            let (_, value) = outer.only(of: ["categorical"], remedy: remedy),
            let section = Section(value, keys: ["gamma", "smoothing", "weights"], example: "{ gamma: 1 }")
        else { return nil }
        let gamma = section.read("gamma", else: 0) { $0.number(in: BinaryLoss.gammaRange) }
        let smoothing = section.read("smoothing", else: 0) { $0.number(in: LabelTreatment.smoothingRange) }
        let weights = section["weights"].flatMap {
            perClass($0, classes, complete: false) { $0.number(in: BinaryLoss.classWeightRange) }
        }
        let classWeights = weights?.map { $0 ?? 1 } ?? Array(repeating: 1, count: classes.count)
        do { return try CategoricalLoss(classWeights: classWeights, labelSmoothing: smoothing, gamma: gamma) } catch {
            setting.refuse("\(error)", remedy: remedy)
            return nil
        }
    }

    /// A number per class, in the classes' order; `nil` where the mapping names something else, or not all of them
    /// although it must.
    private static func perClass(
        _ setting: Setting, _ classes: [String], complete: Bool, _ read: (Setting) -> Double?
    ) -> [Double?]? {
        guard let section = Section(setting, keys: classes, example: "{ \(classes[0]): 0.5 }") else { return nil }
        let numbers = classes.map { section[$0].flatMap(read) }
        if complete, let missing = classes.first(where: { section[$0] == nil }) {
            setting.refuse("class '\(missing)' has no value", remedy: "give every class one")
            return nil
        }
        return complete && numbers.contains { $0 == nil } ? nil : numbers
    }
}
