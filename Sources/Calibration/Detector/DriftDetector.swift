// The alarm: is this still the model that was promised? Sequential, with a bound on false alarms that holds at any time.
// Not an estimate of how wrong probabilities are; and blind to whatever no hypothesis of its settings resembles.

public import ScoringRecords

/// A mixture of Shiryaev–Roberts e-detectors over shifts and slopes of the served log-odds.
///
///     M_k ← (M_k + 1)·e_k     S = mean of M_k     alarm if S ≥ c, then every M_k = 0
///
/// with e_k as in `BettingTable`. As long as every event's odds, given everything known when its outcome was drawn, lie
/// within a factor τ of the served ones, P(an alarm within T events) ≤ T/c, and at most T/c alarms are expected in T
/// events, whatever the scores do and whenever one looks (Shin, Ramdas & Rinaldo 2022, *E-detectors: a nonparametric
/// framework for sequential change detection*). ``FalseAlarmBudget`` turns a promise into c and has the proof.
///
/// The bound assumes that the labels maturing in one attribution window are independent given what was known at serving:
/// a shock shared by neighbours (bots, an outage, repeated clicks of one session) is evidence counted many times over.
///
/// Feed it mature outcomes, each event once, in a fixed order, with the probability that was served; reset it when the
/// model behind the probabilities is replaced. An importance weight has no effect here: a label is one observation.
///
/// ```swift
/// guard let budget = FalseAlarmBudget(alarmsPerYear: 1, eventsPerSecond: 200) else { return }
/// var detector = DriftDetector(try DriftDetectorSettings(threshold: budget.threshold(), baseRate: 0.01))
/// if let alarm = detector.observe(score, at: eventTime) { print(alarm.direction, alarm.onset) }
/// ```
///
/// A value of O(1) size, a function of the calls in order: the same bits on every machine.
public struct DriftDetector: Hashable, Sendable {
    /// What it was asked.
    public let settings: DriftDetectorSettings
    /// Events observed since it was made; resets do not count back.
    public internal(set) var eventCount = 0

    let bets: BettingTable
    var centre: InformationCentre
    /// M_k.
    var evidence = SIMD16<Double>.zero
    /// C_k, the e-CUSUM whose last start is the onset.
    var cusum = SIMD16<Double>.zero
    var startEvent = SIMD16<Int64>.zero
    var startTime = SIMD16<Int64>.zero
    var block = EvidenceBlock()

    /// A detector that has seen nothing.
    public init(_ settings: DriftDetectorSettings) {
        self.settings = settings
        bets = BettingTable(settings)
        centre = InformationCentre(baseRate: settings.baseRate)
    }

    /// Takes one event into account.
    ///
    /// - Parameters:
    ///   - score: the served score and its mature outcome.
    ///   - time: the event's time, which dates the alarm. Order is by call, not by time.
    /// - Returns: an alarm if this event completes the evidence for one; the detector then starts anew.
    /// - Complexity: O(1).
    @inline(__always)
    public mutating func observe(_ score: JudgedScore, at time: Timestamp) -> DriftAlarm? {
        let limit = InformationCentre.logitLimit
        let logit = min(max(score.logit, -limit), limit)
        let factor = bets.evidence(
            probability: score.probability, limitedLogit: logit, centre: centre.value, outcome: score.outcome)
        centre.add(limitedLogit: logit, variance: score.variance)
        let event = eventCount
        eventCount += 1
        if settings.blockLength == 1 {
            return absorb(factor, startingAt: Int64(event), Int64(time.microseconds), event: event, time: time)
        }
        block.add(factor, event: Int64(event), time: time.microseconds)
        guard block.count == settings.blockLength else { return nil }
        let full = block
        block = EvidenceBlock()
        return absorb(full.product, startingAt: full.firstEvent, full.firstTime, event: event, time: time)
    }

    /// Forgets all evidence, for a model, recalibration or configuration that was replaced on purpose.
    ///
    /// The centre of the scores and the count of events stay. Evidence is only ever thrown away by this, so it cannot
    /// cause a false alarm; used on a whim it can prevent a true one.
    public mutating func reset() {
        (evidence, cusum) = (.zero, .zero)
        block = EvidenceBlock()
    }

    @inline(__always)
    private mutating func absorb(
        _ factor: SIMD16<Double>, startingAt first: Int64, _ firstTime: Int64, event: Int, time: Timestamp
    ) -> DriftAlarm? {
        let isFresh = cusum .<= bets.restartLevel
        cusum.replace(with: 1, where: isFresh)
        startEvent.replace(with: first, where: isFresh)
        startTime.replace(with: firstTime, where: isFresh)
        cusum *= factor
        evidence = (evidence + 1) * factor
        guard statistic >= settings.threshold else { return nil }
        return raiseAlarm(event: event, time: time)
    }

    @inline(never)
    private mutating func raiseAlarm(event: Int, time: Timestamp) -> DriftAlarm {
        let leader = leadingComponent
        let lane = lane(ofComponent: leader)
        let alarm = DriftAlarm(
            hypothesis: settings.hypotheses[leader], component: leader, statistic: statistic, event: event, time: time,
            onsetEvent: Int(startEvent[lane]), onset: Timestamp(microseconds: startTime[lane]))
        reset()
        return alarm
    }
}
