// CRC-32C against published vectors and against its own definition, bit by bit.

import ByteCoding
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
    @Test("the check value of the catalogue")
    func checkValue() {
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    }

    @Test("the vectors of RFC 3720, appendix B.4")
    func publishedVectors() {
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum([UInt8](0..<32)) == 0x46DD_794E)
        #expect(CRC32C.checksum([UInt8]((0..<32).reversed())) == 0x113F_DB5C)
        let readCommand: [UInt8] = [
            0x01, 0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
            0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18,
            0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        ]
        #expect(CRC32C.checksum(readCommand) == 0xD996_3A56)
    }

    @Test("nothing has the checksum 0, and adds nothing to a seed")
    func emptyInput() {
        #expect(CRC32C.checksum([UInt8]()) == 0)
        #expect(CRC32C.checksum([UInt8](), seed: 0xE306_9283) == 0xE306_9283)
    }

    @Test("every length agrees with the definition, wherever it is cut and whatever holds the bytes")
    func agreesWithDefinition() {
        var generator = SeededGenerator()
        let bytes = generator.bytes(100)
        for count in 0...bytes.count {
            let part = bytes.prefix(count)
            let expected = bitwiseChecksum(part)
            #expect(CRC32C.checksum(part) == expected)
            #expect(CRC32C.checksum(Array(part)) == expected)
            #expect(CRC32C.checksum(part.span.bytes) == expected)
            #expect(part.withUnsafeBytes { CRC32C.tableChecksum($0) } == expected)
            let cut = Int.random(in: 0...count, using: &generator)
            #expect(CRC32C.checksum(part[cut...], seed: CRC32C.checksum(part[..<cut])) == expected)
        }
    }

    @Test("every flipped bit changes the checksum")
    func noticesEveryBit() {
        var generator = SeededGenerator()
        var bytes = generator.bytes(64)
        let expected = CRC32C.checksum(bytes)
        for bit in 0..<bytes.count * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(CRC32C.checksum(bytes) != expected)
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
    }

    /// RFC 3720, section 12.1, one bit at a time.
    private func bitwiseChecksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var register = UInt32.max
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = (register >> 1) ^ (register & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        return ~register
    }
}
