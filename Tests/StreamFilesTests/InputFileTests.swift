// Opening and reading bytes: names, kinds of file, progress.

import Foundation
import StreamFiles
import Testing

@Suite("An input file")
struct InputFileTests {
    let files: TestFiles

    init() throws { files = try TestFiles() }

    @Test("that does not exist is reported by its path")
    func missing() throws {
        let path = files.directory.appendingPathComponent("absent.csv").path
        let error = #expect(throws: StreamFileError.self) { try InputFile(path: path) }
        #expect(error?.code == .notFound)
        #expect(error?.file == path)
        #expect(error?.line == nil)
    }

    @Test("that is a directory is refused")
    func directory() throws {
        let error = #expect(throws: StreamFileError.self) {
            try InputFile(path: files.directory.path)
        }
        #expect(error?.code == .isDirectory)
    }

    @Test("whose path leads through a file cannot be opened, and the system says why")
    func throughFile() throws {
        let path = try files.write("x") + "/y"
        let error = #expect(throws: StreamFileError.self) { try InputFile(path: path) }
        #expect(error?.code == .openFailed)
        #expect(error?.message.contains("Not a directory") == true)
    }

    @Test("reads the same in blocks of every size", arguments: [1, 2, 3, 7, 64, 1 << 16])
    func blockSizes(blockSize: Int) throws {
        let content = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 2) }
        let plain = try files.write(content, as: "plain")
        let gzip = try files.write(gzipMember(content), as: "gzip")
        #expect(bytes(of: plain, blockSize: blockSize).elements == content)
        #expect(bytes(of: gzip, blockSize: blockSize).elements == content)
    }

    @Test("never delivers more than one block at a time")
    func oneBlockAtATime() throws {
        let file = try InputFile(path: try files.write("abcdefgh"), blockSize: 3)
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
        #expect((1...3).contains(count))
    }

    @Test("that is empty ends at once and is not gzip")
    func empty() throws {
        let path = try files.write("")
        #expect(try !InputFile(path: path).isCompressed)
        #expect(bytes(of: path).elements.isEmpty)
        #expect(bytes(of: path).error == nil)
    }

    @Test("reports progress in bytes as stored, up to the whole", arguments: [false, true])
    func progress(compressed: Bool) throws {
        let content = (0..<50_000).map { UInt8(truncatingIfNeeded: ($0 &* $0) >> 5) }
        let stored = compressed ? gzipMember(content) : content
        let file = try InputFile(path: try files.write(stored), blockSize: 512)
        #expect(file.isCompressed == compressed)
        #expect(file.totalBytes == stored.count)
        #expect(file.compressedBytesRead <= 512)
        var buffer = [UInt8](repeating: 0, count: 512)
        var last = 0
        while try buffer.withUnsafeMutableBytes({ try file.read(into: $0) }) > 0 {
            #expect(file.compressedBytesRead >= last)
            last = file.compressedBytesRead
        }
        #expect(file.compressedBytesRead == stored.count)
    }

    @Test("that is a FIFO has no total and is read to its writer's end")
    func fifo() throws {
        let path = files.directory.appendingPathComponent("fifo").path
        #expect(mkfifo(path, 0o600) == 0)
        // Opened for both, so that neither side waits for the other in this one thread.
        let writer = open(path, O_RDWR)
        let content = gzipMember(Array("a\nb\n".utf8))
        #expect(write(writer, content, content.count) == content.count)
        let reader = try LineReader(path: path)
        close(writer)
        #expect(reader.file.totalBytes == nil)
        #expect(reader.file.isCompressed)
        #expect(try reader.next())
        #expect(try reader.next())
        #expect(try !reader.next())
    }
}
