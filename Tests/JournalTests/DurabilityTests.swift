// What survives closing, and what another connection sees meanwhile.

import Foundation
import Journal
import Testing

@Suite("An SQLite journal on disk")
struct DurabilityTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ frames: [JournalFrame]) throws {
        let journal = try SQLiteJournal(path: directory.file())
        try journal.append(frames)
        try journal.setMetadata("epoch", to: [4, 2])
    }

    @Test("keeps frames, writers and notes over closing, and goes on where it ended")
    func reopen() throws {
        let frames = makeFrames(counts: [3, 4], writer: 1 << 63, firstWriterSequence: 20)
        try write(frames)
        let journal = try SQLiteJournal(path: directory.file(), expectingAtLeast: 7)
        #expect(try journal.frames(from: 0, maximumBytes: .max) == frames)
        #expect(try journal.lastWriterSequence(of: 1 << 63) == 21)
        #expect(try journal.lastWriterSequence(of: 1) == nil)
        #expect(try journal.metadata("epoch") == [4, 2])
        let more = makeFrames(from: 7, counts: [1], writer: 2)
        try journal.append(more)
        #expect(try journal.writers().map(\.writer) == [2, 1 << 63])
        #expect(try journal.frames(from: 0, maximumBytes: .max) == frames + more)
        #expect(try journal.verify().recordCount == 8)
    }

    @Test("what was appended is on disk before the journal is closed, as after a kill")
    func killed() throws {
        let journal = try SQLiteJournal(path: directory.file())
        try journal.append(makeFrames(counts: [1, 2]))
        let copy = try TemporaryDirectory()
        try copy.copy(of: directory)
        #expect(try SQLiteJournal(path: copy.file(), expectingAtLeast: 3).verify().recordCount == 3)
        #expect(journal.endSequence == 3)
    }

    @Test("a reader sees committed frames only, while the writer is open")
    func readerBesideWriter() throws {
        let journal = try SQLiteJournal(path: directory.file())
        let reader = try SQLiteJournalReader(path: directory.file())
        #expect(try reader.endSequence == 0)
        let frames = makeFrames(counts: [2, 2])
        try journal.append(frames)
        #expect(try reader.endSequence == 4)
        var refused = makeFrames(from: 4, counts: [1, 1], firstWriterSequence: 2)
        refused[1].writerSequence = 0
        #expect(code { try journal.append(refused) } == .duplicateFrame)
        let shell = try RawDatabase(directory.file())
        try shell.execute("BEGIN IMMEDIATE; INSERT INTO frame VALUES (4, 1, 0, 0, 0, 0, x'00')")
        #expect(try reader.endSequence == 4)
        #expect(try reader.frames(from: 0, maximumBytes: .max) == frames)
        #expect(try reader.writers() == [WriterPosition(writer: 7, lastSequence: 1)])
        #expect(try reader.lastWriterSequence(of: 7) == 1)
        try shell.execute("ROLLBACK")
        try journal.setMetadata("epoch", to: [1])
        #expect(try reader.metadata("epoch") == [1])
        #expect(try reader.verify().recordCount == 4)
    }

    @Test("a reader verifies while a writer appends on another thread")
    func verifyBesideWriter() throws {
        let path = directory.file()
        try SQLiteJournal(path: path).append(makeFrames(counts: [1]))
        let reader = try SQLiteJournalReader(path: path)
        let finished = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            defer { finished.signal() }
            guard let journal = try? SQLiteJournal(path: path) else { return }
            for index in 1...200 as ClosedRange<UInt64> {
                try? journal.append(
                    makeFrames(from: index, counts: [1], firstWriterSequence: index, payloadBytes: 9000))
            }
        }
        while finished.wait(timeout: .now()) == .timedOut { try reader.verify() }
        #expect(try reader.verify().recordCount == 201)
    }

    @Test("a second writer is refused and told who has it; a reader is not; the first goes on")
    func secondWriter() throws {
        var journal: SQLiteJournal? = try SQLiteJournal(path: directory.file())
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("alias.db"), withDestinationPath: directory.file())
        for name in ["journal.db", "alias.db"] {
            let error = #expect(throws: JournalError.self) { try SQLiteJournal(path: directory.file(name)) }
            #expect(error?.code == .locked)
            #expect(error?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
        }
        _ = try SQLiteJournalReader(path: directory.file("alias.db"))
        try journal?.append(makeFrames(counts: [1]))
        journal = nil
        #expect(try SQLiteJournal(path: directory.file()).endSequence == 1)
    }

    @Test("a full file refuses the append, loses nothing, and takes smaller ones later")
    func full() throws {
        let journal = try SQLiteJournal(path: directory.file(), maximumFileBytes: 256 << 10)
        try journal.append(makeFrames(counts: [1], payloadBytes: 64 << 10))
        let large = makeFrames(from: 1, counts: [1, 1, 1, 1], firstWriterSequence: 1, payloadBytes: 64 << 10)
        let error = #expect(throws: JournalError.self) { try journal.append(large) }
        #expect(error?.code == .diskFull)
        #expect(error?.storageCode == 13)
        #expect(journal.endSequence == 1)
        #expect(try journal.lastWriterSequence(of: 7) == 0)
        try journal.append(Array(large.prefix(1)))
        #expect(try journal.verify().recordCount == 2)
        #expect(try SQLiteJournalReader(path: directory.file()).verify().recordCount == 2)
    }

    @Test("files are for the owner to write and the group to read")
    func permissions() throws {
        let journal = try SQLiteJournal(path: directory.file())
        try journal.append(makeFrames(counts: [1]))
        for name in ["journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock"] {
            #expect(try directory.permissions(of: name) == 0o640, "\(name)")
        }
    }
}
