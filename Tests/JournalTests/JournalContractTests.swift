// The contract of JournalReading and JournalWriting, the same for every kind of journal.

import Journal
import Testing

@Suite("Every journal")
struct JournalContractTests {
    @Test("starts empty", arguments: Backend.allCases)
    func empty(backend: Backend) throws {
        try backend.withJournal { journal throws in
            #expect(try journal.endSequence == 0)
            #expect(try journal.lastSequence == nil)
            #expect(try journal.frames(from: 0, maximumBytes: 1 << 20).isEmpty)
            #expect(try journal.writers().isEmpty)
            try journal.append([])
            #expect(try journal.endSequence == 0)
        }
    }

    @Test("returns what was appended, from any record on", arguments: Backend.allCases)
    func roundTrip(backend: Backend) throws {
        try backend.withJournal { journal throws in
            let frames = makeFrames(counts: [3, 1, 5])
            try journal.append(Array(frames.prefix(1)))
            try journal.append(Array(frames.dropFirst()))
            #expect(try journal.endSequence == 9)
            #expect(try journal.lastSequence == 8)
            let firstFrame = [0, 0, 0, 1, 2, 2, 2, 2, 2, 3]
            for sequence in 0...9 {
                #expect(
                    try journal.frames(from: UInt64(sequence), maximumBytes: .max)
                        == Array(frames[firstFrame[sequence]...]))
            }
            #expect(code { _ = try journal.frames(from: 10, maximumBytes: 1) } == .beyondEnd)
            #expect(code { _ = try journal.frames(from: .max, maximumBytes: 1) } == .beyondEnd)
        }
    }

    @Test("tells histories apart at every border of frames", arguments: Backend.allCases)
    func chain(backend: Backend) throws {
        let frames = makeFrames(counts: [3, 1, 5])
        var other = frames
        other[1].payload = [UInt8](repeating: 9, count: 4)
        var values: [[UInt32?]] = []
        for history in [frames, other] {
            try backend.withJournal { journal throws in
                try journal.append(history)
                values.append(try (0...10).map { try journal.chainValue(at: $0) })
                #expect(try journal.chainValue(at: .max) == nil)
            }
        }
        let borders = [0, 3, 4, 9]
        for place in 0...10 { #expect((values[0][place] != nil) == borders.contains(place)) }
        #expect(values[0][0] == values[1][0] && values[0][3] == values[1][3])
        #expect(values[0][4] != values[1][4] && values[0][9] != values[1][9])
        #expect(Set(borders.map { values[0][$0] }).count == borders.count)
    }

    @Test("bounds what a read returns, but never below one frame", arguments: Backend.allCases)
    func readBound(backend: Backend) throws {
        try backend.withJournal { journal throws in
            let cost = 100 + JournalLimits.frameOverheadBytes
            try journal.append(makeFrames(counts: [1, 1, 1, 1], payloadBytes: 100))
            for (bound, count) in [
                (-1, 1), (0, 1), (cost, 1), (2 * cost - 1, 1), (2 * cost, 2), (4 * cost, 4), (.max, 4),
            ] {
                #expect(try journal.frames(from: 0, maximumBytes: bound).count == count, "bound \(bound)")
            }
        }
    }

    @Test("keeps extreme values and empty payloads", arguments: Backend.allCases)
    func extremes(backend: Backend) throws {
        try backend.withJournal { journal throws in
            let frames = [
                JournalFrame(firstSequence: 0, recordCount: .max, writer: .max, writerSequence: 0, payload: []),
                JournalFrame(
                    firstSequence: UInt64(UInt32.max), recordCount: 1, writer: .max, writerSequence: .max,
                    payload: [0]),
                JournalFrame(
                    firstSequence: UInt64(UInt32.max) + 1, recordCount: 1, writer: 0, writerSequence: 1 << 63,
                    payload: [UInt8](repeating: 0xA5, count: 1 << 20)),
            ]
            try journal.append(frames)
            #expect(try journal.frames(from: 0, maximumBytes: .max) == frames)
            #expect(try journal.lastWriterSequence(of: .max) == .max)
            #expect(try journal.lastWriterSequence(of: 0) == 1 << 63)
            #expect(try journal.verify().frameCount == 3)
        }
    }

    @Test("refuses a gap or an overlap and stays as it was", arguments: Backend.allCases)
    func order(backend: Backend) throws {
        try backend.withJournal { journal throws in
            try journal.append(makeFrames(counts: [4]))
            for first in [0, 3, 5, UInt64.max] as [UInt64] {
                let frame = JournalFrame(
                    firstSequence: first, recordCount: 1, writer: 7, writerSequence: 9, payload: [])
                #expect(code { try journal.append([frame]) } == .outOfOrder)
            }
            var inner = makeFrames(from: 4, counts: [2, 2, 2], firstWriterSequence: 1)
            inner[2].firstSequence += 1
            #expect(code { try journal.append(inner) } == .outOfOrder)
            #expect(try journal.endSequence == 4)
            #expect(try journal.lastWriterSequence(of: 7) == 0)
            inner[2].firstSequence -= 1
            try journal.append(inner)
            #expect(try journal.endSequence == 10)
        }
    }

    @Test("refuses frames without records or over a limit", arguments: Backend.allCases)
    func form(backend: Backend) throws {
        try backend.withJournal { journal throws in
            var frame = makeFrames(counts: [1])[0]
            frame.recordCount = 0
            #expect(code { try journal.append([frame]) } == .invalidFrame)
            frame.recordCount = 1
            frame.payload = [UInt8](repeating: 0, count: JournalLimits.maximumPayloadBytes + 1)
            #expect(code { try journal.append([frame]) } == .invalidFrame)
            let many = [UInt32](repeating: 1, count: JournalLimits.maximumFramesPerAppend + 1)
            #expect(code { try journal.append(makeFrames(counts: many, payloadBytes: 0)) } == .invalidFrame)
            #expect(try journal.endSequence == 0)
        }
    }

    @Test(
        "refuses a writer's frame twice, even within one append, and takes none of the others",
        arguments: Backend.allCases)
    func duplicates(backend: Backend) throws {
        try backend.withJournal { journal throws in
            try journal.append(makeFrames(counts: [1, 1], writer: 5, firstWriterSequence: 10))
            let again = makeFrames(from: 2, counts: [1], writer: 5, firstWriterSequence: 11)
            #expect(code { try journal.append(again) } == .duplicateFrame)
            var batch = makeFrames(from: 2, counts: [1, 1, 1], writer: 6)
            batch[2].writerSequence = 1
            #expect(code { try journal.append(batch) } == .duplicateFrame)
            #expect(try journal.endSequence == 2)
            #expect(try journal.lastWriterSequence(of: 6) == nil)
            batch[2].writerSequence = 40
            try journal.append(batch)
            #expect(
                try journal.writers() == [
                    WriterPosition(writer: 5, lastSequence: 11), WriterPosition(writer: 6, lastSequence: 40),
                ])
        }
    }

    @Test("keeps notes, replaces them, forgets them, and refuses odd keys", arguments: Backend.allCases)
    func metadata(backend: Backend) throws {
        try backend.withJournal { journal throws in
            #expect(try journal.metadata("model.epoch") == nil)
            try journal.setMetadata("model.epoch", to: [1, 2])
            try journal.setMetadata("empty", to: [])
            try journal.setMetadata("model.epoch", to: [3])
            #expect(try journal.metadata("model.epoch") == [3])
            #expect(try journal.metadata("empty") == [])
            try journal.setMetadata("model.epoch", to: nil)
            #expect(try journal.metadata("model.epoch") == nil)
            for key in ["", "a b", "é", "a\u{0}b", String(repeating: "k", count: 65)] {
                #expect(code { try journal.setMetadata(key, to: []) } == .invalidMetadata)
                #expect(code { _ = try journal.metadata(key) } == .invalidMetadata)
            }
            let large = [UInt8](repeating: 0, count: JournalLimits.maximumMetadataValueBytes + 1)
            #expect(code { try journal.setMetadata("large", to: large) } == .invalidMetadata)
        }
    }

    @Test("agrees with a plain list under random appends, refusals and reads", arguments: Backend.allCases)
    func randomWalk(backend: Backend) throws {
        var generator = SeededGenerator()
        try backend.withJournal { journal throws in
            var model: [JournalFrame] = []
            for _ in 0..<60 {
                let end = model.last?.endSequence ?? 0
                let counts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                    UInt32.random(in: 1...9, using: &generator)
                }
                let shift = UInt64.random(in: 0...5, using: &generator) == 0 ? UInt64(1) : 0
                let frames = makeFrames(
                    from: end + shift, counts: counts, writer: generator.next(),
                    payloadBytes: Int.random(in: 0...9000, using: &generator))
                let refusal = code { try journal.append(frames) }
                #expect(refusal == (shift == 0 ? nil : .outOfOrder))
                if shift == 0 { model += frames }
                let newEnd = model.last?.endSequence ?? 0
                #expect(try journal.endSequence == newEnd)
                let sequence = UInt64.random(in: 0...newEnd, using: &generator)
                let read = try journal.frames(from: sequence, maximumBytes: .max)
                #expect(read == model.filter { $0.endSequence > sequence })
            }
            #expect(try journal.verify().recordCount == model.last?.endSequence)
        }
    }

    @Test("verifies itself, with progress", arguments: Backend.allCases)
    func verify(backend: Backend) throws {
        try backend.withJournal { journal throws in
            try journal.append(makeFrames(counts: [2, 2, 2, 2], payloadBytes: 3 << 20))
            var seen: [UInt64] = []
            let sums = try journal.verify { verified, end in
                #expect(end == 8)
                seen.append(verified)
            }
            #expect(seen == [2, 4, 6, 8])
            #expect(sums.frameCount == 4)
            #expect(sums.recordCount == 8)
            #expect(sums.payloadByteCount == 12 << 20)
        }
    }
}
