// A directory of its own for each test, gone with the object.

import Foundation

final class TemporaryDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/weir-journal-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in the directory.
    func file(_ name: String = "journal.db") -> String { path + "/" + name }

    /// Copies the journal's database and log, as a power cut might leave them while the writer runs.
    func copy(of other: TemporaryDirectory) throws {
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: other.file() + suffix, toPath: file() + suffix)
        }
    }

    func permissions(of name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file(name))[.posixPermissions] as? Int
    }
}
