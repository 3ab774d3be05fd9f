// The bytes that have a meaning in a line or a CSV row. Not a table of ASCII.

/// Byte constants, named so that scanning code reads as the grammar does.
enum ASCII {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let quote: UInt8 = 0x22
}
