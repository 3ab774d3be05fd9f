// A learner's state at one sequence number, as bytes.

import ByteCoding
import PipelineRoles
import ScoringRecords

/// The state of a fold, taken on its thread; hashing and writing are left to another.
struct Checkpoint: Sendable {
    /// Records folded into it.
    let sequence: UInt64
    /// How far event time had come.
    let watermark: Timestamp
    private let specification: [UInt8]
    private let body: [UInt8]
    // Where the model's bytes lie in the body.
    private let model: Range<Int>

    static let magic = Array("WEIRCKPT".utf8)
    static let format: UInt32 = 4

    /// Bytes of the state.
    var byteCount: Int { body.count }

    init(of fold: LearnerFold) {
        sequence = fold.sequence
        watermark = fold.joins.clock.watermark
        specification = fold.specificationDigest
        (body, model) = fold.encoded()
    }

    /// The bytes of the file: a head, which ends with the CRC-32C of all before it and has the body's, and the body.
    ///
    /// As in the journal the sums find damage, and no digest is taken: SHA-256 over a large state takes seconds, and whoever
    /// wants the digests has the bytes.
    ///
    /// - Parameter chain: the journal's chain value at `sequence`, by which the checkpoint knows its journal again.
    func encoded(chain: UInt32) -> (head: [UInt8], body: [UInt8]) {
        var writer = ByteWriter(capacity: Checkpoint.headBytes)
        writer.writeRaw(Checkpoint.magic)
        writer.writeUInt32(Checkpoint.format)
        writer.writeUInt64(sequence)
        writer.writeUInt32(chain)
        writer.writeRaw(specification)
        writer.writeUInt64(UInt64(model.lowerBound))
        writer.writeUInt64(UInt64(model.upperBound))
        writer.writeUInt64(UInt64(body.count))
        writer.writeUInt32(CRC32C.checksum(body))
        writer.writeUInt32(CRC32C.checksum(writer.bytes))
        return (writer.bytes, body)
    }

    /// Bytes of a file's head.
    static let headBytes = magic.count + 4 + 8 + 4 + 32 + 3 * 8 + 2 * 4
}
