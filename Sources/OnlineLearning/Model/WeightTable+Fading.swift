// Slots that lose evidence, or all of it.

import ScoringRecords

extension WeightTable {
    /// Lets the evidence in a slot count `kept` of what it did, for all outputs and lanes; `kept` in [0, 1].
    ///
    /// FTRL-Proximal and portfolio: n ← κn, z ← √κ z. With much evidence, √n ≫ β, the weight −zα/(β + √n) stays and its
    /// learning rate recovers; as evidence goes, the weight goes to 0. Kalman filter, by its natural parameters: 1/V ←
    /// κ/V + (1 − κ)/v₀, w/V ← κ w/V, the prior taking over what evidence loses (exponential forgetting with a prior:
    /// Kulhavý & Zarrop, *On a General Concept of Forgetting*, International Journal of Control 58(4), 1993).
    func fade(_ slot: UInt32, keeping kept: Double) {
        precondition(kept >= 0 && kept <= 1, "a share of evidence lies in [0, 1]")
        switch self {
        case .ftrl(let table):
            for output in table.offsets.indices {
                let old = table.slot(at: slot, output: output)
                if old == .empty { continue }
                table.setSlot(old.faded(keeping: kept), at: slot, output: output)
            }
        case .portfolio(let table):
            for output in table.offsets.indices {
                let old = table.line(at: slot, output: output)
                if old == .empty { continue }
                table.setLine(old.faded(keeping: kept, beta: table.parameters.beta), at: slot, output: output)
            }
        case .ekf(let table):
            for output in table.offsets.indices {
                let old = table.slot(at: slot, output: output)
                if old == table.emptySlot { continue }
                table.setSlot(old.faded(keeping: kept, prior: table.emptySlot), at: slot, output: output)
            }
        }
    }

    /// Forgets all that a slot has learned, for all outputs.
    func empty(_ slot: UInt32) {
        switch self {
        case .ftrl(let table):
            for output in table.offsets.indices { table.setSlot(.empty, at: slot, output: output) }
        case .portfolio(let table):
            for output in table.offsets.indices { table.setLine(.empty, at: slot, output: output) }
        case .ekf(let table):
            for output in table.offsets.indices { table.setSlot(table.emptySlot, at: slot, output: output) }
        }
    }
}

extension FTRLSlot {
    // Below a gradient of 10⁻⁶ nothing is left that a score would show.
    fileprivate static let leastRoot: Float = 1e-6

    fileprivate func faded(keeping kept: Double) -> FTRLSlot {
        let share = Float(kept.squareRoot())
        let faded = rootOfN * share
        if faded < FTRLSlot.leastRoot { return .empty }
        // Adding 0 makes +0 of a z that has faded to −0.
        return FTRLSlot(unchecked: z * share + 0, faded)
    }
}

extension PortfolioLine {
    // w = −zα/(β + √n), so w′ = √κ w (β + √n)/(β + √(κn)), whose factor is at most 1 but for rounding.
    fileprivate func faded(keeping kept: Double, beta: Double) -> PortfolioLine {
        let (share, beta) = (Float(kept.squareRoot()), Float(beta))
        let faded = rootsOfN * share
        let factor = share * (rootsOfN + beta) / (faded + beta)
        let weights = weights * factor.replacing(with: 1, where: factor .> 1)
        let isGone = faded .< FTRLSlot.leastRoot
        return PortfolioLine(
            unchecked: weights.replacing(with: 0, where: isGone) + 0, faded.replacing(with: 0, where: isGone))
    }
}

extension EKFSlot {
    // Within this share of the prior a variance is the prior's, and nothing is known.
    fileprivate static let knownShare = 1e-6

    fileprivate func faded(keeping kept: Double, prior: EKFSlot) -> EKFSlot {
        let (v, v0) = (Double(variance), Double(prior.variance))
        let faded = 1 / (kept / v + (1 - kept) / v0)
        if faded >= v0 * (1 - EKFSlot.knownShare) { return prior }
        return EKFSlot(unchecked: Float(kept * Double(weight) * faded / v), Float(faded))
    }
}
