// The executable: subcommands parse their words, load the configuration and call the host. Nothing is computed here.

import ArgumentParser
import PipelineHost

/// The `weir` command.
@main
struct Weir: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir",
        abstract: "Streaming fraud and click scoring whose probabilities stay true.",
        discussion: """
            Workers score events over ZeroMQ with an online logistic model, a learner learns from each label as its \
            window closes, a monitor holds served probabilities against what happened.

            Exit codes: 0 done, 1 a finding (digests differ, a check failed), 64 wrong usage, 65 unusable input data, \
            69 a peer does not answer, 70 a bug, 74 a file or socket cannot be used, 78 the configuration is wrong.
            """,
        version: "weir \(weirVersion)",
        subcommands: [
            RunCommand.self, ScoreCommand.self, LearnCommand.self, MonitorCommand.self, ReplayCommand.self,
            EvaluateCommand.self,
            SimulateCommand.self, VerifyCommand.self, InspectCommand.self, RequeueCommand.self, ControlCommand.self,
            CheckConfigCommand.self, CheckCommand.self, TopCommand.self, BenchCommand.self,
        ])
}
