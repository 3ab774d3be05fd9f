// From what a person can promise ("at most one false alarm a year") to the detector's threshold.

/// At most so many false alarms a year at so many events a second, turned into the threshold c of a detector.
///
/// Derivation. Let M_k be the evidence of component k and S their mean. While every served probability is right within
/// the dead band, each factor e_k has conditional mean at most 1, so
///
///     E[M_k(t) | past] = (M_k(t−1) + 1)·E[e_k | past] ≤ M_k(t−1) + 1,
///
/// and S − t is a supermartingale starting at 0. Let A be the number of alarms among the first T events. Each alarm
/// throws away at least c of evidence by setting S to 0, so S(T) + c·A − T is a supermartingale too, hence
/// c·E[A] ≤ T, and by Markov P(A ≥ 1) ≤ T/c (Shin, Ramdas & Rinaldo 2022, *E-detectors*, §2; the restart is the
/// argument's last step). A year has T = R·31,557,600 events, so E[A] ≤ N follows from
///
///     c = T / N.
///
/// In blocks of B events the same holds with blocks in place of events: c = T / (B N).
///
/// The promise is about one detector. Several heads share a budget by dividing N among them.
public struct FalseAlarmBudget: Hashable, Sendable {
    /// N > 0: the most false alarms expected in a year; 0.1 is one in ten years.
    public let alarmsPerYear: Double
    /// R > 0: mature events a second, on average over the year. An underestimate breaks the promise.
    public let eventsPerSecond: Double

    /// Seconds of a year of 365.25 days.
    public static let secondsPerYear = 31_557_600.0

    /// `nil` unless both numbers are positive and finite.
    public init?(alarmsPerYear: Double, eventsPerSecond: Double) {
        guard alarmsPerYear > 0, alarmsPerYear.isFinite, eventsPerSecond > 0, eventsPerSecond.isFinite
        else { return nil }
        self.alarmsPerYear = alarmsPerYear
        self.eventsPerSecond = eventsPerSecond
    }

    /// c for a detector that looks every `blockLength` (≥ 1) events.
    ///
    /// Never below 2: a budget so wide that c would be less gets fewer alarms than it allows. Never above 10³⁰⁰.
    public func threshold(blockLength: Int = 1) -> Double {
        precondition(blockLength >= 1, "a block holds at least one event")
        let blocks = eventsPerSecond * FalseAlarmBudget.secondsPerYear / Double(blockLength)
        return min(max(blocks / alarmsPerYear, 2), 1e300)
    }
}
