// The calibration error in one number, never without the two numbers it needs beside it.

/// The expected calibration error of equal-mass bins, with the level that chance alone would give.
public struct ExpectedCalibrationError: Hashable, Sendable {
    /// ECE = Σ_b (w_b/W)·|mean p − mean y|, in [0, 1] (Naeini et al. 2015, *AAAI*), over bins of about equal mass (the
    /// adaptive bins of Nixon et al. 2019, *CVPR Workshops*).
    ///
    /// Biased upwards by noise, and blind to errors that cancel within a bin: read it against `noiseFloor`, and never
    /// compare it between numbers of labels or of bins.
    public let value: Double
    /// E₀ = Σ_b (w_b/W)·√(2v_b/π), v_b = Σ_b w²p(1 − p)/w_b²: about the ECE expected if every p were right, since
    /// E|N(0, v)| = √(2v/π).
    ///
    /// A normal approximation: 8 % too high in a bin that expects one positive, more so below.
    public let noiseFloor: Double
    /// ECE/ȳ, the error relative to the base rate: at a base rate of 0.001 any absolute ECE looks small. `nil` without
    /// positives.
    public let overBaseRate: Double?

    /// Reads the error off any partition of labels; `nil` without labels.
    public init?(of groups: [LogitBin]) {
        var (weight, observed, gap, deviation) = (0.0, 0.0, 0.0, 0.0)
        for group in groups where group.count > 0 {
            weight += group.weight
            observed += group.observed
            // Both carry the factor w_b of the weighted mean, which cancels the division by w_b.
            gap += abs(group.predicted - group.observed)
            deviation += (2 * group.variance / Double.pi).squareRoot()
        }
        guard weight > 0 else { return nil }
        value = gap / weight
        noiseFloor = deviation / weight
        overBaseRate = observed > 0 ? gap / observed : nil
    }
}
