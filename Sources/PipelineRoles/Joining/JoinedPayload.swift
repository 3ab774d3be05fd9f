// What a fold remembers of an event while it waits, as bytes.

public import ByteCoding

/// A value that waits in a joiner in packed form.
public protocol JoinedPayload: Sendable {
    /// Writes the value; equal values give equal bytes.
    func write(to writer: inout ByteWriter)
    /// Reads what `write` wrote.
    ///
    /// - Throws: `ByteCodingError` or `RecordCodingError` where the bytes are something else.
    init(reading reader: inout ByteReader) throws
    /// Reads as much of it as one use needs, and leaves the rest empty; all of it unless told otherwise.
    init(reading reader: inout ByteReader, for use: PayloadUse) throws
    /// Whether anybody learns from it: if not, a joiner does not say `provisional` and `correction`. So it is unless told
    /// otherwise.
    static var isTaught: Bool { get }
}

/// What a payload is read for.
public enum PayloadUse: Sendable {
    /// See `JoinOutput.provisional` and `JoinOutput.correction`.
    case lesson
    /// See `JoinOutput.matured`.
    case judgement
    /// See `JoinOutput.aged`.
    case look
}

extension JoinedPayload {
    /// Reads all of it.
    public init(reading reader: inout ByteReader, for use: PayloadUse) throws { try self.init(reading: &reader) }

    /// Somebody learns from it.
    public static var isTaught: Bool { true }
}
