// Which learner stands behind the heads.

/// How a model learns.
public enum OptimizerChoice: Hashable, Sendable {
    /// One FTRL-Proximal learner: the least memory, and a learning rate to choose.
    case ftrl(FTRLParameters)
    /// Eight learners of different rates and memories on one cache line, mixed by how well they predict: no rate to tune.
    case portfolio(PortfolioParameters, mixtureHalfLife: Double?)
    /// A diagonal extended Kalman filter: it says how uncertain a score is.
    case ekf(EKFParameters)

    /// Numbers per slot and output that a scorer needs.
    ///
    /// - Parameter standardErrors: whether the learning rates are served beside the weights. A Kalman filter always
    ///   serves its variance.
    public func servedNumbers(standardErrors: Bool) -> Int {
        switch self {
        case .ftrl: standardErrors ? 2 : 1
        case .portfolio: PortfolioParameters.laneCount * (standardErrors ? 2 : 1)
        case .ekf: 2
        }
    }

    /// Whether every score has the raw logits of eight learners.
    public var hasLanes: Bool {
        if case .portfolio = self { true } else { false }
    }

    /// Bytes per slot and output that the learner needs.
    public var slotBytes: Int {
        switch self {
        case .ftrl, .ekf: 8
        case .portfolio: 64
        }
    }

    /// The most slots of all outputs together: what a table's memory is limited by.
    public var slotLimit: Int {
        switch self {
        case .ftrl, .ekf: FTRLTable.pairLimit
        case .portfolio: PortfolioTable.lineLimit
        }
    }
}
