// The two checksums of a stored frame, to the byte. This layout is part of the journal's format version.
//
//     header (32 bytes, little-endian):
//       0  firstSequence   UInt64
//       8  recordCount     UInt32
//      12  payload length  UInt32
//      16  writer          UInt64
//      24  writerSequence  UInt64
//
//     crc   = CRC-32C(header ‖ payload)                   is this row what was written?
//     chain = CRC-32C(previous chain ‖ header ‖ payload)  is it the row that was written after the one before it?
//
// The chain makes rows depend on all rows before them, so that a row from another place or another journal does not
// pass, although its own crc is right. Both are checksums against damage; who can compute them can forge them.

import ByteCoding

/// Computes the checksums of frames, reusing one header buffer.
struct FrameSealer {
    private var header = ByteWriter(capacity: JournalLimits.frameOverheadBytes)
    private var link = ByteWriter(capacity: MemoryLayout<UInt32>.size)

    /// The checksums of `frame` when it follows a frame whose chain value is `previousChain`.
    mutating func seal(_ frame: JournalFrame, after previousChain: UInt32) -> FrameSeal {
        header.removeAll()
        header.writeUInt64(frame.firstSequence)
        header.writeUInt32(frame.recordCount)
        // In range: no frame gets here with a payload over `JournalLimits.maximumPayloadBytes`.
        header.writeUInt32(UInt32(frame.payload.count))
        header.writeUInt64(frame.writer)
        header.writeUInt64(frame.writerSequence)
        link.removeAll()
        link.writeUInt32(previousChain)
        let linkedHeader = CRC32C.checksum(header.bytes, seed: CRC32C.checksum(link.bytes))
        return FrameSeal(
            crc: CRC32C.checksum(frame.payload, seed: CRC32C.checksum(header.bytes)),
            chain: CRC32C.checksum(frame.payload, seed: linkedHeader))
    }
}

/// The checksums stored beside a frame.
struct FrameSeal: Equatable {
    var crc: UInt32
    var chain: UInt32
}
