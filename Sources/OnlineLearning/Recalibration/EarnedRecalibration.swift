// Whether the recalibrator may speak: only while it has predicted better than silence would have.

import ElementaryMath

/// `OnlinePlatt` under a guard of evidence.
///
/// A recalibrator costs variance, and on a stream whose rate comes in bursts it learns one burst and serves it to the
/// next calm: on flight cancellations it raised normalised entropy by .027 behind one FTRL learner and by .013 behind
/// the portfolio. So both are scored on every mature label before it is learned from, the fitted line and the mapped
/// logit as it is, and the line is served as `EvidenceGuard` says; never before `OnlinePlatt.leastPositives`.
///
/// The line fades with the information of labels, not with their number: at a base rate of .3 % a memory of 10⁵ labels is
/// one of 300 positives, whose line followed each burst of frauds, earned its serving by it, and promised 7 % too much.
public struct EarnedRecalibration: Hashable, Sendable {
    /// The line.
    public private(set) var platt = OnlinePlatt(fading: OnlinePlatt.fadingPerInformation)
    private var evidence = EvidenceGuard()

    /// A: by how many nats the line has lately been better than the mapped logit.
    public var advantage: Double { evidence.advantage }
    /// Whether the line is served.
    public var isServing: Bool { evidence.isServing }

    /// Silent.
    public init() {}

    /// Takes one mature label, as `OnlinePlatt.learn`.
    public mutating func learn(mappedLogit: Double, outcome: Double, weight: Double) {
        func loss(_ logit: Double) -> Double {
            weight * (outcome * softplus(-logit) + (1 - outcome) * softplus(logit))
        }
        let (mapped, fitted) = (loss(mappedLogit), loss(platt.fitted(mappedLogit)))
        platt.learn(mappedLogit: mappedLogit, outcome: outcome, weight: weight)
        evidence.compare(without: mapped, with: fitted, isReady: platt.isServing)
    }

    /// Everything that has to be kept.
    public var state: [Double] { platt.state + [advantage, isServing ? 1 : 0] }

    /// What `state` was; `nil` for numbers that no learning leaves behind.
    public init?(state: [Double]) {
        guard state.count >= 2,
            let platt = OnlinePlatt(state: Array(state.dropLast(2)), fading: OnlinePlatt.fadingPerInformation)
        else { return nil }
        let (advantage, serving) = (state[state.count - 2], state[state.count - 1])
        guard serving == 0 || serving == 1,
            let evidence = EvidenceGuard(advantage: advantage, isServing: serving == 1)
        else { return nil }
        guard !evidence.isServing || platt.isServing else { return nil }
        self.platt = platt
        self.evidence = evidence
    }
}
