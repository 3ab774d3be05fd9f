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
    /// Reads as much of it as a look before maturity needs, see `JoinOutput.aged`; all of it unless told otherwise.
    init(readingEarly reader: inout ByteReader) throws
}

extension JoinedPayload {
    /// Reads all of it.
    public init(readingEarly reader: inout ByteReader) throws { try self.init(reading: &reader) }
}
