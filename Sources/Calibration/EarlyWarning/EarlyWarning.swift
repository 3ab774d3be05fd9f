// A hint before labels are mature: are there as many early positives as there should be by now?
// Advisory. Its types share no protocol with the detector's, so that one cannot be taken for the other.

import ElementaryMath
public import ScoringRecords

/// Holds outcomes at a fixed age s against p·F̂(s), the promise for that age.
///
/// It sees a change W − s earlier than the detector, and there is no bound on its false alarms: F̂ is an estimate from
/// older cohorts, and when positives come faster or slower than they used to, it calls that a drift of the probabilities.
/// Nothing should be done on its word alone; look at the delays first.
public struct EarlyWarning: Hashable, Sendable {
    /// s.
    public let age: TimeSpan
    /// Where F̂ comes from.
    public private(set) var delays: LabelDelays
    /// Events that could not be judged because too few mature positives are known.
    public private(set) var unjudged = 0
    /// Observed and promised positives by age s, since the start or the last reset.
    public private(set) var sums = GammaPoissonSequence()
    private(set) var detector: DriftDetector
    // F̂(s), which changes with the delays only.
    private var share: Double?

    /// The narrowest dead band: F̂ alone may be off by that much.
    public static let leastTolerance = 1.05
    /// Positives at which all are halved: F̂ follows delays that change, and its error stays below a percent or so.
    public static let positivesKept = 20_000

    /// `nil` unless 0 < `age` < window of `delays` and the settings' tolerance is `leastTolerance` or more.
    public init?(age: TimeSpan, delays: LabelDelays, settings: DriftDetectorSettings) {
        guard age > .zero, age < delays.window, settings.tolerance >= Self.leastTolerance else { return nil }
        self.age = age
        self.delays = delays
        detector = DriftDetector(settings)
        share = delays.share(byAge: age)
    }

    /// What is looked for, and how rarely it should be wrong by chance alone.
    public var settings: DriftDetectorSettings { detector.settings }

    /// F̂(s); `nil` while too few mature positives are known.
    public var shareByAge: Double? { share }

    /// Learns how long a mature positive took.
    public mutating func addMaturePositive(delay: TimeSpan) {
        delays.add(delay: delay)
        if delays.total >= Self.positivesKept { delays.age() }
        share = delays.share(byAge: age)
    }

    /// Judges an event that has just reached the age: each event once, in a fixed order.
    ///
    /// - Parameters:
    ///   - servedLogit: as it was served, in nats.
    ///   - isPositive: whether a positive label came by age s.
    ///   - time: the event's time.
    /// - Returns: a hint if the evidence suffices; the evidence then starts anew.
    public mutating func observe(servedLogit: Double, isPositive: Bool, at time: Timestamp) -> EarlyWarningHint? {
        guard let share, share > 0 else {
            unjudged += 1
            return nil
        }
        let promised = sigmoid(servedLogit) * share
        // p so small that the product underflows promises nothing, and a certain p of 1 with share 1 is no early promise.
        guard promised > 0, promised < 1,
            let score = JudgedScore(servedLogit: logit(promised), outcome: isPositive ? 1 : 0)
        else {
            unjudged += 1
            return nil
        }
        sums.add(score)
        return detector.observe(score, at: time).map(EarlyWarningHint.init)
    }

    mutating func restore(unjudged: Int, sums: GammaPoissonSequence, detector: DriftDetector) {
        (self.unjudged, self.sums, self.detector) = (unjudged, sums, detector)
    }

    /// Begins the sums anew; the evidence goes on.
    public mutating func restartSums() { sums = GammaPoissonSequence() }

    /// Forgets the evidence and the sums, not the delays.
    public mutating func reset() {
        detector.reset()
        sums = GammaPoissonSequence()
    }
}
