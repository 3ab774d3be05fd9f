// When a head learns from an event whose label may still come.

public import ScoringRecords

/// What a head does while an event's window is open (compare Ktena et al. 2019, "Addressing delayed feedback for
/// continuous training", which weighs fake negatives instead of taking them back).
public enum LabelPolicy: Hashable, Sendable {
    /// It learns once, when the window has closed: unbiased, but as late as the window is long.
    case wait
    /// It learns from a label when it comes, takes silence for a negative after the given time, and corrects itself
    /// when a label says otherwise: the gradient of the old outcome is taken back at the current logit.
    case retract(after: TimeSpan)
}
