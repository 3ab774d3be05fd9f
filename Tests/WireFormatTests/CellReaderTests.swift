// Cells read as they are against the record that a replay writes of them.

import ScoringRecords
import Testing
import WireFormat

@Suite("Reading plain cells")
struct CellReaderTests {
    private let names = ["amount", "country", "straße", "ratio", "unread"]
    private let numeric = [true, false, false, true, true]
    // Cells of a row: one that nobody reads stands in front.
    private let cells: [Int?] = [3, 1, 4, 2, nil]

    private func cell(_ random: inout SeededGenerator) -> [UInt8]? {
        switch random.below(10) {
        case 0: nil
        case 1: Array("\(random.below(1 << random.below(60)))".utf8)
        case 2: Array("-\(random.below(1_000)).\(random.below(1_000))".utf8)
        case 3:
            Array(
                random.pick([
                    "", "-0", "01", "1.", ".5", "-", "1e5", "1e999", "-1E-400", "NaN", "Infinity", "+1", "1.5.2", " 1",
                    "1 ",
                    "12345678.25", "1234567890123456", "9007199254740993", "0.30000000000000004", "true", "null",
                ]).utf8)
        case 4: Array(repeating: UInt8(ascii: "7"), count: random.below(30))
        case 5: Array(repeating: UInt8(ascii: "x"), count: random.pick([15, 16, 17, 32, 4_095, 4_096, 4_097]))
        case 6: random.pick(["a\"b", "a\\b", "a\nb", "a\u{7F}b", "Köln"]).utf8.map { $0 }
        case 7: random.bytes(random.below(20))
        default: (0..<random.below(20)).map { _ in random.pick(Array("abcxyz0189 -_,".utf8)) }
        }
    }

    /// The members that a replay writes: a number as it is, other cells as texts.
    private func members(_ row: [[UInt8]?]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("id")
            json.integer(1)
            for (field, name) in names.enumerated() {
                guard let place = cells[field], let cell = row[place] else { continue }
                json.key(name)
                if numeric[field], JSONScanner.isNumber(cell) {
                    json.raw(cell)
                } else {
                    json.string(String(decoding: cell, as: UTF8.self))
                }
            }
        }
        return json.bytes
    }

    @Test("fields and the length of their JSON are those of the record written of the row; other rows are left to it")
    func agreesWithRecords() throws {
        var random = SeededGenerator()
        let reader = CellReader(names: names, numeric: numeric, cells: cells)
        var decoder = IntakeDecoder(
            schema: IntakeSchema(event: EventSchema(idField: "id", timeField: nil, fields: names), heads: []))
        var fields = FieldValues(fieldCount: names.count)
        var (read, left) = (0, 0)
        for _ in 0..<20_000 {
            let row = (0..<5).map { _ in cell(&random) }
            var values = FieldValues(fieldCount: row.count)
            for (index, cell) in row.enumerated() { if let cell { values.setText(index, bytes: cell) } }
            let json = members(row)
            guard let byteCount = reader.read(values, into: &fields) else {
                let isOdd = row[1...].contains { cell in
                    guard let cell else { return false }
                    return cell.count > Limits.textBytes
                        || cell.contains { $0 < 0x20 || $0 >= 0x80 || $0 == 0x22 || $0 == 0x5C }
                }
                #expect(isOdd, "\(String(decoding: json, as: UTF8.self))")
                left += 1
                continue
            }
            #expect(byteCount == json.count - "{\"id\":1}".utf8.count, "\(String(decoding: json, as: UTF8.self))")
            _ = try decoder.decodeInGeneral(json, range: json.indices)
            for index in names.indices {
                #expect(fields.string(index) == decoder.fields.string(index))
                if fields.string(index) == nil { #expect(same(fields[index], decoder.fields[index])) }
            }
            read += 1
        }
        #expect(read > 5_000 && left > 1_000)
    }

    private func same(_ left: FieldValue, _ right: FieldValue) -> Bool {
        guard case .number(let left) = left, case .number(let right) = right else { return left == right }
        return left.bitPattern == right.bitPattern
    }

    @Test(
        "values that no table has are left to the record",
        arguments: [FieldValue.number(1), .boolean(true), .structured])
    func typedValues(value: FieldValue) {
        let reader = CellReader(names: ["a"], numeric: [false], cells: [0])
        var (row, fields) = (FieldValues(fieldCount: 1), FieldValues(fieldCount: 1))
        row.set(0, to: value)
        #expect(reader.read(row, into: &fields) == nil)
    }
}
