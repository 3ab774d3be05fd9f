import Benchmarking
import Testing

@Suite("The intake's benchmark")
struct IntakeBenchmarkTests {
    private func report(seed: UInt64, only: [String] = []) throws -> BenchmarkReport {
        try IntakeBenchmark.run(
            IntakeSettings(bits: 10, only: only, events: 300, length: RoundLength(seconds: 0), seed: seed))
    }

    @Test("computes the same for the same seed, case by case, and something else for another")
    func seedsDecideResults() throws {
        let (first, second, other) = (try report(seed: 7), try report(seed: 7), try report(seed: 8))
        #expect(first.cases.count == IntakeSettings.caseNames.count)
        #expect(first.cases.map(\.resultHash) == second.cases.map(\.resultHash))
        for (here, there) in zip(first.cases, other.cases) { #expect(here.resultHash != there.resultHash) }
        #expect(first.cases.allSatisfy { $0.rounds == 1 && $0.nanosecondsPerEvent > 0 })
    }

    @Test("the order of members and the path taken change no result; an escaped quote does")
    func orderChangesNothing() throws {
        let report = try report(seed: 3, only: ["json/"])
        func hash(_ name: String) -> UInt64? { report.cases.first { $0.name == name }?.resultHash }
        #expect(hash("json/in-order") != nil)
        #expect(hash("json/in-order") == hash("json/out-of-order"))
        #expect(hash("json/fields") == hash("json/fields-general"))
        #expect(hash("json/in-order") != hash("json/escaped"))
    }

    @Test("the file for other programs has a label and an object per line, of about 600 bytes")
    func workloadFile() {
        let lines = IntakeBenchmark.fileBytes(IntakeSettings(events: 50)).split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 50)
        for line in lines {
            #expect(line.first == UInt8(ascii: "0") || line.first == UInt8(ascii: "1"))
            #expect(line.dropFirst(1).starts(with: Array("\t{\"id\":\"e".utf8)))
            #expect((550...700).contains(line.count))
        }
    }
}
