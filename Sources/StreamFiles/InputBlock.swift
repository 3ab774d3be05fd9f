// One block of a file as stored, between the system and whoever consumes it. Not a line buffer:
// see `ReadWindow` for bytes that must stay together.

/// A fixed block of memory, refilled from a descriptor each time it has been used up.
final class InputBlock {
    let descriptor: FileDescriptor

    /// The bytes read and not yet taken.
    var pending: UnsafeMutableRawBufferPointer { .init(rebasing: memory[start..<end]) }

    /// Where in the stored file the first pending byte lies.
    var offset: Int { descriptor.bytesRead - (end - start) }

    private let memory: UnsafeMutableRawBufferPointer
    private let blockSize: Int
    private var start = 0
    private var end = 0

    init(_ descriptor: FileDescriptor, blockSize: Int) {
        self.descriptor = descriptor
        self.blockSize = blockSize
        // Recognising gzip needs its two magic bytes side by side, however small the blocks.
        memory = .allocate(byteCount: max(blockSize, Gzip.magic.count), alignment: 1)
    }

    deinit { memory.deallocate() }

    /// Takes `count` pending bytes out.
    func take(_ count: Int) {
        assert(count <= end - start)
        start += count
    }

    /// Reads a block if none is pending. Returns false at the end of the file.
    func refill() throws(StreamFileError) -> Bool {
        if start < end { return true }
        start = 0
        end = 0
        return try readMore()
    }

    /// Reads until the gzip magic could be pending, and says whether it is.
    ///
    /// A file that is nothing but the first magic byte counts as gzip: as text it would be a lone
    /// control character, while as a recording cut short it must not pass for plain.
    func startsWithGzipMagic() throws(StreamFileError) -> Bool {
        while end < Gzip.magic.count {
            if try !readMore() { break }
        }
        return end > 0 && zip(pending, Gzip.magic).allSatisfy { $0 == $1 }
    }

    private func readMore() throws(StreamFileError) -> Bool {
        let room = UnsafeMutableRawBufferPointer(
            rebasing: memory[end..<min(end + blockSize, memory.count)])
        let count = try descriptor.read(into: room)
        end += count
        return count > 0
    }
}
