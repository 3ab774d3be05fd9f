// The two digests by which runs are compared.

import ByteCoding
public import OnlineLearning
public import PipelineRoles

/// SHA-256 digests of a learner's state.
public struct StateDigests: Hashable, Sendable {
    /// Over the specification and the model.
    public var model: [UInt8]
    /// Over everything the learner's fold holds: joins, counters, model.
    public var state: [UInt8]
}

extension LearnerFold {
    /// The digests of the state as it is now. Walks the whole model.
    public func digests() -> StateDigests {
        var writer = ByteWriter()
        var stateHash = SHA256()
        encode(into: &writer) { writer in
            stateHash.update(writer.bytes)
            writer.removeAll()
        }
        stateHash.update(writer.bytes)
        return StateDigests(model: modelDigest(), state: stateHash.finish())
    }

    /// The digest over specification and model alone.
    func modelDigest() -> [UInt8] {
        var hash = SHA256()
        hash.update(specificationDigest)
        var writer = ByteWriter()
        model.encode(into: &writer) { writer in
            hash.update(writer.bytes)
            writer.removeAll()
        }
        hash.update(writer.bytes)
        return hash.finish()
    }
}

extension Specification {
    /// The SHA-256 by which workers, learner and journal know that they mean the same.
    public var digest: [UInt8] { SHA256.digest(canonicalBytes) }
}
