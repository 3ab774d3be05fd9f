// Files for the tests: written to a directory of their own, which goes when the test does.

import CZlib
import Foundation
import StreamFiles

/// A temporary directory, removed with the last reference to it.
final class TestFiles {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("stream-files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], as name: String = "file") throws -> String {
        let url = directory.appendingPathComponent(name)
        try Data(bytes).write(to: url)
        return url.path
    }

    func write(_ text: String, as name: String = "file") throws -> String {
        try write(Array(text.utf8), as: name)
    }
}

/// One gzip member holding `bytes`.
func gzipMember(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
    var stream = z_stream()
    let status = deflateInit2_(
        &stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes
    // The header and trailer take 18 bytes, which `deflateBound` includes for a gzip stream.
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))))
    let count = input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = uInt(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = uInt(target.count)
            precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            return target.count - Int(stream.avail_out)
        }
    }
    return Array(output.prefix(count))
}

/// What a stream gave until it ended or failed.
struct Outcome<Element> {
    var elements: [Element] = []
    var error: StreamFileError?
}

/// All bytes of a file, as far as it can be read.
func bytes(of path: String, blockSize: Int = 1 << 16) -> Outcome<UInt8> {
    var outcome = Outcome<UInt8>()
    do throws(StreamFileError) {
        let file = try InputFile(path: path, blockSize: blockSize)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let (count, error) = buffer.withUnsafeMutableBytes { room in
                do throws(StreamFileError) {
                    return (try file.read(into: room), nil as StreamFileError?)
                } catch { return (0, error) }
            }
            if let error { throw error }
            if count == 0 { break }
            outcome.elements += buffer.prefix(count)
        }
    } catch {
        outcome.error = error
    }
    return outcome
}

/// All lines of a file, as far as they can be read.
func lines(
    of path: String, maximumLineBytes: Int = 1 << 20, blockSize: Int = 1 << 16
) -> Outcome<String> {
    var outcome = Outcome<String>()
    do throws(StreamFileError) {
        let reader = try LineReader(
            path: path, maximumLineBytes: maximumLineBytes, blockSize: blockSize)
        while try reader.next() {
            outcome.elements.append(
                reader.withLine { line in line.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } })
        }
    } catch {
        outcome.error = error
    }
    return outcome
}

/// All rows of a file, header first, as far as they can be read. Cells in quotes as such.
func rows(
    of path: String, options: CSVOptions = CSVOptions(), blockSize: Int = 1 << 16
) -> Outcome<[Cell]> {
    var outcome = Outcome<[Cell]>()
    do throws(StreamFileError) {
        let reader = try CSVReader(path: path, options: options, blockSize: blockSize)
        outcome.elements.append(reader.columns.map { Cell($0) })
        while try reader.next() {
            let row = reader.row
            outcome.elements.append(
                (0..<row.count).map { Cell(row.string($0), isQuoted: row.isQuoted($0)) })
        }
    } catch {
        outcome.error = error
    }
    return outcome
}

/// A cell as the tests compare it.
struct Cell: Hashable, ExpressibleByStringLiteral {
    var text: String
    var isQuoted: Bool

    init(_ text: String, isQuoted: Bool = false) {
        self.text = text
        self.isQuoted = isQuoted
    }

    init(stringLiteral text: String) { self.init(text) }

    static func quoted(_ text: String) -> Cell { Cell(text, isQuoted: true) }
}
