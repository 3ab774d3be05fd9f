// One line of the slices table.

public import ScoringRecords

/// A slice of the stream, and how its positives compare with what was promised in this epoch.
public struct SliceFinding: Hashable, Sendable {
    /// The field's name.
    public let field: String
    /// The field's value that makes the slice.
    public let value: String
    /// n: mature events in this epoch.
    public let count: Int
    /// S_y: observed positives.
    public let observed: Double
    /// S_p: predicted positives.
    public let predicted: Double
    /// S_y/S_p: above 1 the model under-predicts.
    public let ratio: Double
    /// The ratios not refuted, valid at any time.
    ///
    /// For flagged slices at level αR/K, R of K being flagged, so that on average at most a share α of the intervals
    /// shown for having been flagged misses its ratio (Xu, Wang & Ramdas 2022, *Post-selection inference for e-value
    /// based confidence intervals*); at level α for others.
    public let interval: ConfidenceInterval?
    /// e: the evidence against calibration, an e-value; +∞ where it overflows.
    public let evidence: Double
    /// Whether the slice is called miscalibrated, by this look or an earlier one of the epoch.
    public let isFlagged: Bool
    /// Which way it is wrong, if it is.
    public let direction: DriftDirection
    /// Since when, at the earliest the epoch's first event of the slice: the last start of a CUSUM for a quarter more
    /// positives than promised, or a quarter fewer. An estimate without a stated error; late for smaller errors.
    public let since: Timestamp
}
