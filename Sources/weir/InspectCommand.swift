// `weir inspect`: what lies on disk, without changing it.

import ArgumentParser
import PipelineHost
import ScoringRecords

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a journal and the files beside it hold.",
        subcommands: [
            InspectJournalCommand.self, InspectModelCommand.self, InspectJoinerCommand.self,
            InspectQuarantineCommand.self,
        ])
}

/// How an inspection is printed.
enum InspectionFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

struct InspectJournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Check a journal's frames and say what is in them.",
        discussion: """
            Reads beside a learner that may be running. --records lists the records instead, one JSON object a line, \
            without features and scores.
            """)

    @OptionGroup var source: JournalOption

    @Option(name: .long, help: "The summary's format: text or json.")
    var format = InspectionFormat.text

    @Flag(name: .long, help: "List records.")
    var records = false

    @Option(name: .long, help: ArgumentHelp("The first record to list.", valueName: "sequence"))
    var from: UInt64?

    @Option(name: .long, help: ArgumentHelp("The record to stop before.", valueName: "sequence"))
    var to: UInt64?

    func validate() throws {
        guard records || (from == nil && to == nil) else { throw ValidationError("--from and --to need --records") }
    }

    func run() throws {
        try reportingErrors {
            let path = try source.path()
            if records {
                try JournalInspection.records(path: path, from: from, to: to) { lines in
                    try lines.withUnsafeBytes { try OutputFile.standardOutput.write($0) }
                }
                return
            }
            let inspection = try JournalInspection(path: path)
            print(format == .json ? inspection.json : inspection.text, terminator: "")
        }
    }
}

struct InspectModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Show what the model has learned: its heaviest features, by name.",
        discussion: """
            Takes the newest checkpoint and folds what came after it, beside a learner that may be running. A model knows \
            slots, not names: numbers, buckets and missing values are named by the configuration, values of fields that \
            the monitor slices by from the journal, and others from a recording of the stream.
            """)

    @OptionGroup var source: JournalOption

    @Option(name: .long, help: ArgumentHelp("Only this head.", valueName: "name"))
    var head: String?

    @Option(name: .long, help: ArgumentHelp("How many features of each output are listed.", valueName: "count"))
    var top = 20

    @Option(
        name: .long,
        help: ArgumentHelp("A recorded stream whose values are names: .csv, .tsv, .jsonl, .ndjson.", valueName: "file"))
    var names: String?

    @Option(name: .long, help: "The summary's format: text or json.")
    var format = InspectionFormat.text

    @OptionGroup var log: LogOption

    func validate() throws {
        guard (0...100_000).contains(top) else { throw ValidationError("--top must lie from 0 to 100000") }
    }

    func run() throws {
        try reportingErrors {
            let (path, configuration) = try source.load()
            let inspection = try ModelInspection(
                path: path, configuration: configuration, head: head, count: top, recording: names,
                logger: log.logger("weir.inspect", standard: .warning))
            print(format == .json ? inspection.json : inspection.text, terminator: "")
        }
    }
}

struct InspectJoinerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "joiner",
        abstract: "Show what waits for labels, and how far event time has come.",
        discussion: "Takes the newest checkpoint and folds what came after it, beside a learner that may be running.")

    @OptionGroup var source: JournalOption

    @Option(name: .long, help: "The summary's format: text or json.")
    var format = InspectionFormat.text

    @OptionGroup var log: LogOption

    func run() throws {
        try reportingErrors {
            let (path, configuration) = try source.load()
            let inspection = try JoinerInspection(
                path: path, specification: configuration.specification,
                logger: log.logger("weir.inspect", standard: .warning))
            print(format == .json ? inspection.json : inspection.text, terminator: "")
        }
    }
}

struct InspectQuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "List the records that had no effect, and why.",
        discussion: "With --format json each line is the entry as it stands in the file.")

    @OptionGroup var source: JournalOption

    @Option(name: .long, help: ArgumentHelp("Only entries with this code.", valueName: "code"))
    var reason: String?

    @Option(name: .long, help: "The list's format: text or json.")
    var format = InspectionFormat.text

    func validate() throws { _ = try RejectionReason(code: reason) }

    func run() throws {
        try reportingErrors {
            let listing = try QuarantineListing(
                journalPath: try source.path(), reason: try RejectionReason(code: reason))
            print(format == .json ? listing.json : listing.text, terminator: "")
        }
    }
}

extension RejectionReason {
    /// The reason of a code given on the command line; `nil` for none.
    init?(code: String?) throws {
        guard let code else { return nil }
        guard let reason = RejectionReason.allCases.first(where: { $0.code == code }) else {
            throw ValidationError("there is no reason '\(code)': see PROTOCOL.md, section 4")
        }
        self = reason
    }
}
