// Where the journal lies and how it is checkpointed. What is in it is the Journal module's.

/// The journal's place and its checkpoints.
public struct JournalSettings: Hashable, Sendable {
    /// The journal's path; a relative one starts at the process' working directory.
    public var path: String
    /// Folded records between two checkpoints, at least 1.
    public var checkpointRecords: Int
    /// How many of the latest checkpoints are kept, at least 1.
    public var keepCheckpoints: Int

    /// Settings by their parts.
    public init(path: String = "weir.journal", checkpointRecords: Int = 1_000_000, keepCheckpoints: Int = 3) {
        self.path = path
        self.checkpointRecords = checkpointRecords
        self.keepCheckpoints = keepCheckpoints
    }
}
