// The specification as bytes, for its digest: equal bytes exactly when folds agree.

import ByteCoding
import ScoringRecords

extension Specification {
    // Grows with every change of the meaning of a specification, so that old journals are recognised.
    private static let canonicalVersion: UInt8 = 1

    /// A unique encoding: every field in order, text with its length, floats by bit pattern.
    public var canonicalBytes: [UInt8] {
        var writer = ByteWriter()
        writer.writeUInt8(Specification.canonicalVersion)
        writer.writeString(idField)
        writer.writeUInt8(timeField == nil ? 0 : 1)
        writer.writeString(timeField ?? "")
        writer.writeVarint(UInt64(features.count))
        for feature in features { writer.write(feature) }
        writer.writeVarint(UInt64(heads.count))
        for head in heads {
            writer.writeString(head.name)
            writer.writeDouble(head.loss.gamma)
            writer.writeDouble(head.loss.positiveWeight)
            writer.writeDouble(head.loss.negativeWeight)
            writer.writeDouble(head.baseRate.value)
            writer.writeInt64(head.window.microseconds)
            writer.writeUInt8(head.missingLabel.rawValue)
        }
        writer.writeVarint(UInt64(bits))
        for parameter in [optimizer.alpha, optimizer.beta, optimizer.l1, optimizer.l2] { writer.writeDouble(parameter) }
        writer.writeInt64(grace.microseconds)
        writer.writeVarint(UInt64(maximumPending))
        return writer.bytes
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ feature: FeatureDefinition) {
        switch feature {
        case .hash(let field):
            writeUInt8(1)
            writeString(field)
        case .number(let field, let transform, let standardized):
            writeUInt8(2)
            writeString(field)
            writeUInt8(transform.rawValue)
            writeUInt8(standardized ? 1 : 0)
        case .bucket(let field, let scale):
            writeUInt8(3)
            writeString(field)
            switch scale {
            case .width(let width):
                writeUInt8(1)
                writeDouble(width)
            case .logarithmic:
                writeUInt8(2)
            case .edges(let edges):
                writeUInt8(3)
                writeVarint(UInt64(edges.count))
                for edge in edges { writeDouble(edge) }
            }
        case .cross(let fields):
            writeUInt8(4)
            writeVarint(UInt64(fields.count))
            for field in fields { writeString(field) }
        }
    }
}
