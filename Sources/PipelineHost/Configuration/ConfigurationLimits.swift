// Bounds and defaults of the configuration file itself, with their reasons. Bounds on events and heads are `Limits`',
// domains of losses and optimizers belong to their types.

import Calibration
import OnlineLearning
import ScoringRecords

/// What a configuration file may say, and what it means where it says nothing.
enum ConfigurationLimits {
    /// Bytes of the file; beyond it the file is refused unread. The longest sensible file, 1,024 features on a line each,
    /// has a tenth of it.
    static let fileBytes = 1 << 20
    /// Places that look like a YAML alias; beyond it the file is refused. Sixteen aliases, in the worst case four levels
    /// of three and one of four, multiply a document by 3⁴ · 4 = 324; a "billion laughs" needs dozens.
    static let aliases = 16
    /// Issues kept before sorting; further ones are only counted as found, not listed.
    static let issues = 1_000
    /// Bytes of a field's, head's or column's name.
    static let nameBytes = 256
    /// Bytes of a path: Linux' PATH_MAX.
    static let pathBytes = 4_096
    /// Bytes of an `ipc://` path: `sockaddr_un` has 108 with the final zero.
    static let socketPathBytes = 107
    /// Edges of a bucket scale; `BucketScale` counts them one by one.
    static let edges = 1...256
    /// Fields of a cross: beyond three, tuples hardly ever recur.
    static let crossedFields = 2...3
    /// The longest window, delay, interval or grace, 100 years: past it a duration is a slip of the unit.
    static let duration = TimeSpan.days(36_500)
    /// Texts that the `values` of a label may map.
    static let values = 1...1_024
    /// Columns of replay that may hold labels: two per head, an early and a final one.
    static let labelMappings = 0...(2 * Limits.heads)

    /// Events that may wait for their labels. A million take between one and two hundred megabytes.
    static let pendingEvents = 1...100_000_000
    static let defaultPendingEvents = 1_000_000
    /// Labels that may wait for their events; none is allowed, for a deployment of one worker.
    static let orphanLabels = 0...100_000_000
    static let defaultOrphanLabels = 100_000
    /// Longer than any two workers of one deployment are apart, and short enough to be told of wrong ids soon.
    static let defaultOrphanWindow = TimeSpan.seconds(60)
    /// From one largest message, without which a worker could accept nothing, to a tebibyte.
    static let spoolBytes = Limits.messageBytes...(1 << 40)
    static let defaultSpoolBytes = 64 << 20
    /// Records between checkpoints.
    static let checkpointRecords = 1...1_000_000_000
    /// Checkpoints kept: at least the one a restart needs.
    static let keepCheckpoints = 1...1_000
    /// Beyond a second a client waits longer for an acknowledgement than a slow disk would make it.
    static let commitInterval = TimeSpan.zero...TimeSpan.seconds(1)
    /// The largest commit of usual frames, 256 MiB.
    static let commitBytes = 1...(256 << 20)
    /// From a mebibyte, less than the tables of a journal in use, to a pebibyte.
    static let retainBytes = (1 << 20)...(1 << 50)

    /// Names by which a dashboard may be asked for.
    static let hostNames = 64
    /// Scores of a window that is held against a reference: from the least that ten bins allow to a day of heavy traffic.
    static let scoreWindow = ScoreDriftMonitor.leastWindow...ScoreMovement.windowLimit
    /// Days of alarms and hours in a monitor's history.
    static let historyDays = 1...36_500
    /// Shorter epochs would hardly ever gather evidence about a slice.
    static let shortestSliceEpoch = TimeSpan.seconds(60)
    /// False alarms that may be expected in a year: from one in a thousand years to one a quarter of an hour.
    static let falseAlarmsPerYear = 0.001...35_000.0
    /// Mature events a second, on average over the year.
    static let eventsPerSecond = 0.000_001...1e9
    /// Longer than any program takes that only passes a message on.
    static let defaultCommandTimeLimit = TimeSpan.seconds(10)

    static let defaultBits = 18
    static let defaultAlpha = 0.15
    static let defaultBeta = 1.0
    static let defaultPenalty = 0.0
    /// A weight moves the odds by a factor of e^±.55 (one standard deviation) before anything was learned of it.
    static let defaultPriorVariance = 0.3
    /// One positive in a hundred: nearer to clicks, frauds and cancellations than a coin is.
    static let defaultBaseRate = 0.01
}
