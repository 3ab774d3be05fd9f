// A file that a command writes, block by block.

import Glibc
import PipelineHost

/// An open file, closed with its last reference.
final class OutputFile {
    /// The process's standard output.
    static var standardOutput: OutputFile {
        OutputFile(descriptor: STDOUT_FILENO, path: "standard output", closes: false)
    }

    private let descriptor: Int32
    private let path: String
    private let closes: Bool

    private init(descriptor: Int32, path: String, closes: Bool) {
        self.descriptor = descriptor
        self.path = path
        self.closes = closes
    }

    /// Creates `path`, or empties what is there.
    convenience init(creating path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw HostError(
                .system, "cannot create \(path): \(String(cString: strerror(errno)))",
                remedy: "check the folder and its permissions")
        }
        self.init(descriptor: descriptor, path: path, closes: true)
    }

    deinit {
        if closes { close(descriptor) }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let block = UnsafeRawBufferPointer(rebasing: rest)
            let count = Glibc.write(descriptor, block.baseAddress, block.count)
            guard count >= 0 || errno == EINTR else {
                throw HostError(
                    .system, "cannot write to \(path): \(String(cString: strerror(errno)))",
                    remedy: "make room, or name another file")
            }
            rest = rest.dropFirst(max(count, 0))
        }
    }
}
