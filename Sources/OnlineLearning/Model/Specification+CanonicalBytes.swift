// The specification as bytes, for its digest: equal bytes exactly when folds agree.

import ByteCoding
import ScoringRecords

extension Specification {
    // Grows with every change of the meaning of a specification, so that old journals are recognised.
    private static let canonicalVersion: UInt8 = 6

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
            writer.writeString(head.group ?? "")
            writer.write(head.task)
            writer.writeInt64(head.window.microseconds)
            switch head.missingLabel {
            case .negative: writer.writeUInt8(0)
            case .unlabelled: writer.writeUInt8(1)
            case .category(let category):
                writer.writeUInt8(2)
                writer.writeVarint(UInt64(category))
            }
            switch head.policy {
            case .wait: writer.writeUInt8(0)
            case .retract(let wait):
                writer.writeUInt8(1)
                writer.writeInt64(wait.microseconds)
            }
            writer.writeUInt8(head.recalibrates ? 1 : 0)
            writer.writeInt64(head.labelOutage?.microseconds ?? -1)
        }
        writer.writeVarint(UInt64(bits))
        writer.write(optimizer)
        writer.writeUInt8((importanceAware ? 1 : 0) | (standardErrors ? 2 : 0))
        writer.writeDouble(guards.gradientLimit)
        // No limit is zero, so zero can say that there is none.
        writer.writeDouble(guards.biasLimit?.nats ?? 0)
        writer.writeInt64(guards.biasLimit?.span.microseconds ?? 0)
        writer.write(slots.halfLife)
        writer.writeVarint(UInt64(slots.admission))
        writer.write(slots.expiry)
        writer.writeInt64(grace.microseconds)
        writer.writeVarint(UInt64(maximumPending))
        writer.writeInt64(orphanWindow.microseconds)
        writer.writeVarint(UInt64(maximumOrphans))
        return writer.bytes
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ task: HeadTask) {
        switch task {
        case .binary(let task):
            writeUInt8(1)
            writeDouble(task.loss.gamma)
            writeDouble(task.loss.positiveWeight)
            writeDouble(task.loss.negativeWeight)
            writeDouble(task.baseRate.value)
            writeDouble(task.treatment.keptPositives)
            writeDouble(task.treatment.keptNegatives)
            writeDouble(task.treatment.labelSmoothing)
        case .classes(let task):
            writeUInt8(2)
            writeDouble(task.loss.gamma)
            writeDouble(task.loss.labelSmoothing)
            writeVarint(UInt64(task.classes.count))
            for (k, name) in task.classes.enumerated() {
                writeString(name)
                writeDouble(task.loss.classWeights[k])
                writeDouble(task.baseRates[k])
                writeDouble(task.kept[k])
            }
        }
    }

    fileprivate mutating func write(_ span: JournalSpan?) {
        switch span {
        case nil: writeUInt8(0)
        case .events(let count):
            writeUInt8(1)
            writeVarint(UInt64(count))
        case .time(let span):
            writeUInt8(2)
            writeInt64(span.microseconds)
        }
    }

    fileprivate mutating func write(_ optimizer: OptimizerChoice) {
        switch optimizer {
        case .ftrl(let parameters):
            writeUInt8(1)
            for parameter in [parameters.alpha, parameters.beta, parameters.l1, parameters.l2] {
                writeDouble(parameter)
            }
        case .portfolio(let parameters, let halfLife):
            writeUInt8(2)
            writeDouble(parameters.beta)
            // No half-life is zero, so zero can say that there is none.
            for lane in parameters.lanes {
                writeDouble(lane.alpha)
                writeDouble(lane.halfLife ?? 0)
            }
            writeDouble(halfLife ?? 0)
        case .ekf(let parameters):
            writeUInt8(3)
            writeDouble(parameters.priorVariance)
            writeDouble(parameters.forgetting)
        }
    }

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
