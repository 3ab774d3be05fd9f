// Hostile files: whatever is typed, the reader answers with a configuration or with reasons, and ends no process.

import Foundation
import PipelineHost
import Testing

@Suite("A mutated configuration")
struct ConfigurationMutationTests {
    /// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014, figure 16).
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
    }

    // What YAML gives a meaning to, and numbers at the edge of theirs.
    private static let snippets = [
        "[", "]", "{", "}", ":", ",", "\n", "  ", "- ", "? ", "#", "&a ", "*a", "!!int ", "'", "\"", "|", ">", "%", "~",
        "null", "true", "-1", "0", "1e999", "nan", "99999999999999999999", "<<: ", "---\n", "...\n", "\u{0}", "\u{7F}",
        "\u{FEFF}", "é", "0x10", "_",
    ]

    @Test("is read or refused with reasons")
    func mutations() throws {
        let seed = ProcessInfo.processInfo.environment["WEIR_TEST_SEED"].flatMap(UInt64.init) ?? 20_240_229
        print("mutated configurations: WEIR_TEST_SEED=\(seed)")
        var generator = Generator(state: seed)
        let original = Array(ConfigurationExampleTests.complete)
        for round in 0..<3_000 {
            var text = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let start = Int.random(in: 0..<text.count, using: &generator)
                let end = min(text.count, start + Int.random(in: 0...12, using: &generator))
                let snippet = Self.snippets[Int.random(in: 0..<Self.snippets.count, using: &generator)]
                text.replaceSubrange(start..<end, with: Array(snippet))
            }
            do throws(ConfigurationError) {
                let configuration = try Configuration.parse(yaml: String(text), source: "weir.yaml")
                #expect(!configuration.explanation().isEmpty)
            } catch {
                #expect(!error.issues.isEmpty, "seed \(seed), round \(round)")
                #expect(error.issues.allSatisfy { !$0.message.isEmpty && !$0.remedy.isEmpty }, "seed \(seed)")
            }
        }
    }
}
