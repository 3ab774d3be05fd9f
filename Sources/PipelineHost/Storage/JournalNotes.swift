// Files of lines beside a journal that name its records, and may have outlived it.

import Glibc
import Journal
import Logging

/// A file of JSON lines beside a journal, each of which begins with the number of a record of it.
struct JournalNotes {
    let path: String
    /// What stands before the number.
    let prefix: String

    private static let maximumBytes = 1 << 30

    /// The number in a line; `nil` for a line that is none of these.
    func number(in line: ArraySlice<UInt8>) -> UInt64? {
        guard line.starts(with: prefix.utf8) else { return nil }
        let digits = line.dropFirst(prefix.utf8.count).prefix { (0x30...0x39).contains($0) }
        return UInt64(String(decoding: digits, as: UTF8.self))
    }

    /// The numbers of all whole lines, in their order; none where there is no file.
    func numbers() throws -> [UInt64] {
        guard access(path, F_OK) == 0 || errno != ENOENT else { return [] }
        let bytes = try readFile(path, maximumBytes: JournalNotes.maximumBytes)
        let end = bytes.lastIndex(of: 0x0A) ?? 0
        return bytes[..<end].split(separator: 0x0A).compactMap(number)
    }

    /// Moves the file aside if it names a record that the journal does not have: it is of another journal, or of a part
    /// that was lost, and what it says of these numbers would be taken for this journal's.
    ///
    /// - Throws: a file that cannot be read or renamed.
    func setAsideIfForeign(to journal: some JournalReading, logger: Logger) throws {
        let end = try journal.endSequence
        guard let beyond = try numbers().first(where: { $0 >= end }) else { return }
        let aside = path + ".foreign"
        guard rename(path, aside) == 0 else { throw DurableFile.failure("rename", path) }
        logger.warning(
            "notes of another journal are set aside",
            metadata: ["file": "\(aside)", "why": "record \(beyond) is named, the journal ends at \(end)"])
    }
}
