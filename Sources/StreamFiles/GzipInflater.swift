// Decodes a file of one or more gzip members (RFC 1952) through zlib, block by block.
// Not for zlib or raw deflate streams, and not for random access.

import CZlib

/// A stream of decoded bytes that ends only where a member ends.
///
/// zlib verifies each member's CRC-32 and length when it reaches the trailer. Bytes handed out
/// before that are the longest prefix decoded, not yet verified: the error follows them.
final class GzipInflater {
    private let input: InputBlock

    // zlib keeps a pointer back to this struct, so it must never move.
    private let stream: UnsafeMutablePointer<z_stream>

    private var isBetweenMembers = false

    init(_ input: InputBlock) throws(StreamFileError) {
        self.input = input
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = czlib_inflate_init_gzip(stream)
        // `inflateEnd` in `deinit` is harmless on a stream that was never initialised.
        guard status == Z_OK else { throw noMemory() }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Decodes at most `buffer.count` (one or more) bytes; 0 means the end of the last member.
    ///
    /// - Throws: `gzipTruncated`, `gzipCorrupt` or `readFailed`, with the byte offset.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(StreamFileError) -> Int {
        while true {
            let hasInput = try input.refill()
            if isBetweenMembers {
                // Members may follow one another (RFC 1952, 2.2); zlib stops after each.
                if !hasInput { return 0 }
                inflateReset(stream)
                isBetweenMembers = false
            }
            let (status, count) = inflateOnce(into: buffer)
            isBetweenMembers = status == Z_STREAM_END
            // An error after output is not lost: zlib stays in its bad state and repeats it.
            if count > 0 { return count }
            switch status {
            case Z_OK, Z_STREAM_END: continue
            case Z_BUF_ERROR where hasInput: continue
            case Z_BUF_ERROR: throw truncated()
            case Z_MEM_ERROR: throw noMemory()
            default: throw corrupt()
            }
        }
    }

    private func inflateOnce(
        into buffer: UnsafeMutableRawBufferPointer
    ) -> (status: Int32, count: Int) {
        let pending = input.pending
        stream.pointee.next_in = pending.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_in = uInt(pending.count)
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_out = uInt(buffer.count)
        let status = inflate(stream, Z_NO_FLUSH)
        input.take(pending.count - Int(stream.pointee.avail_in))
        return (status, buffer.count - Int(stream.pointee.avail_out))
    }

    private func truncated() -> StreamFileError {
        failure(
            .gzipTruncated, "the file ends inside a gzip member",
            remedy: "copy or record it again; `gzip -t` tells when it is whole")
    }

    private func corrupt() -> StreamFileError {
        // `msg` is a constant string of zlib's, or null.
        let detail = stream.pointee.msg.map { String(cString: $0) } ?? "bad data"
        return failure(
            .gzipCorrupt, "the gzip data is damaged (\(detail))",
            remedy: "copy or record it again; `gzip -t` tells when it is whole")
    }

    private func noMemory() -> StreamFileError {
        failure(
            .readFailed, "zlib found no memory for its window", remedy: "free memory and start again")
    }

    private func failure(
        _ code: StreamFileError.Code, _ message: String, remedy: String
    ) -> StreamFileError {
        StreamFileError(
            code, message, remedy: remedy, file: input.descriptor.name, byteOffset: input.offset)
    }
}
