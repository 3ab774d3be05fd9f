// What every subcommand shares: the configuration file, the log, exit codes.

import ArgumentParser
import Glibc
import Journal
import Logging
import PipelineHost
import StreamFiles
import ZeroMQ

/// The configuration file.
struct ConfigurationOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The deployment's YAML file.", valueName: "file"))
    var config: String

    /// Reads the file; a broken one ends the command with exit code 78.
    func load() throws -> Configuration { try Configuration.load(path: config) }
}

/// A journal and, where it was not recorded in it, its configuration.
struct JournalOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The deployment's YAML file; by default the text kept in the journal.", valueName: "file"))
    var config: String?

    @Option(name: .long, help: ArgumentHelp("The journal; replaces journal.path.", valueName: "path"))
    var journal: String?

    func validate() throws {
        guard config != nil || journal != nil else { throw ValidationError("give --journal, --config or both") }
    }

    /// The journal's path alone.
    func path() throws -> String {
        if let journal { return journal }
        // `validate` has seen to it that one of the two is there.
        return try Configuration.load(path: config ?? "").journal.path
    }

    /// The journal's path and the configuration to read it by.
    func load() throws -> (path: String, configuration: Configuration) {
        if let config {
            let configuration = try Configuration.load(path: config)
            return (journal ?? configuration.journal.path, configuration)
        }
        // `validate` has seen to it that one of the two is there.
        let path = journal ?? ""
        return (path, try JournalReplay.configuration(journalPath: path))
    }
}

/// How much is logged to standard error.
struct LogOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The least level to log.", valueName: "level"))
    var logLevel: LogLevel?

    /// Starts logging; `standard` is used where no level was asked for.
    func logger(_ label: String, standard: Logger.Level = .info) -> Logger {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: label)
        logger.logLevel = logLevel?.level ?? standard
        return logger
    }
}

/// The levels a person may ask for.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug, info, notice, warning, error

    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}

/// How a report is printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json

    func render(_ report: PipelineReport) -> String {
        switch self {
        case .text: report.text
        case .json: report.json
        }
    }
}

/// Runs a command's body and turns its errors into a message and an exit code.
func reportingErrors(_ body: () throws -> Void) throws {
    do { try body() } catch let error as ExitCode {
        throw error
    } catch {
        let (message, code) = describe(error)
        writeError("weir: \(message)\n")
        throw ExitCode(code)
    }
}

private func describe(_ error: any Error) -> (String, Int32) {
    switch error {
    case let error as HostError: (error.description, error.code.rawValue)
    case let error as ConfigurationError: (error.description, HostError.Code.configuration.rawValue)
    case let error as SettingError:
        ("\(error.message)\nRemedy: \(error.remedy)", HostError.Code.configuration.rawValue)
    case let error as StreamFileError: ("\(error)", exitCode(of: error).rawValue)
    case let error as JournalError: ("\(error)", exitCode(of: error).rawValue)
    case let error as ZeroMQError: ("\(error)", HostError.Code.system.rawValue)
    default: ("\(error)", HostError.Code.system.rawValue)
    }
}

// What is in a file is data; that it cannot be opened or read is the system's affair.
private func exitCode(of error: StreamFileError) -> HostError.Code {
    switch error.code {
    case .notFound, .isDirectory, .openFailed, .readFailed: .system
    default: .data
    }
}

private func exitCode(of error: JournalError) -> HostError.Code {
    switch error.code {
    case .damaged, .tailLost, .pruned, .beyondEnd, .notADatabase, .notAJournal, .unknownFormat: .data
    default: .system
    }
}

/// Writes to standard error, whole lines only.
func writeError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// A flag that the first SIGTERM or SIGINT raises; the second one ends the process at once.
func stopOnSignal() throws -> StopFlag {
    let flag = try StopFlag()
    try Signals.onStop { count in
        if count > 1 {
            writeError("weir: stopped at once by a second signal\n")
            _exit(130)
        }
        flag.raise()
    }
    return flag
}
