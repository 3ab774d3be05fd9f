// The catalogue of codes. A code keeps its name and meaning for good: scripts match on it.

extension JournalError {
    /// The kinds of failure.
    public enum Code: String, CaseIterable, Sendable {
        /// Stored bytes are not what was written: a frame altered, missing, or out of its place.
        case damaged
        /// The journal ends before the end that the caller remembers.
        case tailLost
        /// A frame does not start where the journal, or the frame before it, ends.
        case outOfOrder
        /// A frame's writer sequence is not above the last one of its writer.
        case duplicateFrame
        /// A frame breaks one of ``JournalLimits`` or holds no records.
        case invalidFrame
        /// A metadata key or value is not allowed.
        case invalidMetadata
        /// A record after the journal's end was asked for.
        case beyondEnd
        /// A record was asked for that retention has removed.
        case pruned
        /// Another writer has the journal open.
        case locked
        /// Another connection kept the storage to itself for too long.
        case busy
        /// The journal, or the directory it should be made in, does not exist.
        case missingPath
        /// The file is not a database.
        case notADatabase
        /// The file is a database, and not a journal.
        case notAJournal
        /// The journal has a format that this program does not know.
        case unknownFormat
        /// The file or its directory must not be read or written by this user.
        case notPermitted
        /// There is no room for more, on the disk or under the limit given.
        case diskFull
        /// The disk failed to read or write.
        case inputOutput
        /// The storage library failed in another way.
        case storage

        /// What the operator can do about it.
        public var remedy: String {
            switch self {
            case .damaged: "Stop writing, keep a copy of all its files, and restore the journal from a backup."
            case .tailLost: "Keep a copy of all its files; restore the missing end, or start a new epoch without it."
            case .outOfOrder: "Read the journal's end again and number the frames from there."
            case .duplicateFrame: "Acknowledge the frame instead of appending it: the journal already holds it."
            case .invalidFrame: "Make frames with at least one record and within the limits."
            case .invalidMetadata: "Use a short key of letters, digits, '.', '-' and '_', and a value within the limit."
            case .beyondEnd: "Check that this is the journal meant; if it is, its tail was lost."
            case .pruned: "Start from a state at or after the first kept record, or keep more of the journal."
            case .locked: "Stop the other writer, or open the journal for reading."
            case .busy: "End other programs that write to the file, then try again."
            case .missingPath: "Check the path; directories are not made for you."
            case .notADatabase: "Check the path; if this was a journal, restore it from a backup."
            case .notAJournal: "Check the path, and give the journal a file of its own."
            case .unknownFormat: "Use the program version that wrote it, or a newer one."
            case .notPermitted: "Give this user the rights to the file and its directory."
            case .diskFull: "Make room or raise the limit; the journal itself is unharmed."
            case .inputOutput: "Look into the system's log for failures of the disk, before you go on."
            case .storage: "Report it with the storage code; the journal must lie on a local file system."
            }
        }
    }
}
