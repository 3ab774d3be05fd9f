// An outcome as bytes of a fold's state.

import ByteCoding
import ScoringRecords

extension ByteWriter {
    /// Writes an outcome; equal outcomes give equal bytes.
    mutating func write(_ outcome: Outcome) {
        switch outcome {
        case .unlabelled:
            writeUInt8(0)
        case .observed(let value, let weight):
            writeUInt8(1)
            writeFloat(value)
            writeFloat(weight)
        case .category(let category, let weight):
            writeUInt8(2)
            writeUInt16(category)
            writeFloat(weight)
        }
    }
}

extension ByteReader {
    /// Reads what `write` wrote.
    mutating func readOutcome() throws -> Outcome {
        switch try readUInt8() {
        case 0: return .unlabelled
        case 1: return .observed(value: try readFloat(), weight: try readFloat())
        case 2: return .category(try readUInt16(), weight: try readFloat())
        default: throw FoldStateError.outOfDomain
        }
    }
}
