// The recalibrator of a head with classes: a line per class, brought to the sum 1, served only while it has earned it.

import ElementaryMath
public import ScoringRecords

/// One `OnlinePlatt` per class, each against the rest, normalised over the classes, under one `EvidenceGuard`.
///
///     π_k ∝ σ(a_k + b_k s_k)
///
/// with s_k the mapped logit of class k. The guard compares −ln π_y with the loss of the mapped probabilities on each
/// mature label y before it is learned from. A class with fewer than `OnlinePlatt.leastPositives` labels keeps its
/// mapped logit.
///
/// Source: one-against-rest calibration, Zadrozny & Elkan, *Transforming Classifier Scores into Accurate Multiclass
/// Probability Estimates*, KDD 2002, §4.
public struct EarnedClassRecalibration: Hashable, Sendable {
    /// The lines, by class.
    public private(set) var platts: [OnlinePlatt]
    private var evidence = EvidenceGuard()

    /// Whether the lines are served.
    public var isServing: Bool { evidence.isServing }
    /// By how many nats the lines have lately been better than the mapped probabilities.
    public var advantage: Double { evidence.advantage }

    /// Silent, for `classCount` classes.
    public init(classCount: Int) {
        platts = Array(repeating: OnlinePlatt(fading: OnlinePlatt.fadingPerInformation), count: classCount)
    }

    /// The line of each class as it is served while `isServing`.
    public var lines: [HeadServing.Line] {
        platts.map {
            $0.isServing
                ? HeadServing.Line(intercept: $0.intercept, slope: $0.slope)
                : HeadServing.Line(intercept: 0, slope: 1)
        }
    }

    /// Takes one mature label: the mapped logits of all classes at serving, the class, and the importance weight, with
    /// the domain of `OnlinePlatt.learn`.
    public mutating func learn(mappedLogits: [Double], category: Int, weight: Double) {
        precondition(mappedLogits.count == platts.count, "there is a logit per class")
        precondition(platts.indices.contains(category), "a label is the position of a class")
        var fitted = mappedLogits
        ClassScorer.recalibrate(&fitted, lines)
        let losses = (weight * softplus(-mappedLogits[category]), weight * softplus(-fitted[category]))
        for k in platts.indices {
            platts[k].learn(mappedLogit: mappedLogits[k], outcome: k == category ? 1 : 0, weight: weight)
        }
        evidence.compare(
            without: losses.0, with: losses.1, isReady: platts.contains { $0.isServing })
    }

    /// Everything that has to be kept.
    public var state: [Double] { platts.flatMap(\.state) + [advantage, isServing ? 1 : 0] }

    /// What `state` was; `nil` for numbers that no learning leaves behind.
    public init?(state: [Double], classCount: Int) {
        let width = OnlinePlatt().state.count
        guard state.count == classCount * width + 2 else { return nil }
        var platts: [OnlinePlatt] = []
        for k in 0..<classCount {
            let numbers = Array(state[k * width..<(k + 1) * width])
            guard let platt = OnlinePlatt(state: numbers, fading: OnlinePlatt.fadingPerInformation) else { return nil }
            platts.append(platt)
        }
        let serving = state[state.count - 1]
        guard serving == 0 || serving == 1,
            let evidence = EvidenceGuard(advantage: state[state.count - 2], isServing: serving == 1)
        else { return nil }
        guard !evidence.isServing || platts.contains(where: \.isServing) else { return nil }
        self.platts = platts
        self.evidence = evidence
    }
}
