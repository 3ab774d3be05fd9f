// What the simulator knows about an event and no feature may say.

public import ScoringRecords

/// An event's true probability, its outcome, and what drift did to it.
public struct SimulatedTruth: Hashable, Sendable {
    /// The probability of a positive outcome within the label window, given what the stream's documentation names.
    public let probability: Probability
    /// What happened, also where no label tells.
    public let isPositive: Bool
    /// When the label becomes known, or would have.
    public let labelTime: Timestamp
    /// By how much planted drift has moved the event's log-odds; 0 without.
    public let logOddsShift: Double
    /// Whether an outage swallows the label.
    public let isLabelLost: Bool
}
