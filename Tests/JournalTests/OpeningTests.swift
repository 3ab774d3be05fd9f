// What is refused at the door, each for its own reason.

import Foundation
import Journal
import Testing

@Suite("Opening a journal")
struct OpeningTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func codes(_ path: String) -> [JournalError.Code?] {
        [code { _ = try SQLiteJournal(path: path) }, code { _ = try SQLiteJournalReader(path: path) }]
    }

    @Test("in a directory that does not exist")
    func missingDirectory() {
        #expect(codes(directory.file("none/journal.db")) == [.missingPath, .missingPath])
    }

    @Test("to read, where there is none")
    func missingFile() {
        #expect(code { _ = try SQLiteJournalReader(path: directory.file()) } == .missingPath)
        #expect(!FileManager.default.fileExists(atPath: directory.file()))
    }

    @Test("that somebody remembers, where there is none: it is not made anew")
    func missingButExpected() {
        #expect(code { _ = try SQLiteJournal(path: directory.file(), expectingAtLeast: 1) } == .missingPath)
        #expect(!FileManager.default.fileExists(atPath: directory.file()))
    }

    @Test("on a file that is no database, which stays as it was")
    func notADatabase() throws {
        let text = Data(String(repeating: "event,label\n", count: 1000).utf8)
        try text.write(to: URL(fileURLWithPath: directory.file()))
        #expect(codes(directory.file()) == [.notADatabase, .notADatabase])
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file())) == text)
    }

    @Test("on a directory")
    func onDirectory() throws {
        try FileManager.default.createDirectory(atPath: directory.file(), withIntermediateDirectories: false)
        #expect(codes(directory.file()) == [.notADatabase, .notADatabase])
    }

    @Test("on somebody else's database, which stays as it was")
    func foreignDatabase() throws {
        try RawDatabase(directory.file()).execute("CREATE TABLE account(id); PRAGMA application_id = 42")
        let before = try Data(contentsOf: URL(fileURLWithPath: directory.file()))
        #expect(codes(directory.file()) == [.notAJournal, .notAJournal])
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file())) == before)
        try RawDatabase(directory.file("plain.db")).execute("CREATE TABLE account(id)")
        #expect(codes(directory.file("plain.db")) == [.notAJournal, .notAJournal])
    }

    @Test("of an unknown format, which is named")
    func unknownFormat() throws {
        try SQLiteJournal(path: directory.file()).append(makeFrames(counts: [1]))
        try RawDatabase(directory.file()).execute("PRAGMA user_version = 99")
        #expect(codes(directory.file()) == [.unknownFormat, .unknownFormat])
        let error = #expect(throws: JournalError.self) { try SQLiteJournal(path: directory.file()) }
        #expect(error?.message.contains("journal format 99") == true)
    }

    @Test("whose making was cut short: the writer finishes it, a reader says so")
    func unfinished() throws {
        try Data().write(to: URL(fileURLWithPath: directory.file()))
        #expect(code { _ = try SQLiteJournalReader(path: directory.file()) } == .notAJournal)
        #expect(code { _ = try SQLiteJournal(path: directory.file(), expectingAtLeast: 1) } == .tailLost)
        #expect(try SQLiteJournal(path: directory.file()).endSequence == 0)
    }

    @Test("in a directory without the right to write: no writer, but a reader")
    func readOnlyDirectory() throws {
        try SQLiteJournal(path: directory.file()).append(makeFrames(counts: [1, 1]))
        let empty = try TemporaryDirectory()
        for path in [directory.path, empty.path] {
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: path)
        }
        try asOrdinaryUser { () throws in
            #expect(code { _ = try SQLiteJournal(path: empty.file()) } == .notPermitted)
            #expect(code { _ = try SQLiteJournal(path: directory.file()) } == .notPermitted)
            #expect(try SQLiteJournalReader(path: directory.file()).verify().recordCount == 2)
        }
    }

    @Test("under a name that SQLite would take for memory: it is a file")
    func specialName() throws {
        try SQLiteJournal(path: directory.file(":memory:")).append(makeFrames(counts: [1]))
        #expect(try SQLiteJournalReader(path: directory.file(":memory:")).endSequence == 1)
    }

    @Test("fails with a message and a remedy, in one line")
    func description() {
        let error = #expect(throws: JournalError.self) { try SQLiteJournalReader(path: directory.file()) }
        #expect(
            error?.description
                == "journal missingPath: there is no journal at '\(directory.file())'. "
                + "Check the path; directories are not made for you.")
        for code in JournalError.Code.allCases { #expect(code.remedy.hasSuffix(".")) }
    }

    /// The superuser may write anywhere. Its threads can give that up for file access, each for itself.
    private func asOrdinaryUser(_ body: () throws -> Void) throws {
        typealias SetUser = @convention(c) (UInt32) -> Int32
        let symbol = try #require(dlsym(nil, "setfsuid"))
        // glibc declares it so in <sys/fsuid.h>, which Swift does not import.
        let setUser = unsafeBitCast(symbol, to: SetUser.self)
        let nobody: UInt32 = 65534
        if geteuid() == 0 { _ = setUser(nobody) }
        defer { if geteuid() == 0 { _ = setUser(0) } }
        try body()
    }
}
