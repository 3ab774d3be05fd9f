// What a seed does to a simulated pipeline: how bad the network is, who crashes, how everybody is configured.

import PipelineRoles

/// What a seed does to a run.
struct SimulatedWeather {
    var loss: Double
    var duplication: Double
    /// The longest a message is under way, in tenths of a second.
    var delay: Int
    /// Whether a link keeps its order, as a connection does between two losses.
    var keepsOrder: Bool
    var slowestCommit: Int
    /// Between two steps, per tick.
    var learnerCrash: Double
    var workerCrash: Double
    var monitorCrash: Double
    /// In the middle of what a step asked for: the first outputs are done, the others never.
    var stepCrash: Double
    var partition: Double
    /// The share of crashes of the learner in which the disk loses durable frames as well.
    var tailLoss: Double
    /// An operator freezes or thaws learning.
    var control: Double

    let workers: Int
    let spoolFull: SpoolPolicy
    let acknowledgement: ScoreAcknowledgement

    init(_ random: inout SeededGenerator) {
        loss = random.pick([0, 0.02, 0.2])
        duplication = random.pick([0, 0.1])
        delay = random.pick([0, 3, 12])
        keepsOrder = random.chance(0.7)
        slowestCommit = random.pick([1, 5, 30])
        learnerCrash = random.pick([0, 0.01])
        workerCrash = random.pick([0, 0.003])
        monitorCrash = random.pick([0, 0.01])
        stepCrash = random.pick([0, 0, 0.001])
        partition = random.pick([0, 0.004])
        tailLoss = random.pick([0, 0, 0, 0.5])
        control = random.pick([0, 0.02])
        workers = 1 + random.below(4)
        spoolFull = random.pick([.refuse, .shed])
        acknowledgement = random.pick([.scored, .durable])
    }

    /// Nothing goes wrong any more.
    mutating func clear() {
        (loss, duplication, delay) = (0, 0, 0)
        (learnerCrash, workerCrash, monitorCrash, stepCrash, partition, tailLoss) = (0, 0, 0, 0, 0, 0)
        control = 0
    }
}
