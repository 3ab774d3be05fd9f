// The `model` section: how many slots, and which learner.

import OnlineLearning
import ScoringRecords

/// Reads the model's settings.
enum ModelReader {
    // Which keys each optimizer understands; a key of another one is a mistake, not a default.
    private static let keys = [
        "ftrl": ["alpha", "beta", "l1", "l2", "importanceAware"], "portfolio": ["mixtureHalfLife"],
        "ekf": ["priorVariance", "forgetting"],
    ]

    /// The section as it was read.
    struct Model {
        var bits: Int
        /// `nil` where its parameters are wrong.
        var optimizer: OptimizerChoice?
        var importanceAware = false
        var standardErrors = false
        var slots = SlotRules()
        var guards = LearningGuards()
    }

    /// The section, or its defaults.
    static func model(_ setting: Setting?) -> Model {
        let section = setting.flatMap {
            Section(
                $0,
                keys: ["bits", "optimizer", "standardError", "forget", "admit", "expire", "gradientLimit", "biasLimit"]
                    + keys.values.flatMap { $0 }.sorted(),
                example: "{ bits: 18, optimizer: portfolio }")
        }
        let kind: String =
            section.map { section in
                section.read("optimizer", else: "portfolio") {
                    $0.choice(["ftrl": "ftrl", "portfolio": "portfolio", "ekf": "ekf"])
                }
            } ?? "portfolio"
        for (other, names) in keys.sorted(by: { $0.key < $1.key }) where other != kind {
            for name in names {
                section?[name]?.refuse(
                    "belongs to optimizer: \(other), the optimizer is \(kind)",
                    remedy: "write optimizer: \(other), or drop this line")
            }
        }
        let range = kind == "portfolio" ? PortfolioTable.bitsRange : FTRLTable.bitsRange
        let bits = section?.read("bits", else: nil) { $0.integer(in: range) } ?? ConfigurationLimits.defaultBits
        var model = Model(bits: bits)
        model.importanceAware = section?.read("importanceAware", else: false, truth) ?? false
        model.standardErrors = section?.read("standardError", else: false, truth) ?? false
        model.slots = SlotRules(
            halfLife: section?["forget"].flatMap(span),
            admission: section?.read("admit", else: 1) { $0.integer(in: SlotRules.admissionRange) } ?? 1,
            expiry: section?["expire"].flatMap(span))
        model.guards = LearningGuards(
            gradientLimit: section?.read("gradientLimit", else: LearningGuards.standardGradientLimit) {
                $0.number(in: LearningGuards.gradientLimitRange)
            } ?? LearningGuards.standardGradientLimit,
            biasLimit: section?["biasLimit"].flatMap(biasLimit))
        if model.importanceAware, let limit = section?["biasLimit"] {
            limit.refuse(
                "importanceAware shortens a step as a whole, and the bias would step apart",
                remedy: "drop one of the two")
        }
        do { model.optimizer = try optimizer(kind, section) } catch {
            // Each number was checked in its place; a rule that the parameters add later still shows.
            setting?.refuse("\(error)", remedy: "leave the parameter out to get its default")
        }
        return model
    }

    // A length in events or in event time.
    private static func span(_ setting: Setting) -> JournalSpan? {
        let kinds = ["events", "time"]
        guard let section = Section(setting, keys: kinds, example: "{ time: 30d }"),
            let (kind, value) = section.only(of: kinds, remedy: "write { time: 30d } or { events: 1000000 }")
        else { return nil }
        if kind == "events" { return value.integer(in: JournalSpan.eventsRange).map { .events($0) } }
        return value.duration(atLeast: JournalSpan.timeRange.lowerBound).map { .time($0) }
    }

    private static func biasLimit(_ setting: Setting) -> BiasLimit? {
        let example = "{ nats: 0.5, per: 1h }"
        guard let section = Section(setting, keys: ["nats", "per"], example: example) else { return nil }
        guard let nats = section["nats"], let span = section["per"] else {
            setting.refuse("needs nats and per", remedy: "write \(example)")
            return nil
        }
        guard let nats = nats.number(in: BiasLimit.natsRange),
            let span = span.duration(atLeast: JournalSpan.timeRange.lowerBound)
        else { return nil }
        return BiasLimit(nats: nats, per: span)
    }

    private static func truth(_ setting: Setting) -> Bool? { setting.choice(["true": true, "false": false]) }

    private static func optimizer(_ kind: String, _ section: Section?) throws -> OptimizerChoice {
        func number(_ key: String, _ range: ClosedRange<Double>, else standard: Double) -> Double {
            section?.read(key, else: standard) { $0.number(in: range) } ?? standard
        }
        switch kind {
        case "ftrl":
            return .ftrl(
                try FTRLParameters(
                    alpha: number("alpha", FTRLParameters.alphaRange, else: ConfigurationLimits.defaultAlpha),
                    beta: number("beta", FTRLParameters.betaRange, else: ConfigurationLimits.defaultBeta),
                    l1: number("l1", FTRLParameters.penaltyRange, else: ConfigurationLimits.defaultPenalty),
                    l2: number("l2", FTRLParameters.penaltyRange, else: ConfigurationLimits.defaultPenalty)))
        case "ekf":
            return .ekf(
                try EKFParameters(
                    priorVariance: number(
                        "priorVariance", EKFParameters.priorVarianceRange,
                        else: ConfigurationLimits.defaultPriorVariance),
                    forgetting: number("forgetting", EKFParameters.forgettingRange, else: 0)))
        default:
            return .portfolio(
                .standard,
                mixtureHalfLife: number(
                    "mixtureHalfLife", PortfolioMixture.halfLifeRange, else: PortfolioMixture.standardHalfLife))
        }
    }
}
