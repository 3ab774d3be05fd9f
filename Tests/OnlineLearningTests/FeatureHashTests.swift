// The hash behind every slot. Its values are part of the model format: these must never change.

import OnlineLearning
import Testing

@Suite("The feature hash")
struct FeatureHashTests {
    @Test("texts of every length have these very hashes")
    func goldenText() {
        let golden: [(String, UInt64)] = [
            ("", 0xFEA5_2BCC_4B69_A237), ("a", 0x1407_282B_58DF_20EF), ("bias", 0xF701_1842_775A_09E3),
            ("1234567", 0xF0D0_3F0E_82A7_9459), ("12345678", 0x7221_81BE_33E6_1545),
            ("123456789", 0xA33C_B17F_6CC9_FC7E),
            ("The quick brown fox jumps over the lazy dog", 0x6E09_2E27_5E7E_DC22), ("Grüße", 0xCB0D_FEA4_A9D7_9CB3),
        ]
        for (text, hash) in golden { #expect(FeatureHash.hash(text) == hash, "\(text)") }
    }

    @Test("pairs of words have these very hashes, and order matters")
    func goldenPairs() {
        #expect(FeatureHash.combine(0, 0) == 0x1EB2_4468_2E62_CA05)
        #expect(FeatureHash.combine(1, 2) == 0xD594_D260_70E8_A31C)
        #expect(FeatureHash.combine(2, 1) == 0x2132_9A94_C608_A685)
        #expect(FeatureHash.combine(.max, .max) == 0xA156_603C_974B_4492)
    }

    @Test("an index is a slot of the topmost bits of a hash, below a tag of the bits that follow")
    func indices() {
        #expect(FeatureHash.index(.max, bits: 1) == .max)
        #expect(FeatureHash.index(0x8000_0000_0000_0000, bits: 8) == 0x80)
        #expect(FeatureHash.index(0xAB12_3456_0000_0000, bits: 8) == 0x1234_56AB)
        #expect(FeatureHash.index(0xAB12_3456_FFFF_FFFF, bits: 8) == 0x1234_56AB)
        #expect(FeatureHash.index(0xAB12_3456_0000_0000, bits: 20) == 0x456A_B123)
        #expect(FeatureHash.index(0x0000_0800_0000_0000, bits: 20) & 0xF_FFFF == 0)
    }

    @Test("text, its raw bytes and unaligned bytes hash alike")
    func bytes() {
        let text = "a field value of some length"
        let padded = [0] + Array(text.utf8)
        let unaligned = padded.withUnsafeBytes { FeatureHash.hash(UnsafeRawBufferPointer(rebasing: $0.dropFirst())) }
        #expect(unaligned == FeatureHash.hash(text))
    }

    @Test("zero bytes and lengths count: texts that differ only there differ")
    func lengths() {
        var hashes: Set<UInt64> = []
        for length in 0..<64 { hashes.insert(FeatureHash.hash(String(repeating: "\u{0}", count: length))) }
        #expect(hashes.count == 64)
    }

    @Test("one flipped input bit flips each slot bit about half of the time")
    func avalanche() {
        var random = NumericTestGenerator(for: "avalanche")
        let trials = 400
        for length in [1, 7, 8, 9, 16, 31] {
            var flips = [Int](repeating: 0, count: 64)
            for _ in 0..<trials {
                var bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
                let before = bytes.withUnsafeBytes(FeatureHash.hash)
                bytes[Int.random(in: 0..<length, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                let after = bytes.withUnsafeBytes(FeatureHash.hash)
                for bit in 0..<64 where (before ^ after) >> UInt64(bit) & 1 == 1 { flips[bit] += 1 }
            }
            // Six standard deviations of a fair coin: √400 / 2 · 6 = 60. 384 coins pass together but once in 10⁶ runs.
            for bit in 0..<64 { #expect((trials / 2 - 60...trials / 2 + 60).contains(flips[bit]), "bit \(bit)") }
        }
    }

    @Test("a hundred thousand consecutive numbers spread over slots as chance would have it")
    func spread() {
        let bits = 12
        var counts = [Int](repeating: 0, count: 1 << bits)
        let salt = FeatureHash.hash("field")
        for number in 0..<100_000 {
            let index = FeatureHash.index(FeatureHash.combine(salt, FeatureHash.hash("\(number)")), bits: bits)
            counts[Int(index & UInt32(counts.count - 1))] += 1
        }
        // χ² over 4,096 slots: mean 4,095, standard deviation 90; five of them either way.
        let expected = 100_000.0 / 4_096
        let statistic = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        #expect((3_645...4_545).contains(statistic))
    }
}
