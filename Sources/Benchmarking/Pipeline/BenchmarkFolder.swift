// A folder that lives as long as a measurement, with a journal in it.

import Glibc
import PipelineHost

/// A fresh folder; removed with the journal in it, and what lies beside that, when nobody holds it any more.
final class BenchmarkFolder: Sendable {
    let path: String
    /// Where the journal goes.
    let journalPath: String

    init(in parent: String) throws {
        var pattern = Array("\(parent)/weir-bench-XXXXXX".utf8CString)
        guard let made = mkdtemp(&pattern) else {
            throw HostError(.system, "no folder can be made in \(parent)", remedy: "name another one with --folder")
        }
        path = String(cString: made)
        journalPath = path + "/bench.journal"
    }

    deinit {
        for suffix in ["", "-wal", "-shm", ".lock", ".quarantine.jsonl"] { unlink(journalPath + suffix) }
        removeCheckpoints()
        rmdir(path)
    }

    /// Removes the journal's checkpoints.
    func removeCheckpoints() {
        let checkpoints = journalPath + ".checkpoints"
        if let directory = opendir(checkpoints) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(checkpoints)/\(name)")
            }
            closedir(directory)
        }
        rmdir(checkpoints)
    }
}
