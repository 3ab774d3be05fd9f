// Bytes that nobody wrote: cut short, overlong, over a limit, not UTF-8, random. Every one is an error and none a trap.

import ByteCoding
import Testing

@Suite("Reading hostile bytes")
struct HostileBytesTests {
    /// One message with every kind of value, read by the function below.
    private let message: [UInt8] = {
        var writer = ByteWriter()
        writer.writeUInt8(1)
        writer.writeUInt16(2)
        writer.writeUInt32(3)
        writer.writeUInt64(4)
        writer.writeInt64(-5)
        writer.writeFloat(6)
        writer.writeDouble(7)
        writer.writeVarint(1 << 40)
        writer.writeZigzag(-1 << 40)
        writer.writeByteString([8, 9])
        writer.writeString("Grüße")
        writer.writeRaw([10, 11])
        return writer.bytes
    }()

    private func readMessage(_ reader: inout ByteReader) throws(ByteCodingError) {
        _ = try reader.readUInt8()
        _ = try reader.readUInt16()
        _ = try reader.readUInt32()
        _ = try reader.readUInt64()
        _ = try reader.readInt64()
        _ = try reader.readFloat()
        _ = try reader.readDouble()
        _ = try reader.readVarint()
        _ = try reader.readZigzag()
        _ = try reader.readByteString(maximumByteCount: 16)
        _ = try reader.readString(maximumByteCount: 16)
        _ = try reader.readRaw(2)
        try reader.expectEnd()
    }

    @Test("a message cut at any byte is truncated, and says where")
    func truncation() throws {
        var whole = ByteReader(message)
        try readMessage(&whole)
        for count in message.indices {
            var reader = ByteReader(Array(message.prefix(count)))
            do {
                try readMessage(&reader)
                Issue.record("\(count) of \(message.count) bytes were enough")
            } catch .truncated(let needed, let available, let offset) {
                #expect(needed > available)
                #expect(offset + available == count)
                #expect(reader.position <= offset)
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    @Test("random bytes never trap, and a failed read does not move")
    func randomBytes() {
        var generator = SeededGenerator()
        // What was read is used: of an array copied from a slice and never looked at, Swift 6.3.1 gives the memory back
        // before it writes the copy, which AddressSanitizer notices.
        var seen = 0
        defer { #expect(seen > 0) }
        for _ in 0..<20_000 {
            var reader = ByteReader(generator.bytes(Int.random(in: 0...24, using: &generator)))
            while !reader.isAtEnd {
                let before = reader.position
                do throws(ByteCodingError) {
                    switch UInt8.random(in: 0..<6, using: &generator) {
                    case 0: _ = try reader.readVarint()
                    case 1: _ = try reader.readString(maximumByteCount: 8)
                    case 2: for byte in try reader.readByteString(maximumByteCount: .max) { seen += Int(byte) }
                    case 3: _ = try reader.readUInt64()
                    case 4: _ = try reader.readZigzag()
                    default: _ = try reader.subreader(3)
                    }
                    #expect(reader.position > before)
                } catch {
                    #expect(reader.position == before)
                    break
                }
            }
        }
    }

    @Test(
        "an overlong varint is refused",
        arguments: [
            [0x80, 0x00], [0xFF, 0x00], [0x80, 0x80, 0x00],
            [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
        ]
            as [[UInt8]])
    func overlongVarint(bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        #expect(throws: ByteCodingError.varintOverlong(at: 0)) { try reader.readVarint() }
        #expect(reader.position == 0)
    }

    @Test(
        "a varint past 64 bits is refused",
        arguments: [
            [UInt8](repeating: 0xFF, count: 9) + [0x02], [UInt8](repeating: 0x80, count: 9) + [0x81, 0x00],
            [UInt8](repeating: 0xFF, count: 16),
        ])
    func varintTooLong(bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        #expect(throws: ByteCodingError.varintTooLong(at: 0)) { try reader.readVarint() }
        #expect(reader.position == 0)
    }

    @Test("a length over the limit is refused before it is believed")
    func lengthOverLimit() {
        var writer = ByteWriter()
        writer.writeVarint(.max)
        for limit in [0, 1, Int.max] {
            var reader = ByteReader(writer.bytes)
            let expected = ByteCodingError.lengthOverLimit(length: .max, limit: limit, at: 0)
            #expect(throws: expected) { try reader.readByteString(maximumByteCount: limit) }
            #expect(throws: expected) { try reader.readString(maximumByteCount: limit) }
            #expect(throws: expected) { try reader.readCount(maximum: limit) }
            #expect(reader.position == 0)
        }
    }

    @Test("a length just at the limit passes")
    func lengthAtLimit() throws {
        var writer = ByteWriter()
        writer.writeByteString([1, 2, 3])
        var reader = ByteReader(writer.bytes)
        #expect(throws: ByteCodingError.lengthOverLimit(length: 3, limit: 2, at: 0)) {
            try reader.readByteString(maximumByteCount: 2)
        }
        #expect(try reader.readByteString(maximumByteCount: 3) == [1, 2, 3])
    }

    @Test(
        "text that is not UTF-8 is refused, not repaired",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x61, 0x80],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        var writer = ByteWriter()
        writer.writeByteString(bytes)
        var reader = ByteReader(writer.bytes)
        #expect(throws: ByteCodingError.invalidUTF8(at: 1)) { try reader.readString(maximumByteCount: 8) }
        #expect(reader.position == 0)
    }
}
