// Chosen members of a JSON object as field values: how recorded JSON lines are read.

public import ScoringRecords

/// Reads the members named at its creation; others are skipped. Of a member that occurs twice the last one counts.
public struct FlatObjectDecoder: Sendable {
    /// The members of the object decoded last, in the order of the names.
    public private(set) var fields: FieldValues
    private let names: [[UInt8]]

    /// A decoder of the members `names`.
    public init(names: [String]) {
        self.names = names.map { Array($0.utf8) }
        fields = FieldValues(fieldCount: names.count)
    }

    /// Decodes one object, which must be all of `bytes`.
    public mutating func decode(_ bytes: [UInt8]) throws(JSONError) {
        fields.removeAll()
        var scanner = JSONScanner(bytes, range: 0..<bytes.count)
        scanner.skipWhitespace()
        var keys: [UInt8] = []
        try scanner.members(keyBuffer: &keys) { (scanner, key) throws(JSONError) in
            guard let index = names.firstIndex(of: key) else { return try scanner.skipValue(depth: 1) }
            try scanner.fieldValue(into: &fields, at: index)
        }
        scanner.skipWhitespace()
        guard scanner.current == nil else { throw scanner.malformed("text follows the object") }
    }
}
