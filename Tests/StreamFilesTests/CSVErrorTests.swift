// What a CSV file can do wrong: each case names file, line, column and remedy.

import StreamFiles
import Testing

@Suite("A CSV reader refuses")
struct CSVErrorTests {
    let files: TestFiles

    init() throws { files = try TestFiles() }

    /// A text, and the error expected of it after `rows` good rows.
    struct Case: CustomTestStringConvertible {
        var name: String
        var text: String
        var code: StreamFileError.Code
        var line: Int
        var column: Int?
        var rows: Int?

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "an empty file", text: "", code: .headerMissing, line: 1),
        Case(name: "a file of a byte order mark", text: "\u{FEFF}", code: .headerMissing, line: 1),
        Case(name: "an unnamed column", text: "a,,c\n", code: .columnNameEmpty, line: 1, column: 2),
        Case(name: "a blank header", text: "\na\n", code: .columnNameEmpty, line: 1, column: 1),
        Case(
            name: "a column named by empty quotes", text: "a,\"\"\n", code: .columnNameEmpty, line: 1,
            column: 2),
        Case(
            name: "a column name twice", text: "a,b,\"a\"\n", code: .columnNameDuplicate, line: 1,
            column: 3),
        Case(
            name: "a field too few", text: "a,b,c\n1,2,3\n1,2\n", code: .fieldCountMismatch, line: 3,
            column: 3, rows: 1),
        Case(
            name: "a field too many", text: "a,b\n1,2,3\n", code: .fieldCountMismatch, line: 2,
            column: 3, rows: 0),
        Case(
            name: "a blank line among columns", text: "a,b\n1,2\n\n", code: .fieldCountMismatch, line: 3,
            column: 2, rows: 1),
        Case(
            name: "a quote never closed", text: "a,b\n1,2\n3,\"x\ny\n", code: .unterminatedQuote, line: 3,
            column: 2, rows: 1),
        Case(
            name: "a quote never closed after a doubled one", text: "a\n\"\"\"", code: .unterminatedQuote,
            line: 2, column: 1, rows: 0),
        Case(
            name: "a quote inside an unquoted field", text: "a,b\n1,x\"y\n", code: .strayQuote, line: 2,
            column: 2, rows: 0),
        Case(
            name: "a quote after a space", text: "a,b\n1, \"y\"\n", code: .strayQuote, line: 2,
            column: 2, rows: 0),
        Case(
            name: "text after a closing quote", text: "a,b\n\"p\nq\"\"\",2\n\"x\"y,2\n",
            code: .strayQuote,
            line: 4, column: 1, rows: 1),
        Case(
            name: "a lone carriage return after a closing quote", text: "a,b\n\"x\"\r,2\n",
            code: .strayQuote, line: 2, column: 1, rows: 0),
        Case(
            name: "a carriage return between closing quote and end", text: "a\n\"x\"\r",
            code: .strayQuote,
            line: 2, column: 1, rows: 0),
    ]

    @Test("by name of line and column", arguments: cases)
    func malformed(_ expected: Case) throws {
        let path = try files.write(expected.text, as: "broken.csv")
        for blockSize in [1, 2, 3, 1 << 16] {
            let outcome = rows(of: path, blockSize: blockSize)
            let error = try #require(outcome.error)
            #expect(error.code == expected.code)
            #expect(error.file == path)
            #expect(error.line == expected.line)
            #expect(error.column == expected.column)
            #expect(!error.remedy.isEmpty)
            #expect(outcome.elements.count == (expected.rows.map { $0 + 1 } ?? 0))
        }
    }

    @Test("a header that is not UTF-8")
    func headerNotUTF8() throws {
        let error = rows(of: try files.write([0x61, 0x2C, 0xE9, 0x0A])).error
        #expect(error?.code == .headerNotUTF8)
        #expect(error?.column == 2)
    }

    @Test("a field beyond the maximum, quoted or not", arguments: ["", "\""])
    func fieldBound(quote: String) throws {
        let options = CSVOptions(maximumFieldBytes: 10)
        let fits = "a,b\n1,\(quote)0123456789\(quote)\n"
        let exceeds = "a,b\n1,\(quote)0123456789X\(quote)\n"
        for blockSize in [1, 4, 1 << 16] {
            #expect(rows(of: try files.write(fits), options: options, blockSize: blockSize).error == nil)
            let error = rows(of: try files.write(exceeds), options: options, blockSize: blockSize).error
            #expect(error?.code == .fieldTooLong)
            #expect(error?.line == 2)
            #expect(error?.column == 2)
            #expect(error?.message.contains("'b'") == true)
        }
    }

    @Test(
        "a row beyond the maximum, whatever ends it, quoted or not",
        arguments: ["", "\""], ["\n", "\r\n", ""])
    func rowBound(quote: String, terminator: String) throws {
        let options = CSVOptions(maximumRowBytes: 20)
        let cell = "\(quote)0123\(quote)"
        let rest = 20 - cell.utf8.count - 1
        for blockSize in [1, 4, 20, 21, 22, 1 << 16] {
            for excess in 0...3 {
                let filler = String(repeating: "x", count: rest + excess)
                let path = try files.write("a,b\n\(cell),\(filler)\(terminator)")
                let error = rows(of: path, options: options, blockSize: blockSize).error
                #expect(error?.code == (excess == 0 ? nil : .rowTooLong))
                #expect(error?.line == (excess == 0 ? nil : 2))
            }
        }
    }

    @Test("a quote left open in a long file, at the field it opens and within bounds")
    func openQuoteInLongFile() throws {
        let text = "a,b\n1,2\n3,\"4\n" + String(repeating: "5,6\n", count: 200_000)
        let reader = try CSVReader(path: try files.write(text))
        let error = #expect(throws: StreamFileError.self) { while try reader.next() {} }
        #expect(error?.code == .fieldTooLong)
        #expect(error?.line == 3)
        #expect(error?.column == 2)
        #expect(error?.remedy.contains("quote left open") == true)
        #expect(reader.file.compressedBytesRead <= 4 << 16)
    }

    @Test("more columns than the maximum")
    func columnBound() throws {
        let options = CSVOptions(maximumColumns: 2)
        #expect(rows(of: try files.write("a,b\n1,2\n"), options: options).error == nil)
        #expect(rows(of: try files.write("a,b,c\n"), options: options).error?.code == .tooManyColumns)
        let tooManyFields = rows(of: try files.write("a,b\n1,2,\"3\",4\n"), options: options)
        #expect(tooManyFields.error?.code == .fieldCountMismatch)
    }

    @Test("to go on after an error")
    func errorsStay() throws {
        let reader = try CSVReader(path: try files.write("a,b\n1\n1,2\n"))
        let first = #expect(throws: StreamFileError.self) { try reader.next() }
        let second = #expect(throws: StreamFileError.self) { try reader.next() }
        #expect(first == second)
        #expect(reader.row.count == 0)
    }

    @Test("with one line that says what, where and what to do")
    func description() throws {
        let path = try files.write("id,label\n1,0\n2\n", as: "events.csv")
        let error = try #require(rows(of: path).error)
        #expect(
            "\(error)" == """
                \(path):3: column 2: the row has 1 fields, the header 2; field 'label' is missing; \
                check the delimiter, and quote fields that contain it [field-count-mismatch]
                """)
        let truncated = bytes(of: try files.write([0x1F, 0x8B, 8], as: "events.gz")).error
        #expect(
            truncated.map { "\($0)" }?.hasSuffix(
                """
                events.gz: byte 3: the file ends inside a gzip member; copy or record it again; \
                `gzip -t` tells when it is whole [gzip-truncated]
                """) == true)
    }
}
