// Why bytes are not the records they should be.

import ByteCoding

/// Why a frame's payload or a pipeline message was refused.
public enum RecordCodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes end early, overrun, or hold an impossible length.
    case malformed(String)
    /// The payload says it has a format this program does not know.
    case unknownFormat(UInt8)
    /// A record or message kind this program does not know.
    case unknownKind(UInt8)
    /// A value outside its domain: a NaN, a head that does not exist, an empty id.
    case outOfDomain(String)

    init(_ error: ByteCodingError) { self = .malformed(error.description) }

    /// What happened, for a person.
    public var description: String {
        switch self {
        case .malformed(let detail): "malformed bytes: \(detail)"
        case .unknownFormat(let format):
            "format \(format) is unknown to this version"
        case .unknownKind(let kind): "kind \(kind) is unknown to this version"
        case .outOfDomain(let detail): "value out of its domain: \(detail)"
        }
    }
}
