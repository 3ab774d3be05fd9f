// The system calls under `InputFile`: open, size, read, close. Not for decoding, and not public.

import Glibc

/// An open descriptor that counts what it has read and turns `errno` into errors.
final class FileDescriptor {
    /// The name errors are reported under.
    let name: String

    /// Size at opening time; `nil` for standard input and for whatever is not a regular file.
    let totalBytes: Int?

    /// Bytes the system has handed over so far.
    private(set) var bytesRead = 0

    private let descriptor: Int32

    /// Takes standard input, or opens `path`.
    init(path: String) throws(StreamFileError) {
        if path == InputFile.standardInput {
            name = "standard input"
            descriptor = STDIN_FILENO
            totalBytes = nil
            return
        }
        name = path
        descriptor = try Self.open(path)
        // From here on a throw must close, and `deinit` does not run for a class that is not whole
        // yet; hence the size is found without throwing and judged after the last assignment.
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        let kind = status.st_mode & S_IFMT
        totalBytes = isKnown && kind == S_IFREG ? Int(status.st_size) : nil
        if isKnown && kind == S_IFDIR {
            throw StreamFileError(
                .isDirectory, "this is a directory", remedy: "name a file in it", file: path)
        }
    }

    deinit {
        if descriptor != STDIN_FILENO { _ = close(descriptor) }
    }

    /// Reads at most `buffer.count` bytes; 0 means the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(StreamFileError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 {
                bytesRead += count
                return count
            }
            let reason = errno
            // A signal (a terminal resized, a profiler's tick) is no property of the file.
            if reason == EINTR { continue }
            throw StreamFileError(
                .readFailed, "reading failed: \(String(cString: strerror(reason)))",
                remedy: "check the disk or the program that feeds it", file: name, byteOffset: bytesRead)
        }
    }

    private static func open(_ path: String) throws(StreamFileError) -> Int32 {
        while true {
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
            if descriptor >= 0 { return descriptor }
            let reason = errno
            // Opening a FIFO waits for its writer, and a signal may interrupt that wait.
            if reason == EINTR { continue }
            if reason == ENOENT {
                throw StreamFileError(
                    .notFound, "there is no such file", remedy: "check the path", file: path)
            }
            throw StreamFileError(
                .openFailed, "cannot open: \(String(cString: strerror(reason)))",
                remedy: "check the path and its permissions", file: path)
        }
    }
}
