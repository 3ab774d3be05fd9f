// What can be wrong with the bytes of a monitor's state, beyond their shape.

/// Why bytes are not a state that this module wrote.
///
/// The remedy is the same for all cases: set the bytes aside and fold the journal again.
public enum CalibrationStateError: Error, Equatable, Sendable {
    /// The bytes name a layout that this version does not read.
    case unknownLayout(UInt8)
    /// A number lies where no sequence of labels could have brought it.
    case outOfDomain
    /// The state was written under other settings than those it is read for.
    case otherSettings
}

extension CalibrationStateError: CustomStringConvertible {
    /// One sentence for a log line.
    public var description: String {
        switch self {
        case .unknownLayout(let layout): "the state has layout \(layout), which this version does not read"
        case .outOfDomain: "the state holds a number that no labels could have produced"
        case .otherSettings: "the state was written under other settings"
        }
    }
}
