// The part of a stream that must lie together in memory: one line or row, and what follows it.
// Not a parser: it knows bytes and line feeds only. Its users bound its growth.

import Glibc

/// A window over an `InputFile` that grows at its end and is consumed at its front.
///
///     storage: | consumed | start ... bytes ... end | room |
final class ReadWindow {
    /// A line found at the front of the window.
    struct Line {
        /// Bytes before the terminator.
        let contentCount: Int
        /// Bytes with the terminator, if it has one.
        let totalCount: Int
    }

    let file: InputFile

    /// The first byte of the window. Changes with `fill` and `consume`.
    var bytes: UnsafeMutablePointer<UInt8> { storage + start }

    /// How many bytes the window shows.
    var count: Int { end - start }

    private var storage: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var start = 0
    private var end = 0

    init(_ file: InputFile) {
        self.file = file
        // Two blocks: the tail of one line and a whole block after it, the usual case.
        capacity = 2 * file.blockSize
        storage = .allocate(capacity: capacity)
    }

    deinit { storage.deallocate() }

    /// Drops `count` bytes from the front.
    func consume(_ count: Int) {
        assert(count <= self.count)
        start += count
    }

    /// Adds at least one byte at the end. Returns false at the end of the file.
    func fill() throws(StreamFileError) -> Bool {
        makeRoom()
        let count = try file.read(into: .init(start: storage + end, count: capacity - end))
        end += count
        return count > 0
    }

    /// Drops a UTF-8 byte order mark. To be called once, before anything is consumed.
    func skipByteOrderMark() throws(StreamFileError) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        while count < mark.count {
            if try !fill() { return }
        }
        if mark.indices.allSatisfy({ bytes[$0] == mark[$0] }) { consume(mark.count) }
    }

    /// Finds the line at the front of a window that is not empty, reading on as needed.
    ///
    /// The terminator is LF or CRLF; a CR elsewhere is content. The last line may lack it.
    /// - Returns: `nil` if the content is longer than `maximumCount`.
    func findLine(maximumCount: Int) throws(StreamFileError) -> Line? {
        var searched = 0
        while true {
            if let found = memchr(bytes + searched, Int32(ASCII.lineFeed), count - searched) {
                let lineFeed = UnsafeMutableRawPointer(bytes).distance(to: found)
                let hasReturn = lineFeed > 0 && bytes[lineFeed - 1] == ASCII.carriageReturn
                let content = hasReturn ? lineFeed - 1 : lineFeed
                return content > maximumCount ? nil : Line(contentCount: content, totalCount: lineFeed + 1)
            }
            searched = count
            // One byte more may be the CR of a terminator still to come.
            if searched > maximumCount + 1 { return nil }
            if try !fill() {
                return count > maximumCount ? nil : Line(contentCount: count, totalCount: count)
            }
        }
    }

    /// Provides room for one block after `end`, at amortised constant cost per byte.
    private func makeRoom() {
        let block = file.blockSize
        if capacity - end >= block { return }
        let live = count
        // Moving less than half, or doubling: either way the next move is that many bytes away.
        if live > capacity / 2 || capacity - live < block {
            capacity = max(2 * capacity, live + block)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
            larger.update(from: bytes, count: live)
            storage.deallocate()
            storage = larger
        } else {
            storage.update(from: bytes, count: live)
        }
        start = 0
        end = live
    }
}
