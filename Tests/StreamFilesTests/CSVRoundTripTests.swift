// Whatever is written as CSV is read back equal: random cells, plain and gzip, tiny blocks.

import StreamFiles
import Testing

@Suite("CSV written and read back")
struct CSVRoundTripTests {
    let files: TestFiles

    init() throws { files = try TestFiles() }

    /// Text out of the characters that matter to the grammar, and some that do not.
    private func randomText(_ generator: inout SeededGenerator) -> String {
        let alphabet = ["a", "7", " ", ",", ";", "\t", "\"", "\n", "\r", "\r\n", "é", "🦆"]
        return (0..<Int.random(in: 0...8, using: &generator)).map { _ in
            alphabet.randomElement(using: &generator) ?? ""
        }.joined()
    }

    private func randomCell(_ generator: inout SeededGenerator) -> Cell {
        let text = randomText(&generator)
        let mustQuote = text.utf8.contains { [0x22, 0x2C, 0x3B, 0x09, 0x0A, 0x0D].contains($0) }
        // Quotes are rare in half of the files, so that both paths and their changes are met.
        if mustQuote, Int.random(in: 0..<3, using: &generator) > 0 { return Cell("plain") }
        return Cell(text, isQuoted: mustQuote || Int.random(in: 0..<8, using: &generator) == 0)
    }

    private func written(_ cell: Cell) -> String {
        cell.isQuoted ? "\"" + cell.text.replacing("\"", with: "\"\"") + "\"" : cell.text
    }

    @Test("is equal cell by cell, in blocks of every size, plain and gzip")
    func roundTrip() throws {
        let seed = testSeed()
        var generator = SeededGenerator(seed: seed)
        for round in 0..<300 {
            let width = Int.random(in: 1...6, using: &generator)
            let delimiter = CSVDelimiter.allCases.randomElement(using: &generator) ?? .comma
            let separator = String(UnicodeScalar(delimiter.rawValue))
            let header = (0..<width).map { Cell("column \($0)") }
            let body = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                (0..<width).map { _ in randomCell(&generator) }
            }
            var text = ([header] + body).map { row in
                row.map(written).joined(separator: separator)
                    + (Bool.random(using: &generator) ? "\n" : "\r\n")
            }.joined()
            // The last terminator may be missing, except after a row that is nothing but it.
            if body.last != [""], Bool.random(using: &generator) {
                let hasReturn = text.utf8.suffix(2).first == 0x0D
                text = String(decoding: text.utf8.dropLast(hasReturn ? 2 : 1), as: UTF8.self)
            }
            let plain = Array(text.utf8)
            let level = Int32.random(in: 0...9, using: &generator)
            for blockSize in [1, 2, 3, Int.random(in: 4...40, using: &generator), 1 << 16] {
                for stored in [plain, gzipMember(plain, level: level)] {
                    let outcome = rows(
                        of: try files.write(stored), options: CSVOptions(delimiter: delimiter),
                        blockSize: blockSize)
                    #expect(outcome.error == nil, "seed \(seed), round \(round), block \(blockSize)")
                    #expect(
                        outcome.elements == [header] + body, "seed \(seed), round \(round), block \(blockSize)")
                }
            }
        }
    }

    @Test("random bytes never crash it, and give the same in blocks of every size")
    func randomBytes() throws {
        let seed = testSeed()
        var generator = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = Array("ab,,\"\"\n\n\r".utf8)
        let options = CSVOptions(maximumFieldBytes: 12, maximumRowBytes: 24, maximumColumns: 4)
        for round in 0..<1000 {
            let content =
                Array("a,b\n".utf8)
                + (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                    alphabet.randomElement(using: &generator) ?? 0
                }
            let path = try files.write(content)
            let expected = rows(of: path, options: options)
            for blockSize in [1, 2, 5, 24] {
                let outcome = rows(of: path, options: options, blockSize: blockSize)
                #expect(outcome.elements == expected.elements, "seed \(seed), round \(round)")
                #expect(outcome.error == expected.error, "seed \(seed), round \(round)")
            }
        }
    }

    @Test("is read to its last byte where it is long: 200,000 rows of 24 columns")
    func longFile() throws {
        let cells = (0..<24).map { "\($0 * 12345 % 9973)" }
        let header = (0..<24).map { "c\($0)" }.joined(separator: ",") + "\n"
        let line = cells.joined(separator: ",") + "\n"
        let path = try files.write(header + String(repeating: line, count: 200_000))
        let reader = try CSVReader(path: path)
        var rowCount = 0
        var byteCount = 0
        while try reader.next() {
            rowCount += 1
            for column in 0..<24 { byteCount += reader.row.withBytes(column) { $0.byteCount } }
        }
        #expect(rowCount == 200_000)
        #expect(byteCount == 200_000 * cells.map(\.utf8.count).reduce(0, +))
    }
}
