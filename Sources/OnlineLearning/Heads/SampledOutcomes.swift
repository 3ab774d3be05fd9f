// Which outcomes a head learns from when it keeps only a share of them.

public import ScoringRecords

/// Keeps an event's outcome by a hash of its id, so that every replay, and every correction of the same event, agrees.
public enum SampledOutcomes {
    // Mixed in so that the choice is independent of everything else the id's hash decides.
    private static let salt: UInt64 = 0x9E6A_7153_01C4_D3B5

    /// Whether an outcome of event `id` is kept where its kind is kept at rate `share`, in (0, 1].
    public static func keeps(_ id: EventID, share: Double) -> Bool {
        if share >= 1 { return true }
        let hash = FeatureHash.combine(FeatureHash.hash(id.text), salt)
        // The top 53 bits as a fraction in [0, 1), exact in a Double.
        return Double(hash >> 11) * 0x1p-53 < share
    }
}
