// What is written is read back, and stands in the bytes as documented.

import ByteCoding
import Testing

@Suite("Writing and reading bytes")
struct RoundTripTests {
    @Test("fixed-width values are little-endian and unaligned")
    func fixedWidthBytes() throws {
        var writer = ByteWriter()
        writer.writeUInt8(0x01)
        writer.writeUInt16(0x0302)
        writer.writeUInt32(0x0706_0504)
        writer.writeUInt64(0x0F0E_0D0C_0B0A_0908)
        writer.writeInt64(-2)
        writer.writeFloat(1)
        writer.writeDouble(-2)
        #expect(
            writer.bytes == Array(1...15) + [0xFE] + [UInt8](repeating: 0xFF, count: 7) + [0, 0, 0x80, 0x3F]
                + [0, 0, 0, 0, 0, 0, 0, 0xC0])
        var reader = ByteReader(writer.bytes)
        #expect(try reader.readUInt8() == 0x01)
        #expect(try reader.readUInt16() == 0x0302)
        #expect(try reader.readUInt32() == 0x0706_0504)
        #expect(try reader.readUInt64() == 0x0F0E_0D0C_0B0A_0908)
        #expect(try reader.readInt64() == -2)
        #expect(try reader.readFloat() == 1)
        #expect(try reader.readDouble() == -2)
        #expect(reader.isAtEnd)
    }

    @Test("floats keep every bit: signed zero, infinity, subnormals, the payload of a NaN")
    func floatBits() throws {
        let patterns: [UInt64] = [0, 1, 0x8000_0000_0000_0000, 0x7FF0_0000_0000_0000, 0x7FF8_0000_0000_1234, .max]
        for pattern in patterns {
            var writer = ByteWriter()
            writer.writeDouble(Double(bitPattern: pattern))
            writer.writeFloat(Float(bitPattern: UInt32(truncatingIfNeeded: pattern | 0x0040_0000)))
            var reader = ByteReader(writer.bytes)
            #expect(try reader.readDouble().bitPattern == pattern)
            #expect(try reader.readFloat().bitPattern == UInt32(truncatingIfNeeded: pattern | 0x0040_0000))
        }
    }

    @Test(
        "a varint has the bytes of LEB128",
        arguments: [
            (0, [0x00]), (127, [0x7F]), (128, [0x80, 0x01]), (300, [0xAC, 0x02]), (16_383, [0xFF, 0x7F]),
            (UInt64.max, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        ] as [(UInt64, [UInt8])])
    func varintBytes(value: UInt64, bytes: [UInt8]) throws {
        var writer = ByteWriter()
        writer.writeVarint(value)
        #expect(writer.bytes == bytes)
        #expect(Varint.byteCount(of: value) == bytes.count)
        var reader = ByteReader(bytes)
        #expect(try reader.readVarint() == value)
    }

    @Test("varints of every width survive")
    func varintWidths() throws {
        for shift in 0..<64 {
            for value in [UInt64(1) << shift, (UInt64(1) << shift) - 1, UInt64.max >> shift] {
                var writer = ByteWriter()
                writer.writeVarint(value)
                writer.writeZigzag(Int64(bitPattern: value))
                var reader = ByteReader(writer.bytes)
                #expect(try reader.readVarint() == value)
                #expect(reader.position == Varint.byteCount(of: value))
                #expect(try reader.readZigzag() == Int64(bitPattern: value))
                #expect(reader.isAtEnd)
            }
        }
    }

    @Test("zigzag keeps small magnitudes of either sign in one byte")
    func zigzag() {
        #expect([0, -1, 1, -2, 2].map { Varint.zigzag($0) } == [0, 1, 2, 3, 4])
        #expect(Varint.zigzag(.min) == .max)
        #expect(Varint.unzigzag(.max) == .min)
        #expect(Varint.unzigzag(.max - 1) == .max)
    }

    @Test("byte strings, text and raw bytes survive, empty ones too")
    func strings() throws {
        let texts = ["", "click", "a\u{0}b", "🎉 Grüße 日本"]
        var writer = ByteWriter(capacity: 8)
        for text in texts {
            writer.writeString(text)
            writer.writeByteString(Array(text.utf8))
            writer.writeRaw(Array(text.utf8))
            writer.writeRaw(Array(text.utf8).span.bytes)
            Array(text.utf8).withUnsafeBytes { writer.writeRaw($0) }
        }
        var reader = ByteReader(writer.bytes)
        for text in texts {
            let count = text.utf8.count
            #expect(try reader.readString(maximumByteCount: count) == text)
            #expect(try reader.readByteString(maximumByteCount: count) == Array(text.utf8))
            #expect(try reader.readRaw(count) == Array(text.utf8))
            #expect(try reader.readRaw(2 * count) == Array((text + text).utf8))
        }
        try reader.expectEnd()
    }

    @Test("a patch overwrites four bytes and nothing else")
    func patch() {
        var writer = ByteWriter()
        writer.writeRaw([1, 2, 3, 4, 5, 6])
        writer.patch(0xDDCC_BBAA, at: 1)
        #expect(writer.bytes == [1, 0xAA, 0xBB, 0xCC, 0xDD, 6])
        writer.patch(0, at: 2)
        #expect(writer.bytes == [1, 0xAA, 0, 0, 0, 0])
    }

    @Test("a writer starts afresh, and bytes taken before are not touched")
    func removeAll() {
        var writer = ByteWriter()
        writer.writeUInt16(0x0201)
        let taken = writer.bytes
        writer.removeAll()
        writer.writeUInt8(9)
        #expect(taken == [1, 2])
        #expect(writer.bytes == [9])
        #expect(writer.count == 1)
    }

    @Test("a subreader ends where it was told, and counts on from the whole")
    func subreader() throws {
        var reader = ByteReader([0, 1, 2, 3, 4, 5])
        try reader.skip(1)
        var inner = try reader.subreader(3)
        #expect(reader.position == 4)
        #expect(inner.remaining == 3)
        #expect(inner.position == 1)
        #expect(try inner.readUInt16() == 0x0201)
        #expect(throws: ByteCodingError.truncated(needed: 2, available: 1, at: 3)) { try inner.readUInt16() }
        #expect(Array(inner.unreadBytes) == [3])
        #expect(throws: ByteCodingError.trailingBytes(count: 2, at: 4)) { try reader.expectEnd() }
    }
}
