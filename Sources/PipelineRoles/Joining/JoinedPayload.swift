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
}
