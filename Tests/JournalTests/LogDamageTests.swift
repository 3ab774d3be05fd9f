// Damage to the write-ahead log. SQLite drops a commit whose log is damaged, and all after it, without a word: what is
// left must be whole commits, and who remembers the end must be told.

import Foundation
import Journal
import Testing

@Suite("A journal with a damaged log")
struct LogDamageTests {
    private let live: TemporaryDirectory
    private let copy: TemporaryDirectory
    private let journal: SQLiteJournal
    private let commits: [[JournalFrame]]
    private let log: Data

    init() throws {
        live = try TemporaryDirectory()
        copy = try TemporaryDirectory()
        journal = try SQLiteJournal(path: live.file())
        commits = [
            makeFrames(counts: [3]), makeFrames(from: 3, counts: [7], firstWriterSequence: 1, payloadBytes: 6000),
            makeFrames(from: 10, counts: [2], firstWriterSequence: 2),
        ]
        for frames in commits { try journal.append(frames) }
        log = try Data(contentsOf: URL(fileURLWithPath: live.file() + "-wal"))
        // Reading never moves the log into the database: one copy serves all damage.
        try FileManager.default.copyItem(atPath: live.file(), toPath: copy.file())
    }

    /// What can be read with this log beside the database, if anything.
    private func open(withLog log: Data) throws -> [JournalFrame]? {
        let path = copy.file()
        try? FileManager.default.removeItem(atPath: path + "-shm")
        try log.write(to: URL(fileURLWithPath: path + "-wal"))
        do throws(JournalError) {
            let reader = try SQLiteJournalReader(path: path)
            try reader.verify()
            return try reader.frames(from: 0, maximumBytes: .max)
        } catch { return nil }
    }

    /// The ends at which a commit ended.
    private var borders: Set<UInt64> { [0, 3, 10, 12] }

    private func check(_ damaged: Data, _ name: String) throws {
        // Without memory of the end: some first commits, whole, or a refusal.
        let frames = try open(withLog: damaged)
        if let frames {
            #expect(frames == Array(commits.joined().prefix(frames.count)), "\(name): read something else")
            #expect(borders.contains(frames.last?.endSequence ?? 0), "\(name): half a commit")
        }
        // With it: everything, or a refusal.
        let path = copy.file()
        do throws(JournalError) {
            let reader = try SQLiteJournalReader(path: path, expectingAtLeast: 12)
            #expect(try reader.verify().endSequence == 12)
            #expect(frames?.count == 3, "\(name)")
        } catch { #expect(frames?.count != 3, "\(name): \(error)") }
    }

    @Test("keeps whole commits in order or is refused, whichever bit of the log was flipped")
    func flips() throws {
        var generator = SeededGenerator()
        try check(log, "the log as it is")
        let frameBytes = 24 + 4096
        for offset in 0..<log.count {
            // Every bit of the headers of the log and of its frames, one bit of every 32nd byte of the pages.
            let isHeader = offset < 32 || (offset - 32) % frameBytes < 24
            let bits = isHeader ? Array(0..<8) : offset % 32 == 0 ? [Int.random(in: 0..<8, using: &generator)] : []
            for bit in bits {
                var damaged = log
                damaged[offset] ^= 1 << UInt8(bit)
                try check(damaged, "bit \(bit) of byte \(offset)")
            }
        }
    }

    @Test("keeps whole commits in order or is refused, wherever the log was cut")
    func cuts() throws {
        for length in stride(from: 0, to: log.count, by: 211) { try check(log.prefix(length), "\(length) bytes") }
    }

    @Test("is not opened to write from an end that was reached, and its log stays as evidence")
    func evidence() throws {
        var damaged = log
        damaged[log.count / 2] ^= 1
        _ = try open(withLog: damaged)
        #expect(code { _ = try SQLiteJournal(path: copy.file(), expectingAtLeast: 12) } == .tailLost)
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy.file() + "-wal")) == damaged)
    }
}
