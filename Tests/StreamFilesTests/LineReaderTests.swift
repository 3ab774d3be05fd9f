// Lines: what ends one, what bounds one, how they are counted.

import StreamFiles
import Testing

@Suite("A line reader")
struct LineReaderTests {
    let files: TestFiles

    init() throws { files = try TestFiles() }

    @Test(
        "ends lines at LF and CRLF in blocks of every size",
        arguments: [
            ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]),
            ("a\r\nb\r\n", ["a", "b"]), ("\r\n\r\n", ["", ""]), ("a\n\nb\n", ["a", "", "b"]),
            ("a\rb\n", ["a\rb"]), ("a\r\r\n", ["a\r"]), ("a\r", ["a\r"]),
            ("first\nsecond line\r\nthird", ["first", "second line", "third"]),
        ])
    func terminators(text: String, expected: [String]) throws {
        let path = try files.write(text)
        for blockSize in [1, 2, 3, 4, 1 << 16] {
            let outcome = lines(of: path, blockSize: blockSize)
            #expect(outcome.error == nil)
            #expect(outcome.elements == expected)
        }
    }

    @Test("drops a byte order mark at the start, and only there and whole")
    func byteOrderMark() throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let a = Array("a\n".utf8)
        for blockSize in [1, 2, 1 << 16] {
            func read(_ bytes: [UInt8]) throws -> [String] {
                lines(of: try files.write(bytes), blockSize: blockSize).elements
            }
            #expect(try read(mark + a) == ["a"])
            #expect(try read(mark) == [])
            #expect(try read(a + mark + a) == ["a", "\u{FEFF}a"])
            #expect(try read(mark + mark + a) == ["\u{FEFF}a"])
            #expect(try read([0xEF, 0xBB]).count == 1)
        }
    }

    @Test("counts lines from one")
    func lineNumbers() throws {
        let reader = try LineReader(path: try files.write("a\n\nc"))
        #expect(reader.lineNumber == 0)
        var numbers: [Int] = []
        while try reader.next() { numbers.append(reader.lineNumber) }
        #expect(numbers == [1, 2, 3])
        #expect(reader.lineNumber == 3)
        #expect(try !reader.next())
    }

    @Test(
        "accepts a line of the maximum and names the line that exceeds it",
        arguments: ["\n", "\r\n", ""])
    func maximumLength(terminator: String) throws {
        let fits = try files.write("ab\n" + String(repeating: "x", count: 50) + terminator, as: "fits")
        let exceeds = try files.write(
            "ab\n" + String(repeating: "x", count: 51) + terminator, as: "exceeds")
        for blockSize in [1, 7, 50, 51, 52, 1 << 16] {
            let whole = lines(of: fits, maximumLineBytes: 50, blockSize: blockSize)
            #expect(whole.error == nil)
            #expect(whole.elements.last?.count == 50)
            let cut = lines(of: exceeds, maximumLineBytes: 50, blockSize: blockSize)
            #expect(cut.elements == ["ab"])
            #expect(cut.error?.code == .lineTooLong)
            #expect(cut.error?.line == 2)
        }
    }

    @Test("stops at its maximum in a file without any line feed")
    func boundedMemory() throws {
        let path = try files.write([UInt8](repeating: 0x61, count: 3 << 20))
        let reader = try LineReader(path: path)
        let error = #expect(throws: StreamFileError.self) { try reader.next() }
        #expect(error?.code == .lineTooLong)
        #expect(reader.file.compressedBytesRead < LineReader.defaultMaximumLineBytes + (2 << 16))
    }

    @Test("gives back lines of every length across every block boundary")
    func randomLines() throws {
        let seed = testSeed()
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let expected = (0..<Int.random(in: 0...30, using: &generator)).map { _ in
                String(repeating: "y", count: Int.random(in: 0...40, using: &generator))
            }
            let text = expected.map { $0 + (Bool.random(using: &generator) ? "\n" : "\r\n") }.joined()
            let isGzip = Bool.random(using: &generator)
            let path = try files.write(isGzip ? gzipMember(Array(text.utf8)) : Array(text.utf8))
            let blockSize = Int.random(in: 1...64, using: &generator)
            let outcome = lines(of: path, blockSize: blockSize)
            #expect(outcome.error == nil, "seed \(seed)")
            #expect(outcome.elements == expected, "seed \(seed)")
        }
    }
}
