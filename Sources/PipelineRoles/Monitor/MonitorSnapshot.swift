// A monitor's state as a value, for another thread: the fold goes on while somebody makes a report of the copy.

public import OnlineLearning
public import ScoringRecords

/// What a ``MonitorFold`` knew at one moment.
///
/// Taking one copies references; what the fold changes afterwards it copies then, a few sketches and the slices.
public struct MonitorSnapshot: Sendable {
    /// What the fold was built for.
    public let specification: Specification
    /// What was predicted against mature outcomes, per head.
    public let heads: [HeadStatistics]
    /// Alarms raised, oldest first.
    public let alarms: [RaisedAlarm]
    /// Alarms raised in all of the journal, those no longer kept included.
    public let alarmCount: UInt64
    /// How full the table is.
    public let census: SlotCensus
    /// The version that scored the newest event.
    public let newestVersion: ModelVersion
    /// The time of the event whose score first had the newest version, and of the newest event.
    public let versionTimes: (first: Timestamp, newest: Timestamp)
    /// Records folded.
    public let sequence: UInt64
    /// Scored events folded.
    public let events: UInt64
    /// Labels folded.
    public let labels: UInt64
    /// Rejections by reason.
    public let rejections: [RejectionReason: UInt64]
    /// Labels that had an effect.
    public let labelCounts: LabelCounts
    /// Events waiting for their labels.
    public let pendingCount: Int
    /// Labels waiting for their events.
    public let orphanCount: Int
    /// Whether learning is frozen.
    public let isFrozen: Bool
    /// Whether labels come, per head.
    public let labelStreams: [LabelStreamStatus]
    /// How far event time has come; `distantPast` before any watermark.
    public let watermark: Timestamp
}

extension MonitorFold {
    /// The state now.
    public var snapshot: MonitorSnapshot {
        MonitorSnapshot(
            specification: specification, heads: heads, alarms: alarms, alarmCount: alarmCount, census: census,
            newestVersion: newestVersion, versionTimes: versionTimes, sequence: joins.sequence, events: joins.events,
            labels: joins.labels, rejections: joins.rejections, labelCounts: joins.joiner.counts,
            pendingCount: joins.joiner.pendingCount, orphanCount: joins.joiner.orphanCount,
            isFrozen: joins.joiner.isFrozen,
            labelStreams: specification.heads.indices.map { joins.joiner.labelStream(of: $0) },
            watermark: joins.clock.watermark)
    }

    /// Mature outcomes judged so far, over all heads.
    public var judgedCount: Int { heads.reduce(0) { $0 + ($1.outputs.first?.served.sums.count ?? 0) } }
}
