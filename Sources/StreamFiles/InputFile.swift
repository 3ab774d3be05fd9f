// A recorded stream as bytes: a file, a pipe or standard input, plain or gzip, read once from
// front to back. Not for seeking, not for following a file that grows, and not for writing.
// What the bytes mean is for `LineReader` and `CSVReader`.

/// A source of bytes, decompressed on the way if its content says it is gzip.
///
/// Gzip is recognised by its magic bytes, never by the name: a renamed file reads all the same,
/// and no plain text begins with them. Members may be concatenated, as `cat a.gz b.gz` does; any
/// other bytes after a member, zero padding included, are an error. An empty file is plain.
///
/// Not thread safe: one owner reads.
public final class InputFile {
    /// The path that stands for standard input.
    public static let standardInput = "-"

    /// 64 KiB: the cost of a system call vanishes next to it, and it stays in a core's L2 cache.
    public static let defaultBlockSize = 1 << 16

    /// What every size and limit of this module must lie in: 1 byte to 1 GiB, since zlib counts in
    /// 32 bits, and since sums of a few such sizes never overflow.
    public static let admissibleSizes = 1...(1 << 30)

    /// The path as errors show it: as given, or `standard input`.
    public let name: String

    /// The most bytes asked from the system, and delivered, at one time.
    public let blockSize: Int

    /// Whether the content is gzip.
    public let isCompressed: Bool

    /// The size of the file as stored when it was opened: the whole of a progress bar.
    /// `nil` for standard input, pipes and devices, whose size nobody knows.
    public var totalBytes: Int? { block.descriptor.totalBytes }

    /// Bytes taken from the file as stored: the done part of a progress bar. It runs ahead of what
    /// was delivered by up to a block, and equals ``totalBytes`` at the end.
    public var compressedBytesRead: Int { block.descriptor.bytesRead }

    private let block: InputBlock
    private let inflater: GzipInflater?
    private var failure: StreamFileError?

    /// Opens `path`, or standard input for `-`, and waits for its first two bytes.
    ///
    /// - Parameters:
    ///   - path: A file, FIFO or device, or ``standardInput``.
    ///   - blockSize: Within ``admissibleSizes``; small values serve tests of block boundaries.
    /// - Throws: `notFound`, `isDirectory`, `openFailed` or `readFailed`.
    public init(
        path: String, blockSize: Int = InputFile.defaultBlockSize
    ) throws(StreamFileError) {
        precondition(
            Self.admissibleSizes.contains(blockSize), "block size out of range: \(blockSize)")
        let descriptor = try FileDescriptor(path: path)
        let block = InputBlock(descriptor, blockSize: blockSize)
        let isCompressed = try block.startsWithGzipMagic()
        self.name = descriptor.name
        self.blockSize = blockSize
        self.block = block
        self.isCompressed = isCompressed
        self.inflater = isCompressed ? try GzipInflater(block) : nil
    }

    /// Fills the front of `buffer` with the next bytes, decompressed.
    ///
    /// - Parameter buffer: At least one byte. At most ``blockSize`` bytes of it are written.
    /// - Returns: How many bytes were written; 0 only at the end of the file.
    /// - Throws: `readFailed`, or for gzip also `gzipTruncated` and `gzipCorrupt`, with the byte
    ///   offset. Everything decoded before the fault was delivered first.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(StreamFileError) -> Int {
        precondition(!buffer.isEmpty, "reading into an empty buffer cannot tell progress from the end")
        if let failure { throw failure }
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(blockSize))
        do throws(StreamFileError) {
            if let inflater { return try inflater.read(into: room) }
            return try readPlain(into: room)
        } catch {
            failure = error
            throw error
        }
    }

    private func readPlain(
        into room: UnsafeMutableRawBufferPointer
    ) throws(StreamFileError) -> Int {
        // Only what was read to look for gzip ever waits in the block; the rest is not copied.
        let pending = block.pending.prefix(room.count)
        if pending.isEmpty { return try block.descriptor.read(into: room) }
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: pending))
        block.take(pending.count)
        return pending.count
    }
}
