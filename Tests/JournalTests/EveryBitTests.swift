// Every bit of a small journal's file, and every length that a frame could be cut to: no bad frame is ever accepted.

import Foundation
import Journal
import Testing

@Suite("A journal of three frames")
struct EveryBitTests {
    let directory: TemporaryDirectory
    private let frames = makeFrames(counts: [3, 7, 2], firstWriterSequence: 5)

    init() throws {
        directory = try TemporaryDirectory()
        var journal: SQLiteJournal? = try SQLiteJournal(path: directory.file())
        try journal?.append(frames)
        try journal?.setMetadata("epoch", to: [1, 2, 3, 4])
        journal = nil
        // Closing has moved the log into the database: what is left of it must not stand in for damaged pages.
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: directory.file() + suffix) }
    }

    private enum Outcome: Equatable {
        case refused
        case whole
        case accepted([JournalFrame])
    }

    /// What a reader makes of the file as it is now: everything that a fold would read.
    private func outcome() -> Outcome {
        do {
            let reader = try SQLiteJournalReader(path: directory.file())
            try reader.verify()
            let read = try reader.frames(from: 0, maximumBytes: .max)
            let isWhole =
                try read == frames && reader.writers() == [WriterPosition(writer: 7, lastSequence: 7)]
                && reader.metadata("epoch") == [1, 2, 3, 4]
            return isWhole ? .whole : .accepted(read)
        } catch { return .refused }
    }

    @Test("accepts no frame that any flipped bit of its file has changed")
    func everyBit() throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: directory.file()))
        defer { try? file.close() }
        let original = try #require(try file.readToEnd())
        var refused = 0
        for (offset, byte) in original.enumerated() {
            for bit in 0..<8 {
                try file.seek(toOffset: UInt64(offset))
                try file.write(contentsOf: [byte ^ 1 << UInt8(bit)])
                switch outcome() {
                case .refused: refused += 1
                case .whole: break
                case .accepted: Issue.record("bit \(bit) of byte \(offset) changed what was read, unnoticed")
                }
            }
            try file.seek(toOffset: UInt64(offset))
            try file.write(contentsOf: [byte])
        }
        #expect(outcome() == .whole)
        // Most of a page of a small journal is empty space. What is not must have been noticed.
        let recordedBits = frames.reduce(0) { $0 + $1.payload.count * 8 }
        #expect(refused > recordedBits)
        print("\(original.count * 8) bits flipped, one at a time: \(refused) refused, the others read unchanged")
    }

    @Test("accepts no frame cut short at any byte, wherever it stands")
    func everyLength() throws {
        let shell = try RawDatabase(directory.file())
        for frame in frames {
            for length in 0..<frame.payload.count {
                try shell.execute(
                    "UPDATE frame SET payload = substr(payload, 1, \(length)) WHERE sequence = \(frame.firstSequence)")
                let error = #expect(throws: JournalError.self) {
                    try SQLiteJournalReader(path: directory.file()).verify()
                }
                #expect(error?.code == .damaged)
                #expect(error?.sequence == frame.firstSequence, "\(length) bytes of \(frame.firstSequence)")
                try shell.execute(
                    "UPDATE frame SET payload = \(hexadecimal(frame.payload)) WHERE sequence = \(frame.firstSequence)")
            }
        }
        #expect(outcome() == .whole)
    }

    @Test("accepts no frame of a file cut short at any byte")
    func everyFileLength() throws {
        let url = URL(fileURLWithPath: directory.file())
        let original = try Data(contentsOf: url)
        for length in stride(from: 0, to: original.count, by: 7) {
            try original.prefix(length).write(to: url)
            #expect([.refused, .whole].contains(outcome()), "\(length) of \(original.count) bytes")
        }
        try original.write(to: url)
        #expect(outcome() == .whole)
    }
}

/// Bytes as SQLite writes a blob.
func hexadecimal(_ bytes: [UInt8]) -> String {
    "x'" + bytes.map { String(format: "%02x", $0) }.joined() + "'"
}
