// Cells of a table as the fields of an event: what an intake would make of the record that a client writes of them,
// without the record. Only what is plain is read here; of anything else the intake has to judge.

import CKernels
public import ScoringRecords

/// Makes typed fields of a row's cells.
///
/// A table has no types: a cell of a numeric field is a number where it is written as JSON writes one, and text elsewhere.
public struct CellReader: Sendable {
    private struct Field: Sendable {
        /// Where its cell stands in the row; negative for a field that no cell is read for.
        var cell: Int
        var isNumeric: Bool
        /// Bytes of its key in an event's JSON, with the colon and a comma.
        var keyBytes: Int
    }

    private let fields: [Field]
    private let cells: [Int]
    // Values that a row must have.
    private let leastCount: Int

    /// A reader of rows for fields of these names.
    ///
    /// - Parameters:
    ///   - numeric: per field, whether it must be a number.
    ///   - cells: per field, which value of a row is its cell; `nil` for a field that stays missing.
    public init(names: [String], numeric: [Bool], cells: [Int?]) {
        precondition(names.count == numeric.count && names.count == cells.count, "one of each per field")
        fields = names.indices.map { field in
            Field(cell: cells[field] ?? -1, isNumeric: numeric[field], keyBytes: JSONWriter.bytes(ofKey: names[field]))
        }
        self.cells = cells.compactMap { $0 }
        leastCount = (self.cells.max() ?? -1) + 1
    }

    /// Sets all of `fields` by a row of texts and missing cells.
    ///
    /// - Returns: the bytes that the fields take in an event's JSON, a comma in front of each; `nil` where a cell is not
    ///   plain: it is neither text nor missing, longer than `Limits.textBytes`, or holds an escape-worthy byte or one beyond
    ///   ASCII. The fields are then meaningless.
    public func read(_ row: borrowing FieldValues, into values: inout FieldValues) -> Int? {
        row.withParts { row, text in
            precondition(row.count >= leastCount, "a row has the cells that the reader was made for")
            var end = 0
            for cell in cells { if case .text(let range) = row[cell] { end = max(end, range.upperBound) } }
            return values.fill(from: UnsafeRawBufferPointer(rebasing: text[..<end])) { text, values in
                read(row, UnsafeRawPointer(text), into: values)
            }
        }
    }

    private func read(
        _ row: UnsafeBufferPointer<FieldValue>, _ text: UnsafeRawPointer,
        into values: UnsafeMutableBufferPointer<FieldValue>
    ) -> Int? {
        precondition(values.count == fields.count, "fields are those that the reader was made for")
        var byteCount = 0
        return fields.withUnsafeBufferPointer { fields in
            for index in fields.indices {
                values[index] = .missing
                guard fields[index].cell >= 0 else { continue }
                switch row[fields[index].cell] {
                case .missing: continue
                case .text(let range):
                    byteCount &+= fields[index].keyBytes &+ range.count
                    if fields[index].isNumeric, let number = number(range, text) {
                        values[index] = .number(number)
                    } else {
                        guard isPlain(range, text) else { return nil }
                        values[index] = .text(range)
                        byteCount &+= 2
                    }
                case .number, .boolean, .structured: return nil
                }
            }
            return byteCount
        }
    }

    // The number that the whole cell writes; `nil` where it writes none.
    @inline(__always)
    private func number(_ range: Range<Int>, _ text: UnsafeRawPointer) -> Double? {
        var scanner = PaddedScanner(text, at: range.lowerBound)
        if let number = scanner.shortNumber(), scanner.position == range.upperBound { return number }
        return longNumber(range, text)
    }

    // Many digits, an exponent, or none at all: as a record's number is read.
    @inline(never)
    private func longNumber(_ range: Range<Int>, _ text: UnsafeRawPointer) -> Double? {
        let cell = Array(UnsafeRawBufferPointer(start: text + range.lowerBound, count: range.count))
        var scanner = JSONScanner(cell, range: cell.indices)
        guard let number = try? scanner.number(), scanner.current == nil else { return nil }
        return number
    }

    @inline(__always)
    private func isPlain(_ range: Range<Int>, _ text: UnsafeRawPointer) -> Bool {
        guard range.count <= Limits.textBytes else { return false }
        var rest = range.count
        var position = range.lowerBound
        // Behind the row's copy stands its padding.
        while rest > 16 {
            guard weir_text_stops16(text + position) == 0 else { return false }
            position &+= 16
            rest &-= 16
        }
        return weir_text_stops16(text + position) & (1 &<< UInt32(truncatingIfNeeded: rest) &- 1) == 0
    }
}

extension JSONWriter {
    /// Bytes of a member's key with the colon, and of the comma in front of it.
    public static func bytes(ofKey name: String) -> Int {
        var json = JSONWriter()
        json.string(name)
        return json.bytes.count + 2
    }
}
