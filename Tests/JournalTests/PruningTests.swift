// Frames removed from a journal's start: what is kept reads and verifies as before.

import Foundation
import Journal
import Testing

@Suite("A journal whose oldest frames were removed")
struct PruningTests {
    @Test("keeps whole frames from the asked-for record on, and never loses the last one", arguments: Backend.allCases)
    func whole(backend: Backend) throws {
        try backend.withJournal { journal throws in
            let frames = makeFrames(counts: [3, 4, 5, 2])
            try journal.append(frames)
            #expect(try journal.startSequence == 0)
            for (sequence, start) in [(0, 0), (2, 0), (3, 3), (11, 7), (5, 7), (12, 12), (14, 12), (.max, 12)]
                as [(UInt64, UInt64)]
            {
                #expect(try journal.prune(before: sequence, maximumBytes: .max) == start, "before \(sequence)")
                #expect(try journal.startSequence == start)
                let kept = frames.filter { $0.firstSequence >= start }
                #expect(try journal.frames(from: start, maximumBytes: .max) == kept)
                #expect(try journal.verify().recordCount == 14 - start)
            }
            #expect(try journal.endSequence == 14)
        }
    }

    @Test("refuses to read what is gone and says where it starts", arguments: Backend.allCases)
    func gone(backend: Backend) throws {
        try backend.withJournal { journal throws in
            try journal.append(makeFrames(counts: [3, 4, 5]))
            try journal.prune(before: 7, maximumBytes: .max)
            for sequence in 0..<7 as Range<UInt64> {
                let error = #expect(throws: JournalError.self) {
                    try journal.frames(from: sequence, maximumBytes: 1)
                }
                #expect(error?.code == .pruned)
                #expect(error?.sequence == 7)
            }
            #expect(try journal.frames(from: 9, maximumBytes: 1).map(\.firstSequence) == [7])
        }
    }

    @Test("goes on with numbers and writers where it was", arguments: Backend.allCases)
    func goesOn(backend: Backend) throws {
        try backend.withJournal { journal throws in
            try journal.append(makeFrames(counts: [3], writer: 1, firstWriterSequence: 8))
            try journal.append(makeFrames(from: 3, counts: [4, 1], writer: 2))
            try journal.prune(before: 7, maximumBytes: .max)
            #expect(try journal.lastWriterSequence(of: 1) == 8)
            let again = makeFrames(from: 8, counts: [1], writer: 1, firstWriterSequence: 8)
            #expect(code { try journal.append(again) } == .duplicateFrame)
            try journal.append(makeFrames(from: 8, counts: [2], writer: 1, firstWriterSequence: 9))
            #expect(try journal.verify().endSequence == 10)
            #expect(try journal.verify(from: 8, to: 9).frameCount == 1)
        }
    }

    @Test("is shortened in bounded steps, at least a frame at a time", arguments: Backend.allCases)
    func steps(backend: Backend) throws {
        try backend.withJournal { journal throws in
            try journal.append(makeFrames(counts: [1, 1, 1, 1, 1], payloadBytes: 100))
            let cost = 100 + JournalLimits.frameOverheadBytes
            #expect(try journal.prune(before: 4, maximumBytes: 0) == 1)
            #expect(try journal.prune(before: 4, maximumBytes: 2 * cost) == 3)
            #expect(try journal.prune(before: 4, maximumBytes: 2 * cost) == 4)
        }
    }

    @Test("survives closing, gives its space to new frames, and is read from another connection")
    func onDisk() throws {
        let directory = try TemporaryDirectory()
        var journal: SQLiteJournal? = try SQLiteJournal(path: directory.file())
        let counts = [UInt32](repeating: 1, count: 40)
        try journal?.append(makeFrames(counts: counts, payloadBytes: 50_000))
        let used = try #require(try journal?.storedByteCount)
        #expect(used > 40 * 50_000)
        _ = try journal?.prune(before: 30, maximumBytes: .max)
        #expect(try #require(try journal?.storedByteCount) < used / 3)
        try journal?.append(
            makeFrames(from: 40, counts: Array(counts.prefix(30)), firstWriterSequence: 40, payloadBytes: 50_000))
        let reader = try SQLiteJournalReader(path: directory.file())
        #expect(try reader.startSequence == 30)
        #expect(try reader.verify().recordCount == 40)
        journal = nil
        let size = try FileManager.default.attributesOfItem(atPath: directory.file())[.size] as? UInt64
        #expect(try #require(size) < used + used / 10)
        #expect(try SQLiteJournal(path: directory.file(), expectingAtLeast: 70).verify().startSequence == 30)
    }

    @Test("still finds every kind of damage in what is kept")
    func damage() throws {
        for sql in [
            "UPDATE frame SET payload = x'00' WHERE sequence = 7", "DELETE FROM frame WHERE sequence = 7",
            "DELETE FROM frame WHERE sequence = 12", "DELETE FROM frame WHERE sequence = 14",
            "UPDATE boundary SET sequence = 12 WHERE side = 0", "UPDATE boundary SET chain = chain + 1 WHERE side = 0",
            "UPDATE boundary SET chain = chain + 1 WHERE side = 1", "DELETE FROM boundary", "DELETE FROM frame",
        ] {
            let directory = try TemporaryDirectory()
            var journal: SQLiteJournal? = try SQLiteJournal(path: directory.file())
            try journal?.append(makeFrames(counts: [3, 4, 5, 2, 1]))
            _ = try journal?.prune(before: 7, maximumBytes: .max)
            journal = nil
            try RawDatabase(directory.file()).execute(sql)
            #expect(code { try SQLiteJournalReader(path: directory.file()).verify() } != nil, "\(sql)")
        }
    }

    @Test("does not lose a damaged frame to retention: it stays and is reported")
    func damagedFrameStays() throws {
        let directory = try TemporaryDirectory()
        let journal = try SQLiteJournal(path: directory.file())
        try journal.append(makeFrames(counts: [3, 4, 5]))
        try RawDatabase(directory.file()).execute("UPDATE frame SET payload = x'00' WHERE sequence = 3")
        let error = #expect(throws: JournalError.self) { try journal.prune(before: 7, maximumBytes: .max) }
        #expect(error?.code == .damaged)
        #expect(error?.sequence == 3)
        #expect(try journal.startSequence == 0)
        try journal.append(makeFrames(from: 12, counts: [1], firstWriterSequence: 3))
    }

    @Test("is read and verified while a writer appends and removes on another thread")
    func besideWriter() throws {
        let directory = try TemporaryDirectory()
        try SQLiteJournal(path: directory.file()).append(makeFrames(counts: [1]))
        let reader = try SQLiteJournalReader(path: directory.file())
        let path = directory.file()
        let finished = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            defer { finished.signal() }
            guard let journal = try? SQLiteJournal(path: path) else { return }
            for index in 1...300 as ClosedRange<UInt64> {
                try? journal.append(
                    makeFrames(from: index, counts: [1], firstWriterSequence: index, payloadBytes: 3000))
                if index > 20 { _ = try? journal.prune(before: index - 20, maximumBytes: .max) }
            }
        }
        while finished.wait(timeout: .now()) == .timedOut {
            try reader.verify()
            let start = try reader.startSequence
            let refusal = code { _ = try reader.frames(from: start, maximumBytes: 1 << 20) }
            #expect(refusal == nil || refusal == .pruned)
        }
        #expect(try reader.verify().endSequence == 301)
        #expect(try reader.startSequence == 280)
    }
}
