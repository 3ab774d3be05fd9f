// The one catalogue of reasons for which an input has no effect. Docs/PROTOCOL.md explains each.

/// Why an input was refused or left without effect. Every case is counted under its code.
public enum RejectionReason: UInt8, CaseIterable, Hashable, Sendable {
    // Found at intake, answered with an error.
    case malformedJSON = 1
    case notAnObject = 2
    case nestedTooDeep = 3
    case duplicateKey = 4
    case missingID = 5
    case invalidID = 6
    case missingTime = 7
    case invalidTime = 8
    case timeTooFarAhead = 9
    case wrongType = 10
    case numberNotFinite = 11
    case numberOutOfRange = 12
    case invalidLabelValue = 13
    case invalidWeight = 14
    case unknownHead = 15
    case headRequired = 16
    case messageTooLarge = 17
    case batchTooLarge = 18
    case emptyMessage = 19
    case directiveRefused = 20
    case textTooLong = 21
    case busy = 22
    case shed = 23

    // Found by the joiner, counted and quarantined, never answered.
    case duplicateEvent = 64
    case lateEvent = 65
    case unknownEvent = 66
    case duplicateLabel = 67
    case conflictingLabel = 68
    case lateLabel = 69
    case joinerFull = 70
    case tooManySources = 71
    case orphansFull = 72
    case modelUnusable = 73

    /// The code used in replies, reports and documentation.
    public var code: String {
        switch self {
        case .malformedJSON: "malformed-json"
        case .notAnObject: "not-an-object"
        case .nestedTooDeep: "nested-too-deep"
        case .duplicateKey: "duplicate-key"
        case .missingID: "missing-id"
        case .invalidID: "invalid-id"
        case .missingTime: "missing-time"
        case .invalidTime: "invalid-time"
        case .timeTooFarAhead: "time-too-far-ahead"
        case .wrongType: "wrong-type"
        case .numberNotFinite: "number-not-finite"
        case .numberOutOfRange: "number-out-of-range"
        case .invalidLabelValue: "invalid-label-value"
        case .invalidWeight: "invalid-weight"
        case .unknownHead: "unknown-head"
        case .headRequired: "head-required"
        case .messageTooLarge: "message-too-large"
        case .batchTooLarge: "batch-too-large"
        case .emptyMessage: "empty-message"
        case .directiveRefused: "directive-refused"
        case .textTooLong: "text-too-long"
        case .busy: "busy"
        case .shed: "shed"
        case .duplicateEvent: "duplicate-event"
        case .lateEvent: "late-event"
        case .unknownEvent: "unknown-event"
        case .duplicateLabel: "duplicate-label"
        case .conflictingLabel: "conflicting-label"
        case .lateLabel: "late-label"
        case .joinerFull: "joiner-full"
        case .tooManySources: "too-many-sources"
        case .orphansFull: "orphans-full"
        case .modelUnusable: "model-unusable"
        }
    }
}
