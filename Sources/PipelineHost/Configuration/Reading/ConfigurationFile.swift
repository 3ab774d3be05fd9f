// From a path to text: the system calls under `Configuration.load`. Not for streams, which StreamFiles reads.

import Glibc

/// Reads a small text file whole.
enum ConfigurationFile {
    /// The text of the file at `path`; `nil` after noting why there is none.
    static func text(path: String, findings: Findings) -> String? {
        func refuse(line: Int? = nil, _ message: String, remedy: String) {
            findings.refuse(ConfigurationIssue(line: line, key: "", message: message, remedy: remedy))
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT {
                refuse("there is no such file", remedy: "check the path, or write the file; Docs has an example")
            } else {
                refuse("the file cannot be opened: \(text(of: code))", remedy: "check the file's permissions")
            }
            return nil
        }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            refuse("this is a directory", remedy: "name the configuration file in it")
            return nil
        }
        guard let bytes = contents(descriptor) else {
            refuse("the file cannot be read: \(text(of: errno))", remedy: "check the disk")
            return nil
        }
        // One byte more than allowed was asked for, so a larger file shows without being read.
        guard bytes.count <= ConfigurationLimits.fileBytes else {
            refuse(YAMLDocument.tooLarge.message, remedy: YAMLDocument.tooLarge.remedy)
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
            refuse(line: bad.map { $0 + 1 }, "the file is not UTF-8", remedy: "save it with the encoding UTF-8")
            return nil
        }
        return text
    }

    private static func contents(_ descriptor: Int32) -> [UInt8]? {
        let most = ConfigurationLimits.fileBytes + 1
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            while count < most {
                // The rest of the buffer: `count` bytes of it are filled.
                let read = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, most - count)
                if read < 0, errno == EINTR { continue }
                failed = read < 0
                if read <= 0 { break }
                count += read
            }
        }
        return failed ? nil : bytes
    }

    private static func text(of code: Int32) -> String {
        // strerror never returns NULL on Linux; the buffer is copied at once.
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
