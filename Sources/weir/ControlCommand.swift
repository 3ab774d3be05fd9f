// `weir control`: an operator's word to a running learner.

import ArgumentParser
import PipelineHost
import ScoringRecords
import ZeroMQ

struct ControlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "control",
        abstract: "Freeze or thaw a running learner, take an earlier model back, or reset event time.",
        discussion: """
            While learning is frozen, events are scored, joined and judged, and no head learns. A rollback replaces the \
            model by that of a checkpoint; what was learned since is forgotten, and events that wait for labels go on \
            waiting. `weir inspect journal` lists the checkpoints. After a clock that ran ahead, reset-time lets event time \
            start afresh from what workers say next; restart those whose clock it was. The command is a record of the journal: a refold, a \
            restart and every monitor follow it.
            """)

    @Argument(help: "What to do: freeze, thaw, rollback or reset-time.")
    var command: ControlWord

    @Option(
        name: .long,
        help: ArgumentHelp("The checkpoint to roll back to: how many records it has folded.", valueName: "records"))
    var to: UInt64?

    @OptionGroup var configurationFile: ConfigurationOption

    func validate() throws {
        guard (command == .rollback) == (to != nil) else {
            throw ValidationError(to == nil ? "rollback needs --to" : "--to is for rollback alone")
        }
    }

    func run() throws {
        try reportingErrors {
            let learner = try configurationFile.load().endpoints.journal.description
            let context = try Context()
            let sequence =
                switch command {
                case .freeze: try ControlClient.send(.freeze, to: learner, context: context)
                case .thaw: try ControlClient.send(.thaw, to: learner, context: context)
                case .resetTime: try ControlClient.send(.resetTime, to: learner, context: context)
                case .rollback: try ControlClient.rollBack(to: to ?? 0, at: learner, context: context)
                }
            print("\(command.rawValue): durable as record \(sequence)")
        }
    }
}

/// The commands as words.
enum ControlWord: String, ExpressibleByArgument, CaseIterable {
    case freeze, thaw, rollback
    case resetTime = "reset-time"
}
