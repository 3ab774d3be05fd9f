// What can go wrong with a journal: one catalogue of codes, each with its remedy.

/// Why a journal could not be opened, read or written.
public struct JournalError: Error, Equatable, Sendable {
    /// What kind of failure it is. Programs decide on this alone.
    public var code: Code

    /// What happened, in one sentence with the particulars.
    public var message: String

    /// The sequence number of the first record that is concerned, where the failure has one.
    public var sequence: UInt64?

    /// The result code of the storage library beneath (for SQLite the extended result code), where it was the one to
    /// fail.
    public var storageCode: Int32?

    /// What the operator can do about it.
    public var remedy: String { code.remedy }

    init(_ code: Code, _ message: String, sequence: UInt64? = nil, storageCode: Int32? = nil) {
        self.code = code
        self.message = message
        self.sequence = sequence
        self.storageCode = storageCode
    }

    /// Stored bytes are not what was written.
    ///
    /// - Parameter sequence: the first record that cannot be trusted; `nil` where no frame is concerned.
    static func damaged(at sequence: UInt64?, _ reason: String) -> JournalError {
        let place = sequence.map { "damaged at record \($0): " } ?? "damaged: "
        return JournalError(.damaged, place + reason, sequence: sequence)
    }

    /// The journal is shorter than somebody remembers it.
    static func tailLost(end: UInt64, expected: UInt64) -> JournalError {
        JournalError(
            .tailLost, "the journal ends at record \(end), but is known to have reached \(expected)", sequence: end)
    }

    static func pruned(_ sequence: UInt64, start: UInt64) -> JournalError {
        JournalError(
            .pruned, "record \(sequence) was asked for, and the journal starts at \(start): older ones were removed",
            sequence: start)
    }

    static func beyondEnd(_ sequence: UInt64, end: UInt64) -> JournalError {
        JournalError(.beyondEnd, "record \(sequence) was asked for, and the journal ends at \(end)", sequence: sequence)
    }
}

extension JournalError: CustomStringConvertible {
    /// Code, message and remedy in one line.
    public var description: String {
        let storage = storageCode.map { " (storage code \($0))" } ?? ""
        return "journal \(code.rawValue): \(message)\(storage). \(remedy)"
    }
}
