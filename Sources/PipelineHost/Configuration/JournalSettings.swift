// Where the journal lies, how it is committed and checkpointed, and how much of it is kept. What is in it is the Journal
// module's.

public import ScoringRecords

/// The journal's place, commits, checkpoints and retention.
public struct JournalSettings: Hashable, Sendable {
    /// The journal's path; a relative one starts at the process' working directory.
    public var path: String
    /// Folded records between two checkpoints, at least 1.
    public var checkpointRecords: Int
    /// How many of the latest checkpoints are kept, at least 1.
    public var keepCheckpoints: Int
    /// How long a frame may wait for others before its commit begins; 0 commits at once what has gathered.
    public var commitInterval: TimeSpan
    /// Payload bytes that begin a commit before the interval has passed, at least 1.
    public var commitBytes: Int
    /// Bytes of journal beyond which the oldest frames are removed; `nil` keeps all.
    public var retainBytes: UInt64?
    /// Event time after which frames are removed; `nil` keeps all.
    public var retainAge: TimeSpan?

    /// Settings by their parts.
    public init(
        path: String = "weir.journal", checkpointRecords: Int = 1_000_000, keepCheckpoints: Int = 3,
        commitInterval: TimeSpan = .milliseconds(4), commitBytes: Int = 256 << 10, retainBytes: UInt64? = nil,
        retainAge: TimeSpan? = nil
    ) {
        self.path = path
        self.checkpointRecords = checkpointRecords
        self.keepCheckpoints = keepCheckpoints
        self.commitInterval = commitInterval
        self.commitBytes = commitBytes
        self.retainBytes = retainBytes
        self.retainAge = retainAge
    }
}
