// Slots back to names.

import OnlineLearning
import ScoringRecords
import Testing

@Suite("Names of features")
struct FeatureNamesTests {
    private static let definitions: [FeatureDefinition] = [
        .hash(field: "merchant"), .number(field: "amount", transform: .log, standardized: false),
        .bucket(field: "hour", scale: .edges([6, 18])), .bucket(field: "age", scale: .width(10)),
        .bucket(field: "distance", scale: .logarithmic), .cross(fields: ["merchant", "country"]),
    ]

    private func slots(_ values: [String: TestValue]) throws -> [UInt32] {
        let found = try FeatureExtractor(definitions: Self.definitions, bits: 20)(values).features
        return (found.indicators + found.valued.map(\.index)).map { $0 & (1 << 20 - 1) }
    }

    @Test("what follows from the configuration has its name at once")
    func standing() throws {
        let names = FeatureNames(definitions: Self.definitions, bits: 20)
        let known = try slots(["amount": .number(5), "hour": .number(7), "age": .number(34), "distance": .number(3)])
            .compactMap { names.name(of: $0) }
        #expect(known == ["(bias)", "merchant missing", "hour 6…18", "age 30…40", "distance 3…3.757", "amount"])
        let missing = try slots([:]).compactMap { names.name(of: $0) }
        #expect(
            missing == [
                "(bias)", "merchant missing", "amount missing", "hour missing", "age missing", "distance missing",
            ])
        #expect(try slots(["hour": .number(5)]).contains { names.name(of: $0) == "hour < 6" })
        #expect(try slots(["hour": .number(18)]).contains { names.name(of: $0) == "hour ≥ 18" })
        #expect(try slots(["distance": .number(-3)]).contains { names.name(of: $0) == "distance -3.757…-3" })
    }

    @Test("a value that was shown names its own feature and every combination that it is in")
    func values() throws {
        var names = FeatureNames(definitions: Self.definitions, bits: 20)
        let shown = ["merchant": "café", "country": "49", "age": "123456"]
        names.learn { shown[$0] }
        let found = try slots(["merchant": .text("café"), "country": .number(49), "age": .number(123_456)])
            .compactMap { names.name(of: $0) }
        #expect(found.contains("merchant=café") && found.contains("merchant=café × country=49"))
        #expect(found.contains("age 123450…123460"))
        #expect(try slots(["merchant": .text("other")]).allSatisfy { names.name(of: $0)?.contains("other") != true })
    }

    @Test("features that meet in one slot are both named, up to three")
    func collisions() throws {
        var names = FeatureNames(definitions: [.hash(field: "a")], bits: 1)
        for value in 0..<50 { names.learn { _ in "\(value)" } }
        let both = [0, 1].compactMap { names.name(of: UInt32($0)) }
        #expect(both.count == 2)
        for text in both { #expect(text.split(separator: " or ").count == 3) }
    }
}
