// The specification's canonical bytes: everything a fold depends on changes them, and equal ones agree.

import OnlineLearning
import ScoringRecords
import Testing

@Suite("A specification's canonical bytes")
struct ModelSpecificationTests {
    @Test("every part changes the bytes, and no two changes give the same")
    func uniqueness() throws {
        let base = try SmallModel.specification()
        let rate = try #require(Probability(0.06))
        let loss = try BinaryLoss.weighted(positiveWeight: 2)
        let treatments = try [
            LabelTreatment(keptNegatives: 0.1), LabelTreatment(keptPositives: 0.1), LabelTreatment(labelSmoothing: 0.1),
        ]
        let lanes = try (0..<8).map { try PortfolioLane(alpha: 0.1 + Double($0), halfLife: $0 == 3 ? 100 : nil) }
        let optimizers: [OptimizerChoice] = try [
            .ftrl(FTRLParameters(alpha: 0.4)), .ftrl(FTRLParameters(alpha: 0.3, beta: 2)),
            .ftrl(FTRLParameters(alpha: 0.3, l1: 1)), .ftrl(FTRLParameters(alpha: 0.3, l2: 1)),
            .portfolio(.standard, mixtureHalfLife: nil), .portfolio(.standard, mixtureHalfLife: 300),
            .portfolio(PortfolioParameters(lanes: lanes), mixtureHalfLife: 300),
            .portfolio(PortfolioParameters(lanes: lanes, beta: 2), mixtureHalfLife: 300),
            .ekf(EKFParameters(priorVariance: 0.3)), .ekf(EKFParameters(priorVariance: 0.3, forgetting: 0.1)),
            .ekf(EKFParameters(priorVariance: 0.4)),
        ]
        var changes: [(inout Specification) -> Void] = [
            { _ in }, { $0.idField = "key" }, { $0.timeField = nil }, { $0.timeField = "" },
            { $0.features.removeLast() },
            { $0.features.swapAt(0, 1) }, { $0.features[0] = .hash(field: "city") },
            { $0.features[0] = .bucket(field: "country", scale: .logarithmic) },
            { $0.features[0] = .bucket(field: "country", scale: .width(1)) },
            { $0.features[0] = .bucket(field: "country", scale: .edges([1])) },
            { $0.features[0] = .bucket(field: "country", scale: .edges([1, 2])) },
            { $0.features[1] = .number(field: "amount", transform: .raw, standardized: true) },
            { $0.features[1] = .number(field: "amount", transform: .log, standardized: false) },
            { $0.features[2] = .cross(fields: ["device", "country"]) }, { $0.heads[1].name = "other" },
            { $0.heads[1].binary.loss = loss }, { $0.heads[1].binary.baseRate = rate },
            { $0.heads[1].window = .seconds(61) },
            { $0.heads[1].missingLabel = .unlabelled }, { $0.heads.removeLast() }, { $0.bits = 9 },
            { $0.grace = .seconds(1) }, { $0.maximumPending = 101 }, { $0.heads[1].recalibrates = false },
            { $0.heads[1].policy = .retract(after: .zero) }, { $0.heads[1].policy = .retract(after: .seconds(1)) },
            { $0.heads[0].policy = .retract(after: .zero) }, { $0.heads[1].group = "head" },
            { $0.importanceAware = true }, { $0.standardErrors = true },
            { $0.slots.halfLife = .events(2_000) }, { $0.slots.halfLife = .time(.seconds(2_000)) },
            { $0.slots.admission = 2 }, { $0.slots.expiry = .events(2_000) },
            { $0.orphanWindow = .seconds(1) }, { $0.maximumOrphans = 1 }, { $0.heads[1].labelOutage = .seconds(1) },
            { $0.heads[0].labelOutage = .seconds(1) },
        ]
        changes += treatments.map { treatment in { $0.heads[1].binary.treatment = treatment } }
        changes += optimizers.map { optimizer in { $0.optimizer = optimizer } }
        var seen: Set<[UInt8]> = []
        for change in changes {
            var changed = base
            change(&changed)
            seen.insert(changed.canonicalBytes)
            #expect(changed.canonicalBytes == changed.canonicalBytes)
        }
        #expect(seen.count == changes.count)
    }

    @Test("the bytes are these, so that journals keep their specification")
    func golden() throws {
        var specification = try SmallModel.specification(heads: 1)
        specification.features = [.hash(field: "a")]
        let hex = specification.canonicalBytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let expected =
            "06026964010474696d65010101610105" + "6865616430" + "00"
            + "01" + "0000000000000000000000000000f03f000000000000f03f9a9999999999a93f"
            + "000000000000f03f000000000000f03f0000000000000000" + "0087930300000000" + "00" + "00" + "01"
            + "ffffffffffffffff" + "08"
            + "01333333333333d33f000000000000f03f00000000000000000000000000000000" + "00"
            + "0000000000408f40" + "00000000000000000000000000000000" + "000100"
            + "0000000000000000" + "64" + "0000000000000000" + "00"
        #expect(hex == expected)
    }
}
