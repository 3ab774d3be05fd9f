// `weir check-config`: what a configuration means, or what is wrong with it.

import ArgumentParser
import PipelineHost

struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Explain a configuration, or name line, key and remedy of every mistake.",
        discussion: "Exit code 0 for a usable configuration, 78 for a broken one.")

    @OptionGroup var configurationFile: ConfigurationOption

    func run() throws {
        try reportingErrors { print(try configurationFile.load().explanation(), terminator: "") }
    }
}
