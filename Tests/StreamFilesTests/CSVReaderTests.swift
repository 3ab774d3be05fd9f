// The CSV grammar, as RFC 4180 section 2 numbers it, and what a row tells about its cells.

import StreamFiles
import Testing

@Suite("A CSV reader")
struct CSVReaderTests {
    let files: TestFiles
    let blockSizes = [1, 2, 3, 5, 1 << 16]

    init() throws { files = try TestFiles() }

    private func expect(
        _ text: String, _ expected: [[Cell]], options: CSVOptions = CSVOptions(),
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let path = try files.write(text)
        for blockSize in blockSizes {
            let outcome = rows(of: path, options: options, blockSize: blockSize)
            #expect(outcome.error == nil, sourceLocation: location)
            #expect(outcome.elements == expected, sourceLocation: location)
        }
    }

    @Test("takes rows ended by LF, by CRLF or by the file")
    func terminators() throws {
        try expect("a,b\n1,2\n3,4\n", [["a", "b"], ["1", "2"], ["3", "4"]])
        try expect("a,b\r\n1,2\r\n3,4\r\n", [["a", "b"], ["1", "2"], ["3", "4"]])
        try expect("a,b\n1,2", [["a", "b"], ["1", "2"]])
        try expect("a,b\n1,\"2\"", [["a", "b"], ["1", .quoted("2")]])
        try expect("a,b\n\"1\",", [["a", "b"], [.quoted("1"), ""]])
        try expect("a,b\r\n\"1\",\r\n", [["a", "b"], [.quoted("1"), ""]])
    }

    @Test("with a header only has columns and no rows")
    func headerOnly() throws {
        try expect("a,b", [["a", "b"]])
        try expect("a,b\r\n", [["a", "b"]])
    }

    @Test("drops a byte order mark before the header, quoted or not")
    func byteOrderMark() throws {
        try expect("\u{FEFF}a,b\n1,2\n", [["a", "b"], ["1", "2"]])
        try expect("\u{FEFF}\"a\",b\n1,2\n", [["a", "b"], ["1", "2"]])
    }

    @Test("keeps delimiters, line breaks and doubled quotes inside quotes")
    func quotedFields() throws {
        try expect(
            "a,b,c\n\"1,2\",\"x\r\ny\nz\",\"say \"\"hi\"\"\"\r\n4,5,6\n",
            [
                ["a", "b", "c"], [.quoted("1,2"), .quoted("x\r\ny\nz"), .quoted("say \"hi\"")],
                ["4", "5", "6"],
            ])
        try expect("a\n\"\"\"\"\n\"\"\"\"\"\"\n", [["a"], [.quoted("\"")], [.quoted("\"\"")]])
    }

    @Test("takes quoted column names, whatever they contain")
    func quotedHeader() throws {
        try expect("\"a,b\",\"c\"\"d\"\n1,2\n", [["a,b", "c\"d"], ["1", "2"]])
    }

    @Test("tells an empty field from empty quotes")
    func emptyFields() throws {
        try expect("a,b,c\n,\"\",\n", [["a", "b", "c"], ["", .quoted(""), ""]])
        try expect("a,b,c\n,,\n", [["a", "b", "c"], ["", "", ""]])
        let reader = try CSVReader(path: try files.write("a,b,c\n,\"\",x\n"))
        #expect(try reader.next())
        #expect((0..<3).map(reader.row.isEmpty) == [true, true, false])
        #expect((0..<3).map(reader.row.isQuoted) == [false, true, false])
    }

    @Test("keeps spaces and carriage returns that end no row")
    func otherBytes() throws {
        try expect("a,b\n 1 ,x\ry\n", [["a", "b"], [" 1 ", "x\ry"]])
        try expect("a,b\n\"1\", x\ry \n", [["a", "b"], [.quoted("1"), " x\ry "]])
    }

    @Test("takes a blank line for an empty field where there is one column")
    func blankLine() throws {
        try expect("a\n\n1\n", [["a"], [""], ["1"]])
    }

    @Test("splits at the delimiter it was told", arguments: CSVDelimiter.allCases)
    func delimiters(delimiter: CSVDelimiter) throws {
        let all = CSVDelimiter.allCases.map { String(UnicodeScalar($0.rawValue)) }
        let own = String(UnicodeScalar(delimiter.rawValue))
        let others = all.filter { $0 != own }.joined()
        let options = CSVOptions(delimiter: delimiter)
        try expect(
            "a\(own)b\nx\(others)y\(own)\"\(own)\"\n",
            [["a", "b"], [Cell("x\(others)y"), .quoted(own)]], options: options)
        try expect(
            "a\(own)b\nx\(others)\(own)2\n", [["a", "b"], [Cell("x\(others)"), "2"]], options: options)
    }

    @Test("names the physical line at which each row starts")
    func lines() throws {
        let text = "a,\"b\nb\"\n1,2\n\"x\ny\r\nz\",3\n4,5\n"
        for blockSize in blockSizes {
            let reader = try CSVReader(path: try files.write(text), blockSize: blockSize)
            var lines: [Int] = []
            while try reader.next() { lines.append(reader.row.line) }
            #expect(lines == [3, 4, 7])
        }
    }

    @Test("finds columns by name")
    func columnIndex() throws {
        let reader = try CSVReader(path: try files.write("id,label\n"))
        #expect(reader.columnIndex(named: "label") == 1)
        #expect(reader.columnIndex(named: "Label") == nil)
    }

    @Test("lends cells as the bytes they are, and repairs only their text")
    func invalidUTF8() throws {
        let reader = try CSVReader(path: try files.write(Array("a\n".utf8) + [0x66, 0xFF, 0x0A]))
        #expect(try reader.next())
        let bytes = reader.row.withBytes(0) { span in span.withUnsafeBytes { Array($0) } }
        #expect(bytes == [0x66, 0xFF])
        #expect(reader.row.string(0) == "f\u{FFFD}")
    }

    @Test("has no cells before the first row and after the last")
    func noCurrentRow() throws {
        let reader = try CSVReader(path: try files.write("a\n1\n"))
        #expect(reader.row.count == 0)
        #expect(try reader.next())
        #expect(reader.row.count == 1)
        #expect(try !reader.next())
        #expect(reader.row.count == 0)
        #expect(try !reader.next())
    }

    @Test("leaves a row that outlives it readable")
    func rowOutlivesReader() throws {
        func lastRow() throws -> CSVRow {
            let reader = try CSVReader(path: try files.write("a,b\n1,\"two\"\n"))
            #expect(try reader.next())
            return reader.row
        }
        #expect(try lastRow().string(1) == "two")
    }
}
