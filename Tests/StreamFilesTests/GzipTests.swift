// Gzip input: recognised by content, members joined, damage never silent.

import StreamFiles
import Testing

@Suite("Gzip")
struct GzipTests {
    let files: TestFiles
    let content = Array((0..<100).map { "line \($0 &* 7919 % 1009)\n" }.joined().utf8)

    init() throws { files = try TestFiles() }

    @Test("is recognised by its first bytes, whatever the name")
    func recognisedByContent() throws {
        #expect(bytes(of: try files.write(gzipMember(content), as: "a.csv")).elements == content)
        #expect(bytes(of: try files.write(content, as: "b.gz")).elements == content)
    }

    @Test("members follow one another, empty ones too", arguments: [1, 2, 5, 1 << 16])
    func concatenatedMembers(blockSize: Int) throws {
        let stored =
            gzipMember(content) + gzipMember([]) + gzipMember(Array("x,".utf8), level: 0)
            + gzipMember(content, level: 9)
        let outcome = bytes(of: try files.write(stored), blockSize: blockSize)
        #expect(outcome.error == nil)
        #expect(outcome.elements == content + Array("x,".utf8) + content)
    }

    @Test("cut anywhere gives an exact prefix and then an error", arguments: [3, 1 << 16])
    func truncated(blockSize: Int) throws {
        let first = gzipMember(content)
        let stored = first + gzipMember(content)
        for length in 1..<stored.count where length != first.count {
            let outcome = bytes(
                of: try files.write(Array(stored.prefix(length))), blockSize: blockSize)
            #expect(outcome.error?.code == .gzipTruncated, "cut at \(length)")
            #expect(outcome.error?.byteOffset == length)
            #expect((content + content).starts(with: outcome.elements), "cut at \(length)")
        }
    }

    @Test("with any byte changed is an error, unless the content is unharmed", arguments: [0, 6])
    func corrupted(level: Int32) throws {
        let stored = gzipMember(content, level: level)
        var silent: [Int] = []
        // Without its magic it would be a plain file; the bytes after it are what zlib answers for.
        for index in 2..<stored.count {
            var damaged = stored
            damaged[index] ^= 0x55
            let outcome = bytes(of: try files.write(damaged))
            if let error = outcome.error {
                #expect([.gzipCorrupt, .gzipTruncated].contains(error.code))
                #expect((0...stored.count).contains(error.byteOffset ?? -1))
            } else {
                #expect(outcome.elements == content, "byte \(index)")
                silent.append(index)
            }
        }
        // Time, extra flags and system (RFC 1952, 2.3) say nothing about the content. Beyond them,
        // compressed data may have other spellings of the same content; data merely stored has none.
        #expect(silent.starts(with: 4...9))
        if level == 0 { #expect(silent.count == 6) }
    }

    @Test("followed by other bytes is an error where they begin")
    func trailingBytes() throws {
        let member = gzipMember(content)
        for tail: [UInt8] in [[0, 0, 0], Array("text".utf8)] {
            let outcome = bytes(of: try files.write(member + tail))
            #expect(outcome.elements == content)
            #expect(outcome.error?.code == .gzipCorrupt)
            #expect((member.count...member.count + 2).contains(outcome.error?.byteOffset ?? 0))
        }
    }

    @Test("damage is reported again at each later read, never as an end")
    func errorsStay() throws {
        let path = try files.write(Array(gzipMember(content).dropLast(4)))
        let reader = try LineReader(path: path)
        let first = #expect(throws: StreamFileError.self) { while try reader.next() {} }
        let second = #expect(throws: StreamFileError.self) { try reader.next() }
        #expect(first?.code == .gzipTruncated)
        #expect(first == second)
    }

    @Test("cut inside a line withholds the beginning of that line")
    func noPartialLine() throws {
        let whole = Set(
            String(decoding: content, as: UTF8.self).split(separator: "\n").map(String.init))
        let stored = gzipMember(content, level: 0)
        for length in 2..<stored.count {
            let outcome = lines(of: try files.write(Array(stored.prefix(length))))
            #expect(outcome.error?.code == .gzipTruncated)
            #expect(whole.isSuperset(of: outcome.elements))
        }
    }
}
