// An alarm stands until the outcomes after it speak against it, as clearly as they must to be heard.

import ByteCoding
public import Calibration
import ElementaryMath
public import ScoringRecords

/// An alarm that has not been withdrawn, and the evidence for withdrawing it.
///
/// Page's CUSUM (Page 1954, *Biometrika* 41:100) for the change from half the alarm's error h back to the served
/// probabilities, over the outcomes that mature after the alarm:
///
///     G ← max(0, G + ln P_served(y) − ln P_h(y))      G ≥ ln 10⁶: the alarm ends
///
/// h is half the error, in logs, of the bet that led when the alarm was raised: odds √x, slope √b. The bet itself may
/// overstate the error, and truth halfway between it and the served odds would then withdraw the alarm by chance. While h
/// or worse is right, an alarm is withdrawn on average no sooner than after a million outcomes (Lorden 1971, *Annals of
/// Math. Statistics* 42:1897); the detector, which started anew at the alarm, rings again then. The reflection at 0 keeps a
/// long drift from outweighing its repair. Level and slope are treated alike. A weight has no effect, as in the detector.
/// It assumes of labels what ``DriftDetector`` does.
public struct StandingAlarm: Hashable, Sendable {
    /// What is wrong.
    public let direction: DriftDirection
    /// When the alarm was raised; event time.
    public let raised: Timestamp
    /// Since when it is wrong, estimated; event time.
    public let onset: Timestamp
    /// G: the evidence for withdrawing it, in nats, from 0 to below ``limit``.
    public private(set) var evidence = 0.0

    /// How often the detector has rung again without news while the alarm stood.
    public private(set) var confirmations = 0

    private var hypothesis: DriftHypothesis
    private var centre: Double

    /// ln 10⁶: what ends it.
    public static let limit = 13.815_510_557_964_274

    /// An alarm as it was raised.
    ///
    /// - Parameter centre: the logit around which slopes are tried, ``DriftDetector/centreLogit``.
    public init(_ alarm: DriftAlarm, centre: Double) {
        self.init(hypothesis: alarm.hypothesis.halved, raised: alarm.time, onset: alarm.onset, centre: centre)
    }

    private init(hypothesis: DriftHypothesis, raised: Timestamp, onset: Timestamp, centre: Double) {
        self.hypothesis = hypothesis
        direction = hypothesis.direction
        self.raised = raised
        self.onset = onset
        self.centre = centre
    }

    /// Whether an alarm of this direction is news: the opposite one, or a level where so far a slope was thought wrong.
    ///
    /// A level that is wrong also looks like a slope where most scores lie on one side of the centre, so a slope is no news
    /// beside a level.
    func isReplaced(by other: DriftDirection) -> Bool {
        other != direction && !(other.isSlope && !direction.isSlope)
    }

    /// The detector has rung again and it is no news, but evidence that something is wrong still. In the same direction
    /// half its newest bet is what is tested from now on.
    mutating func confirm(_ alarm: DriftAlarm, centre: Double) {
        confirmations += 1
        evidence = 0
        guard alarm.direction == direction else { return }
        hypothesis = alarm.hypothesis.halved
        self.centre = centre
    }

    /// Takes a mature outcome into account; whether the alarm stands on.
    public mutating func isUpheld(by score: JudgedScore) -> Bool {
        let logit =
            switch hypothesis {
            case .shift(let odds): score.logit + log(odds)
            case .slope(let slope): centre + slope * (score.logit - centre)
            }
        guard let other = JudgedScore(servedLogit: logit, outcome: score.outcome) else { return true }
        evidence = max(0, evidence + other.logLoss - score.logLoss)
        return evidence < StandingAlarm.limit
    }
}

extension DriftHypothesis {
    /// Half the error on the scale of logs.
    fileprivate var halved: DriftHypothesis {
        switch self {
        case .shift(let odds): .shift(odds: odds.squareRoot())
        case .slope(let slope): .slope(slope.squareRoot())
        }
    }
}

extension StandingAlarm {
    /// Writes kind `u8` and parameter `f64` of the hypothesis, then raised, onset `i64`, centre, G `f64`, confirmations
    /// `varint`.
    func encode(into writer: inout ByteWriter) {
        switch hypothesis {
        case .shift(let odds):
            writer.writeUInt8(0)
            writer.writeDouble(odds)
        case .slope(let slope):
            writer.writeUInt8(1)
            writer.writeDouble(slope)
        }
        writer.writeInt64(raised.microseconds)
        writer.writeInt64(onset.microseconds)
        writer.writeDouble(centre)
        writer.writeDouble(evidence)
        writer.writeVarint(UInt64(confirmations))
    }

    /// Reads what `encode` wrote.
    init(_ reader: inout ByteReader) throws {
        let (kind, parameter) = (try reader.readUInt8(), try reader.readDouble())
        guard kind <= 1, parameter > 0, parameter.isFinite else { throw FoldStateError.outOfDomain }
        let raised = Timestamp(microseconds: try reader.readInt64())
        let onset = Timestamp(microseconds: try reader.readInt64())
        let centre = try reader.readDouble()
        self.init(
            hypothesis: kind == 0 ? .shift(odds: parameter) : .slope(parameter), raised: raised, onset: onset,
            centre: centre)
        evidence = try reader.readDouble()
        confirmations = try reader.readCount(maximum: LogitBin.maximumCount)
        guard centre.isFinite, evidence >= 0, evidence < StandingAlarm.limit else { throw FoldStateError.outOfDomain }
    }
}
