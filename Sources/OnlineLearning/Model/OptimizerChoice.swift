// Which learner stands behind a head.

/// How a model learns.
public enum OptimizerChoice: Hashable, Sendable {
    /// One FTRL-Proximal learner: the least memory, and a learning rate to choose.
    case ftrl(FTRLParameters)
    /// Eight learners of different rates and memories on one cache line, mixed by how well they predict: no rate to tune.
    case portfolio(PortfolioParameters, mixtureHalfLife: Double?)
    /// A diagonal extended Kalman filter: it says how uncertain a score is.
    case ekf(EKFParameters)

    /// Numbers per slot that a scorer needs.
    public var servedLanes: Int {
        switch self {
        case .ftrl: 1
        case .portfolio: PortfolioParameters.laneCount
        case .ekf: 2  // the weight, and by how much its variance has fallen
        }
    }

    /// Bytes per slot that the learner needs.
    public var slotBytes: Int {
        switch self {
        case .ftrl, .ekf: 8
        case .portfolio: 64
        }
    }
}
