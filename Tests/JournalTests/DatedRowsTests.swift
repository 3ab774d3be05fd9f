// Rows with a date: replaced by themselves, removed by age, and a file that is none of theirs is set aside.

import Glibc
import Journal
import Testing

@Suite("Dated rows")
struct DatedRowsTests {
    private func row(_ time: Int64, _ key: String = "a", kind: Int64 = 1, _ body: [UInt8] = [1]) -> DatedRows.Row {
        DatedRows.Row(kind: kind, time: time, key: key, body: body)
    }

    @Test("come back newest first, by kind and time, at most as many as asked for")
    func reading() throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        let rows = try DatedRows.open(path: folder.path + "/h").rows
        try rows.put([row(1), row(3, "b"), row(3, "a"), row(2, kind: 2)], removingBefore: .min)
        #expect(try rows.rows(kind: 1, from: .min, to: .max, limit: 9) == [row(3, "a"), row(3, "b"), row(1)])
        #expect(try rows.rows(kind: 1, from: 1, to: 3, limit: 9) == [row(1)])
        #expect(try rows.rows(kind: 1, from: .min, to: .max, limit: 1) == [row(3, "a")])
        #expect(try rows.rows(kind: 3, from: .min, to: .max, limit: 9) == [])
    }

    @Test("of the same kind, time and key the later one stays, also after the file was closed")
    func replacing() throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        do {
            let rows = try DatedRows.open(path: folder.path + "/h").rows
            try rows.put([row(1, "a", [1]), row(1, "b", [])], removingBefore: .min)
            try rows.put([row(1, "a", [2, 3])], removingBefore: .min)
        }
        let rows = try DatedRows.open(path: folder.path + "/h").rows
        #expect(try rows.rows(kind: 1, from: 0, to: 9, limit: 9) == [row(1, "a", [2, 3]), row(1, "b", [])])
    }

    @Test("go when they are older than is kept")
    func pruning() throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        let rows = try DatedRows.open(path: folder.path + "/h").rows
        try rows.put([row(1), row(5), row(6, kind: 2)], removingBefore: .min)
        try rows.put([row(9)], removingBefore: 6)
        #expect(try rows.rows(kind: 1, from: .min, to: .max, limit: 9) == [row(9)])
        #expect(try rows.rows(kind: 2, from: .min, to: .max, limit: 9).count == 1)
    }

    @Test("in a file that is none are begun anew, and the file is set aside, each time under another name")
    func settingAside() throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.path + "/h"
        for number in 1...2 {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            let bytes = [UInt8](repeating: 0x41, count: 5_000)
            #expect(write(descriptor, bytes, bytes.count) == bytes.count)
            close(descriptor)
            let opened = try DatedRows.open(path: path)
            let aside = try #require(opened.setAside)
            #expect(aside.path.hasSuffix(number == 1 ? "/h.damaged" : "/h.damaged-2"))
            #expect(access(aside.path, F_OK) == 0)
            try opened.rows.put([row(1)], removingBefore: .min)
        }
        #expect(try DatedRows.open(path: path).setAside == nil)
    }

    @Test("cannot be in a folder that is missing")
    func missingFolder() throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        let error = #expect(throws: JournalError.self) { try DatedRows.open(path: folder.path + "/no/h") }
        #expect(error?.code == .missingPath)
    }
}
