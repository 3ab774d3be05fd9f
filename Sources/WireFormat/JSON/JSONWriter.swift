// JSON out: replies and reports. Numbers are written so that they read back exactly.

/// Writes one JSON text into a byte buffer, commas and nesting kept right by construction.
public struct JSONWriter: Sendable {
    /// The text so far.
    public var bytes: [UInt8] { text.bytes }

    private var text = TextBytes()
    private var needsComma = false
    private var depth = 0
    private let indented: Bool

    /// A writer of compact JSON, or of JSON indented by two blanks.
    public init(indented: Bool = false) { self.indented = indented }

    /// Empties the text and keeps the storage.
    public mutating func removeAll() {
        text.bytes.removeAll(keepingCapacity: true)
        needsComma = false
        depth = 0
    }

    private mutating func separate() {
        if needsComma { text.append(UInt8(ascii: ",")) }
        if depth > 0 { breakLine() }
        needsComma = true
    }

    private mutating func breakLine() {
        guard indented else { return }
        text.append(0x0A)
        for _ in 0..<depth { text.append("  ") }
    }

    private var afterKey = false

    private mutating func beginValue() {
        if afterKey { afterKey = false } else { separate() }
    }

    private mutating func open(_ bracket: UInt8) {
        beginValue()
        text.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        precondition(depth > 0, "nothing is open")
        let hadMembers = needsComma
        depth -= 1
        if hadMembers { breakLine() }
        text.append(bracket)
        needsComma = true
    }

    /// `{` … `}` around what `body` writes.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    /// `[` … `]` around what `body` writes.
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes the next member's name, which needs no escape.
    public mutating func plainKey(_ name: StaticString) {
        separate()
        text.append(UInt8(ascii: "\""))
        text.append(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        text.append(UInt8(ascii: "\""))
        text.append(UInt8(ascii: ":"))
        if indented { text.append(0x20) }
        afterKey = true
    }

    /// Writes members that were written before, by a compact writer without an object around them; at least one.
    public mutating func members(_ members: [UInt8]) {
        separate()
        members.withUnsafeBufferPointer { text.append($0) }
    }

    /// Writes the next member's name.
    public mutating func key(_ name: String) {
        separate()
        quote(name)
        text.append(UInt8(ascii: ":"))
        if indented { text.append(0x20) }
        afterKey = true
    }

    /// A string value.
    public mutating func string(_ text: String) {
        beginValue()
        quote(text)
    }

    /// A number by its shortest exact decimal text; NaN and infinities become null, which JSON has instead.
    public mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        beginValue()
        value.write(to: &text)
    }

    /// A single-precision number by its own shortest text, so that 0.1 stays 0.1.
    public mutating func number(_ value: Float) {
        guard value.isFinite else { return null() }
        beginValue()
        value.write(to: &text)
    }

    /// A whole number.
    @inlinable
    public mutating func integer(_ value: some BinaryInteger) {
        if let magnitude = UInt64(exactly: value) { digits(magnitude) } else { raw(String(value).utf8) }
    }

    @usableFromInline
    mutating func digits(_ value: UInt64) {
        beginValue()
        // At most twenty digits, from the last to the first.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (rest, start) = (value, digits.count)
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            text.append(UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    /// `true` or `false`.
    public mutating func boolean(_ value: Bool) {
        beginValue()
        text.append(value ? "true" : "false")
    }

    /// `null`.
    public mutating func null() {
        beginValue()
        text.append("null")
    }

    /// A value that is JSON text already.
    public mutating func raw(_ json: some Sequence<UInt8>) {
        beginValue()
        text.bytes.append(contentsOf: json)
    }

    /// A value that is JSON text already, `range` of `bytes`.
    public mutating func raw(_ bytes: [UInt8], _ range: Range<Int>) {
        beginValue()
        bytes.withUnsafeBufferPointer { text.append(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    private mutating func quote(_ string: String) {
        text.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { utf8 in
            // Most text needs no escape and is appended whole.
            if utf8.contains(where: JSONWriter.needsEscape) {
                for byte in utf8 { escape(byte) }
            } else {
                text.append(utf8)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            text.append(UInt8(ascii: "\\"))
            text.append(byte)
        case 0x0A: text.append("\\n")
        case 0x0D: text.append("\\r")
        case 0x09: text.append("\\t")
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            text.append("\\u00")
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        default: text.append(byte)
        }
    }
}

/// Bytes that numbers write themselves to without becoming strings before.
private struct TextBytes: TextOutputStream, Sendable {
    var bytes: [UInt8] = []

    mutating func append(_ byte: UInt8) { bytes.append(byte) }
    mutating func append(_ text: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: text) }
    mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func write(_ string: String) { bytes.append(contentsOf: string.utf8) }

    // What the standard library calls where it has ASCII at hand; without it there would be a string, and the same text.
    mutating func _writeASCII(_ buffer: UnsafeBufferPointer<UInt8>) { append(buffer) }
}
