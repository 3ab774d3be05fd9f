// A program of the operator's, started for one alarm.

import Glibc
import ScoringRecords

/// Runs `monitor.alarm.command`. Blocks its thread, for a limited time.
struct AlarmCommand: Sendable {
    let command: MonitorConfiguration.Command

    private static let outputLimit = 400

    /// Starts the program, writes `input` to its standard input, and waits until it has closed its output and ended.
    ///
    /// - Returns: what went wrong; `nil` where it ended with 0. A program beyond its time is killed with its group, also
    ///   where it has closed its output long before, and where it has ended and left its output to a child.
    func run(_ input: [UInt8]) -> String? {
        let deadline = MonotonicDeadline(after: command.timeLimit)
        guard let inbound = AlarmCommand.pipe() else { return "no pipe: \(text(errno))" }
        guard let outbound = AlarmCommand.pipe() else {
            for descriptor in inbound { close(descriptor) }
            return "no pipe: \(text(errno))"
        }
        var process = pid_t()
        let status = spawn(&process, stdin: inbound[0], output: outbound[1])
        close(inbound[0])
        close(outbound[1])
        defer { close(outbound[0]) }
        guard status == 0 else {
            close(inbound[1])
            return "\(command.words[0]) cannot be started: \(text(status))"
        }
        write(input, to: inbound[1], deadline)
        close(inbound[1])
        let (output, isClosed) = read(outbound[0], deadline)
        guard isClosed, let code = end(of: process, deadline) else {
            // The process is still there or not yet waited for, so the number is its group's and nobody else's.
            kill(-process, SIGKILL)
            while waitpid(process, nil, 0) < 0, errno == EINTR {}
            return "\(command.words[0]) took longer than its time limit and was killed"
        }
        return code == 0 ? nil : "\(command.words[0]) failed (wait status \(code)): \(output)"
    }

    // What the program does not get by name it does not get at all.
    private static func pipe() -> [Int32]? {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return ends
    }

    private func spawn(_ process: inout pid_t, stdin: Int32, output: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This process blocks and ignores signals for itself; the program gets them as programs expect them.
        var (none, pipeSignal) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &pipeSignal)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = command.words.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        return posix_spawn(&process, command.words[0], &actions, &attributes, &words, environ)
    }

    // A program need not read all of it, or any.
    private func write(_ bytes: [UInt8], to descriptor: Int32, _ deadline: MonotonicDeadline) {
        // A pipe takes 64 KiB without a reader and an alarm has less, so a blocking write cannot hang for long.
        var offset = 0
        while offset < bytes.count, deadline.wait(descriptor, Int16(POLLOUT)) {
            let part = min(bytes.count - offset, Int(PIPE_BUF))
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + offset }, part) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            offset += written
        }
    }

    // The output's end is mostly the program's end: it may close it before, or leave it to a child.
    private func read(_ descriptor: Int32, _ deadline: MonotonicDeadline) -> (output: String, isClosed: Bool) {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while deadline.wait(descriptor, Int16(POLLIN)) {
            let got = Glibc.read(descriptor, &buffer, buffer.count)
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return (String(decoding: output, as: UTF8.self), true) }
            output += buffer[..<got].prefix(AlarmCommand.outputLimit - output.count)
        }
        return (String(decoding: output, as: UTF8.self), false)
    }

    private static let longestNap: Int32 = 50

    // The wait status of a process that has closed its output and mostly ends now; `nil` when the time is up.
    private func end(of process: pid_t, _ deadline: MonotonicDeadline) -> Int32? {
        var nap: Int32 = 1
        while true {
            var code: Int32 = 0
            let ended = waitpid(process, &code, WNOHANG)
            if ended == process { return code }
            if ended < 0, errno != EINTR { return nil }
            let left = deadline.millisecondsLeft
            guard left > 0 else { return nil }
            _ = poll(nil, 0, min(nap, left))
            nap = min(nap * 2, AlarmCommand.longestNap)
        }
    }

    private func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
