// `weir top`: what a monitor knows, on the terminal, live.

import ArgumentParser
import Glibc
import PipelineHost
import PipelineRoles
import ZeroMQ

struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show verdicts, rates and alarms live.",
        discussion: """
            Follows a learner's journal from its beginning like a monitor and can never slow anybody down. On a terminal \
            it draws itself anew every second in whatever size the terminal has; elsewhere it prints one block after \
            another, without control characters. It ends with SIGINT, SIGTERM, or after --count pictures.
            """)

    @OptionGroup var configurationFile: ConfigurationOption

    @Option(name: .long, help: "End after so many pictures; 0 for never.")
    var count = 0

    @OptionGroup var log: LogOption

    func validate() throws {
        guard count >= 0 else { throw ValidationError("--count takes 0 or more") }
    }

    func run() throws {
        try reportingErrors {
            let configuration = try configurationFile.load()
            let stop = try stopOnSignal()
            let board = ViewBoard()
            let settings = log.logger("weir.top", standard: .error)
            let thread = try OSThread(name: "weir-monitor") {
                var host = MonitorHost(
                    context: try Context(), tail: configuration.endpoints.tail.description, stop: stop,
                    logger: settings)
                host.observers = [
                    try ViewPublisher(board: board, name: configuration.name, flagging: configuration.flagging)
                ]
                try host.run(
                    CalibrationMonitor(
                        fold: MonitorFold(
                            specification: configuration.specification,
                            specificationDigest: configuration.specification.digest,
                            settings: configuration.monitor.settings)))
            }
            let screen = Screen()
            var drawn = 0
            var last: UInt64 = 0
            while !stop.isRaised, !thread.hasEnded {
                if let (number, view) = board.current, number != last {
                    last = number
                    screen.draw(view)
                    drawn += 1
                    if drawn == count { stop.raise() }
                }
                stop.wait(milliseconds: 100)
            }
            stop.raise()
            screen.end()
            try thread.join()
        }
    }
}

/// Standard output as a screen, or as a roll of paper where it is no terminal.
private struct Screen {
    private let isTerminal = isatty(STDOUT_FILENO) == 1

    func draw(_ view: MonitorView) {
        guard isTerminal else {
            write(view.lines(width: .max, height: .max).joined(separator: "\n") + "\n\n")
            return
        }
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let lines = view.lines(
            width: isKnown ? Int(size.ws_col) : 80, height: isKnown ? max(1, Int(size.ws_row) - 1) : 24)
        // Home, every line cleared to its end, everything below cleared, no cursor.
        write("\u{1B}[?25l\u{1B}[H" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
    }

    func end() { if isTerminal { write("\u{1B}[?25h") } }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            guard written > 0 else { return }
            offset += written
        }
    }
}
