// A progress bar on standard error, drawn only where a person is looking.

import Glibc
import Synchronization

/// One line that rewrites itself at most ten times a second.
final class ProgressBar: Sendable {
    private static let width = 40
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let lastDrawn = Mutex(0)

    func update(_ share: Double?, _ records: UInt64) {
        guard isTerminal else { return }
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let tenth = Int(time.tv_sec) * 10 + Int(time.tv_nsec) / 100_000_000
        let due = lastDrawn.withLock { last in
            defer { last = tenth }
            return last != tenth
        }
        guard due else { return }
        guard let share else {
            writeError("\r\(records) records")
            return
        }
        let filled = Int((share * Double(ProgressBar.width)).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: ProgressBar.width - filled)
        writeError("\r\(bar) \(Int(share * 100)) % \(records) records")
    }

    func finish() {
        if isTerminal { writeError("\r\u{1B}[K") }
    }
}
