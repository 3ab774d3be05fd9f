// Many questions at once: which of them may be called answered?

/// The e-BH procedure: from one e-value per hypothesis to a set of rejections of which few are wrong.
public enum FalseDiscovery {
    /// The hypotheses rejected at level α, ascending.
    ///
    /// With e₍ₖ₎ the k-th largest e-value and K hypotheses, the k* largest are rejected, k* = max{k: k·e₍ₖ₎ ≥ K/α}; of
    /// equal e-values the earlier comes first. The expected share of wrong rejections among all is at most α, whatever
    /// the dependence between the e-values and at any stopping time common to them (Wang & Ramdas 2022, *JRSS B* 84:822).
    ///
    /// - Parameters:
    ///   - evidence: e-values in [0, +∞]; a NaN traps.
    ///   - alpha: in (0, 1); anything else traps.
    ///   - hypotheses: K ≥ the number of e-values, fixed before labels are seen; hypotheses without an e-value count as
    ///     not rejected. The number of e-values by default.
    public static func rejections(evidence: [Double], alpha: Double, hypotheses: Int? = nil) -> [Int] {
        let total = hypotheses ?? evidence.count
        precondition(alpha > 0 && alpha < 1, "a level lies between 0 and 1")
        precondition(total >= evidence.count, "there are as many hypotheses as e-values, or more")
        precondition(evidence.allSatisfy { $0 >= 0 }, "an e-value is not negative")
        let order = evidence.indices.sorted { (evidence[$0], $1) > (evidence[$1], $0) }
        let required = Double(total) / alpha
        let last = order.indices.last { Double($0 + 1) * evidence[order[$0]] >= required }
        guard let last else { return [] }
        return order[...last].sorted()
    }
}
