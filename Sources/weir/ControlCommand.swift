// `weir control`: an operator's word to a running learner.

import ArgumentParser
import PipelineHost
import ScoringRecords
import ZeroMQ

struct ControlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "control",
        abstract: "Freeze or thaw a running learner.",
        discussion: """
            While learning is frozen, events are scored, joined and judged, and no head learns. The command is a record \
            of the journal: a refold, a restart and every monitor follow it.
            """)

    @Argument(help: "What to do: freeze or thaw.")
    var command: ControlWord

    @OptionGroup var configurationFile: ConfigurationOption

    func run() throws {
        try reportingErrors {
            let configuration = try configurationFile.load()
            let sequence = try ControlClient.send(
                command.control, to: configuration.endpoints.journal.description, context: try Context())
            print("\(command.rawValue): durable as record \(sequence)")
        }
    }
}

/// The commands as words.
enum ControlWord: String, ExpressibleByArgument, CaseIterable {
    case freeze, thaw

    var control: LearningControl {
        switch self {
        case .freeze: .freeze
        case .thaw: .thaw
        }
    }
}
