// The monitor's state: joins waiting for labels, and per head the served probabilities held against what happened.

import ByteCoding
import Calibration
public import OnlineLearning
public import ScoringRecords

/// `state(n) = fold(step, empty, journal[0..<n])` for calibration. Needs no model. Confined to one thread.
///
/// Evidence for alarms starts anew at a specification's mark, at a rollback, and per output when its recalibrator first speaks: at the
/// first event judged whose served logit is not its mapped one. A delta of the model is no reason.
public final class MonitorFold {
    /// What the fold was built for.
    public let specification: Specification
    /// The SHA-256 of the specification's canonical bytes.
    public let specificationDigest: [UInt8]
    /// What is looked for.
    public let settings: MonitorSettings
    /// What was predicted against mature outcomes, per head.
    public internal(set) var heads: [HeadStatistics]
    /// Joins and counters.
    public internal(set) var joins: JoiningFold<MonitoredScores>
    /// How full the table is, by the features of scored events.
    public internal(set) var census: SlotCensus
    /// The version that scored the newest event.
    public internal(set) var newestVersion = ModelVersion.none
    /// The time of the event whose score first had the newest version, and the time of the newest event; event time.
    public internal(set) var versionTimes = (first: Timestamp.distantPast, newest: Timestamp.distantPast)
    /// Alarms raised since the specification's mark, oldest first: the newest ``alarmLimit``.
    public internal(set) var alarms: [RaisedAlarm] = []
    /// Alarms raised in all of the journal, those no longer kept included: the number of the next.
    public internal(set) var alarmCount: UInt64 = 0

    /// How many alarms are kept; beyond it the oldest is forgotten.
    public static let alarmLimit = 1_000

    private let outputRanges: [Range<Int>]
    private let sliceHashes: [UInt32]

    /// An empty state, before the journal's first kept record.
    public init(
        specification: Specification, specificationDigest: [UInt8], settings: MonitorSettings = MonitorSettings(),
        startingAt start: UInt64 = 0
    ) {
        self.specification = specification
        self.specificationDigest = specificationDigest
        self.settings = settings
        heads = MonitorFold.emptyHeads(specification, settings)
        outputRanges = specification.outputRanges
        sliceHashes = settings.sliceFields.map(SliceKey.hash)
        census = SlotCensus(bits: specification.bits)
        joins = JoiningFold(
            specification: specification, specificationDigest: specificationDigest, startingAt: start,
            looks: specification.heads.map(settings.earlyAge))
    }

    /// Folds one record. Only events whose window has closed are judged, each once, with the probability served.
    ///
    /// - Parameter counts: asked for every event and head whose window has closed, or that is looked at early; `false`
    ///   leaves it out of `heads`.
    public func fold(_ record: JournalRecord, where counts: (Joined<MonitoredScores>) -> Bool = { _ in true }) {
        if case .scored(let event) = record { return fold(scored: event, where: counts) }
        let sequence = joins.sequence
        let effect = joins.fold(
            record, payload: remember, output: { hear($0, sequence: sequence, where: counts) }, quarantine: { _ in })
        if case .reset = effect { startAfresh() }
        if joins.isOwnSpecification, case .rollback = record {
            for head in heads.indices {
                for output in heads[head].outputs.indices { heads[head].outputs[output].restart() }
            }
        }
    }

    /// Folds a scored event as `fold(_:where:)` does its record.
    public func fold(scored event: ScoredEvent, where counts: (Joined<MonitoredScores>) -> Bool = { _ in true }) {
        let sequence = joins.sequence
        let waits = joins.fold(
            scored: event, payload: remember, output: { hear($0, sequence: sequence, where: counts) },
            quarantine: { _ in })
        guard joins.isOwnSpecification else { return }
        if waits { serve(event) }
        census.meet(event.features)
        versionTimes.newest = max(versionTimes.newest, event.time)
        if event.modelVersion > newestVersion {
            newestVersion = event.modelVersion
            versionTimes.first = event.time
        }
    }

    private func remember(_ event: ScoredEvent, in writer: inout ByteWriter) {
        MonitoredScores.of(event, slicedBy: sliceHashes).write(to: &writer)
    }

    private func hear(
        _ output: JoinOutput<MonitoredScores>, sequence: UInt64, where counts: (Joined<MonitoredScores>) -> Bool
    ) {
        switch output {
        case .matured(let matured): if counts(matured) { judge(matured, sequence: sequence) }
        case .aged(let aged): if counts(aged) { look(aged) }
        default: break
        }
    }

    private static func emptyHeads(_ specification: Specification, _ settings: MonitorSettings) -> [HeadStatistics] {
        specification.heads.map {
            HeadStatistics($0, settings: settings, outputCount: specification.outputCount)
        }
    }

    private func startAfresh() {
        heads = MonitorFold.emptyHeads(specification, settings)
        newestVersion = .none
        versionTimes = (.distantPast, .distantPast)
        census = SlotCensus(bits: specification.bits)
        alarms = []
    }

    private func serve(_ event: ScoredEvent) {
        for head in heads.indices {
            for (output, place) in outputRanges[head].enumerated() {
                heads[head].outputs[output].serve(event.outputs[place], at: event.time)
            }
        }
    }

    private func look(_ aged: Joined<MonitoredScores>) {
        heads[aged.head].look(
            aged.payload.scores[outputRanges[aged.head].lowerBound], isPositive: aged.outcome.isPositive, at: aged.time)
    }

    private func judge(_ matured: Joined<MonitoredScores>, sequence: UInt64) {
        let values = settings.slices.map { $0.value(in: matured.payload.slices) }
        var raised: [(output: Int, alarm: DriftAlarm)] = []
        heads[matured.head].add(
            matured.payload.scores[outputRanges[matured.head]], outcome: matured.outcome,
            task: specification.heads[matured.head].task, at: matured.time, values: values
        ) { raised.append(($0, $1)) }
        if let labelTime = matured.labelTime, matured.outcome.isPositive {
            heads[matured.head].addMaturePositive(delay: labelTime.since(matured.time))
        }
        for (output, alarm) in raised { keep(alarm, head: matured.head, output: output, sequence: sequence) }
    }

    private func keep(_ alarm: DriftAlarm, head: Int, output: Int, sequence: UInt64) {
        let flagged = heads[head].outputs[output].calibration.lookAtSlices()
        let sums = heads[head].outputs[output].calibration.sums(since: alarm.onset)
        if alarms.count == MonitorFold.alarmLimit { alarms.removeFirst() }
        alarms.append(
            RaisedAlarm(
                number: alarmCount, head: head, output: output, direction: alarm.direction, time: alarm.time,
                onset: alarm.onset, ratio: sums.observedOverPredicted, interval: sums.observedOverPredictedInterval,
                slices: flagged.prefix(RaisedAlarm.sliceLimit).map(RaisedAlarm.Slice.init), sequence: sequence))
        alarmCount += 1
    }
}

extension Outcome {
    /// Whether a label says that it came true rather than not.
    fileprivate var isPositive: Bool {
        if case .observed(let value, let weight) = self { value >= 0.5 && weight > 0 } else { false }
    }
}
