// Damage to stored frames: every kind is noticed, placed, and told.

import Foundation
import Journal
import Testing

@Suite("A damaged journal")
struct DamageTests {
    let directory: TemporaryDirectory
    private let frames = makeFrames(counts: [3, 7, 2], firstWriterSequence: 5)

    init() throws {
        directory = try TemporaryDirectory()
        try SQLiteJournal(path: directory.file()).append(frames)
    }

    private func damage(_ sql: String) throws {
        try RawDatabase(directory.file()).execute(sql)
    }

    /// The place and text of the first damage that a full verification finds.
    private func firstDamage() throws -> JournalError? {
        do {
            try SQLiteJournalReader(path: directory.file()).verify()
            return nil
        } catch {
            #expect(error.code == .damaged || error.code == .tailLost)
            return error
        }
    }

    @Test("reports each flipped bit of each payload, at its frame")
    func payloadBits() throws {
        let shell = try RawDatabase(directory.file())
        for frame in frames {
            for bit in 0..<frame.payload.count * 8 {
                var payload = frame.payload
                payload[bit / 8] ^= 1 << (bit % 8)
                try shell.execute(
                    "UPDATE frame SET payload = \(hexadecimal(payload)) WHERE sequence = \(frame.firstSequence)")
                #expect(try firstDamage()?.sequence == frame.firstSequence, "bit \(bit) of \(frame.firstSequence)")
            }
            try shell.execute(
                "UPDATE frame SET payload = \(hexadecimal(frame.payload)) WHERE sequence = \(frame.firstSequence)")
        }
        #expect(try firstDamage() == nil)
    }

    @Test(
        "reports each flipped bit of each header column",
        arguments: ["sequence", "record_count", "writer", "writer_sequence", "crc", "chain"])
    func headerBits(column: String) throws {
        let shell = try RawDatabase(directory.file())
        for frame in frames {
            for bit in 0..<64 {
                let mask = Int64(bitPattern: 1 << UInt64(bit))
                let text = mask == .min ? "(-9223372036854775807 - 1)" : "\(mask)"
                // SQLite has no exclusive or: a ^ b = (a | b) & ~(a & b).
                let flip = "\(column) = (\(column) | \(text)) & ~(\(column) & \(text))"
                try shell.execute("CREATE TEMP TABLE kept AS SELECT * FROM frame")
                try shell.execute("UPDATE frame SET \(flip) WHERE sequence = \(frame.firstSequence)")
                do {
                    try SQLiteJournalReader(path: directory.file()).verify()
                    Issue.record("bit \(bit) of \(column) at \(frame.firstSequence) went unnoticed")
                } catch {
                    // A last frame that ends too soon looks like a lost one.
                    #expect(error.code == .damaged || error.code == .tailLost)
                }
                try shell.execute("DELETE FROM frame; INSERT INTO frame SELECT * FROM kept; DROP TABLE kept")
            }
        }
        #expect(try firstDamage() == nil)
    }

    @Test("reports a payload cut short or lengthened")
    func payloadLength() throws {
        try damage("UPDATE frame SET payload = substr(payload, 1, 23) WHERE sequence = 3")
        #expect(try firstDamage()?.sequence == 3)
        try damage("UPDATE frame SET payload = \(hexadecimal(frames[1].payload + [0])) WHERE sequence = 3")
        #expect(try firstDamage()?.sequence == 3)
    }

    @Test("reports a deleted middle row at the record that is missing")
    func deletedRow() throws {
        try damage("DELETE FROM frame WHERE sequence = 3")
        let error = try firstDamage()
        #expect(error?.sequence == 3)
        #expect(error?.message.contains("missing") == true)
        let reader = try SQLiteJournalReader(path: directory.file())
        #expect(code { _ = try reader.frames(from: 5, maximumBytes: 1) } == .damaged)
        #expect(code { _ = try reader.frames(from: 10, maximumBytes: 1) } == .damaged)
    }

    @Test("reports a deleted first row, already to the writer who opens it")
    func deletedHead() throws {
        try damage("DELETE FROM frame WHERE sequence = 0")
        #expect(try firstDamage()?.sequence == 0)
        #expect(code { _ = try SQLiteJournal(path: directory.file()) } == .damaged)
    }

    @Test("reports two rows that changed places")
    func swappedRows() throws {
        // A third frame as long as the first one, so that their places fit.
        let more = makeFrames(from: 12, counts: [2], firstWriterSequence: 8)
        try SQLiteJournal(path: directory.file()).append(more)
        try damage(
            """
            UPDATE frame SET sequence = 1000 WHERE sequence = 10;
            UPDATE frame SET sequence = 10 WHERE sequence = 12;
            UPDATE frame SET sequence = 12 WHERE sequence = 1000
            """)
        #expect(try firstDamage() != nil)
    }

    @Test("reports a whole row of another journal in the place of its own")
    func foreignRow() throws {
        let other = try TemporaryDirectory()
        var foreign = frames
        foreign[0].payload[0] ^= 1
        try SQLiteJournal(path: other.file()).append(foreign)
        // The second frames of both are equal, checksum and all; only what they followed differs.
        try damage(
            """
            ATTACH '\(other.file())' AS other;
            DELETE FROM frame WHERE sequence = 3;
            INSERT INTO frame SELECT * FROM other.frame WHERE sequence = 3
            """)
        let error = try firstDamage()
        #expect(error?.sequence == 3)
        #expect(error?.message.contains("not written after") == true)
    }

    @Test("reports a bad last frame to the writer who opens it")
    func badTail() throws {
        try damage("UPDATE frame SET writer = 8 WHERE sequence = 10")
        let error = #expect(throws: JournalError.self) { try SQLiteJournal(path: directory.file()) }
        #expect(error?.code == .damaged)
        #expect(error?.sequence == 10)
    }

    @Test("without its last row is told from the end that the file remembers")
    func lostRow() throws {
        try damage("DELETE FROM frame WHERE sequence = 10")
        #expect(code { _ = try SQLiteJournal(path: directory.file()) } == .tailLost)
        #expect(code { _ = try SQLiteJournalReader(path: directory.file()) } == .tailLost)
    }

    @Test("that ends sooner, in good order, is told from the end that somebody remembers")
    func lostTail() throws {
        let whole = try TemporaryDirectory()
        try SQLiteJournal(path: whole.file()).append(Array(frames.dropLast()))
        try damage(
            """
            ATTACH '\(whole.file())' AS older;
            DELETE FROM frame; INSERT INTO frame SELECT * FROM older.frame;
            DELETE FROM boundary; INSERT INTO boundary SELECT * FROM older.boundary;
            DELETE FROM writer; INSERT INTO writer SELECT * FROM older.writer
            """)
        #expect(try SQLiteJournal(path: directory.file()).verify().endSequence == 10)
        let error = #expect(throws: JournalError.self) {
            try SQLiteJournal(path: directory.file(), expectingAtLeast: 12)
        }
        #expect(error?.code == .tailLost)
        #expect(error?.sequence == 10)
        #expect(code { _ = try SQLiteJournalReader(path: directory.file(), expectingAtLeast: 12) } == .tailLost)
    }

    @Test("reports a list of writers or a note that was altered")
    func alteredTables() throws {
        try SQLiteJournal(path: directory.file()).setMetadata("epoch", to: [1])
        try damage("UPDATE writer SET last_sequence = 900; UPDATE metadata SET value = x'02'")
        let reader = try SQLiteJournalReader(path: directory.file())
        #expect(code { _ = try reader.lastWriterSequence(of: 7) } == .damaged)
        #expect(code { _ = try reader.writers() } == .damaged)
        #expect(code { _ = try reader.metadata("epoch") } == .damaged)
        #expect(try firstDamage() != nil)
    }

    @Test("a writer notices rows that somebody else added or removed")
    func meddling() throws {
        let journal = try SQLiteJournal(path: directory.file())
        try damage("DELETE FROM frame WHERE sequence = 10")
        let next = makeFrames(from: 12, counts: [1], firstWriterSequence: 8)
        #expect(code { try journal.append(next) } == .tailLost)
    }

    @Test(
        "a log with one flipped bit loses commits silently in SQLite, but not from an expected end, and keeps the log")
    func flippedLogBit() throws {
        let live = try TemporaryDirectory()
        let journal = try SQLiteJournal(path: live.file())
        for index in 0..<10 as Range<UInt64> {
            try journal.append(makeFrames(from: index, counts: [1], firstWriterSequence: index, payloadBytes: 8000))
        }
        let copy = try TemporaryDirectory()
        try copy.copy(of: live)
        let log = URL(fileURLWithPath: copy.file() + "-wal")
        var bytes = try Data(contentsOf: log)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: log)
        #expect(code { _ = try SQLiteJournal(path: copy.file(), expectingAtLeast: 10) } == .tailLost)
        #expect(try Data(contentsOf: log) == bytes)
        #expect(try SQLiteJournalReader(path: copy.file()).verify().recordCount < 10)
        #expect(journal.endSequence == 10)
    }
}
