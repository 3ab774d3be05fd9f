// Heads with classes and multi-label heads: what the file may say, what it means, and what is refused.

import Calibration
import OnlineLearning
import PipelineHost
import ScoringRecords
import Testing

@Suite("Heads in the configuration")
struct HeadConfigurationTests {
    private func parse(_ heads: String, model: String = "{}") throws -> Configuration {
        try Configuration.parse(
            yaml: """
                name: n
                event: { id: id, time: t }
                features: [{ hash: a }]
                heads:
                \(heads)
                model: \(model)
                """, source: "weir.yaml")
    }

    private func issue(_ heads: String, model: String = "{}") -> String {
        do {
            _ = try parse(heads, model: model)
            return ""
        } catch let error as ConfigurationError {
            return error.issues.map(\.message).joined(separator: "; ")
        } catch { return "\(error)" }
    }

    @Test("a head with classes says their loss, rates, what silence means and which examples count")
    func classes() throws {
        let configuration = try parse(
            """
              - name: state
                classes: [none, fraud, refund]
                window: 30d
                missingLabel: none
                loss: { categorical: { gamma: 1.5, smoothing: 0.05, weights: { fraud: 4 } } }
                baseRates: { none: 0.9, refund: 0.09, fraud: 0.01 }
                keep: { none: 0.1 }
            """)
        let head = try #require(configuration.specification.heads.first)
        guard case .classes(let task) = head.task else {
            Issue.record("no classes")
            return
        }
        #expect(task.classes == ["none", "fraud", "refund"])
        #expect(try task.loss == CategoricalLoss(classWeights: [1, 4, 1], labelSmoothing: 0.05, gamma: 1.5))
        #expect(zip(task.baseRates, [0.9, 0.01, 0.09]).allSatisfy { ($0 - $1).magnitude < 1e-12 })
        #expect(task.kept == [0.1, 1, 1])
        #expect(head.missingLabel == .category(0))
        #expect(head.silentOutcome == .category(0, weight: 1))
        // Silence means something, so its lesson need not wait.
        #expect(head.policy == .retract(after: .days(1)))
        #expect(configuration.specification.outputCount == 3)
    }

    @Test("a head with classes waits for labels, from equal rates, where the file says nothing")
    func classDefaults() throws {
        let head = try #require(
            try parse("  - { name: state, classes: [a, b], window: 1h }").specification.heads.first)
        #expect(head.missingLabel == .unlabelled && head.silentOutcome == nil && head.policy == .wait)
        #expect(
            try head.task == .classes(ClassTask(loss: CategoricalLoss(classWeights: [1, 1]), classes: ["a", "b"])))
    }

    @Test("a multi-label head is one head per label, each with what it has of its own")
    func labels() throws {
        let configuration = try parse(
            """
              - name: kind
                labels: [stolen, { name: friendly, baseRate: 0.002, loss: { weighted: { positive: 5 } } }]
                window: 60d
                baseRate: 0.01
                negatives: 0.5
                flag: { threshold: 0.2 }
              - { name: refund, window: 1d }
            """)
        let heads = configuration.specification.heads
        #expect(heads.map(\.name) == ["kind.stolen", "kind.friendly", "refund"])
        #expect(heads.map(\.group) == ["kind", "kind", nil])
        let half = try LabelTreatment(keptNegatives: 0.5)
        let (first, second) = (try #require(Probability(0.01)), try #require(Probability(0.002)))
        #expect(heads[0].task == .binary(BinaryTask(loss: .bce, baseRate: first, treatment: half)))
        #expect(
            try heads[1].task
                == .binary(BinaryTask(loss: .weighted(positiveWeight: 5), baseRate: second, treatment: half)))
        #expect(configuration.flagging == [.threshold(0.2), .threshold(0.2), .standard])
    }

    static let refused: [(heads: String, words: String)] = [
        ("  - { name: s, classes: [a], window: 1h }", "1 classes"),
        ("  - { name: s, classes: [a, a], window: 1h }", "two classes are called 'a'"),
        ("  - { name: s, classes: [a, unlabelled], window: 1h }", "no class is known"),
        ("  - { name: s, classes: [a, b], window: 1h, missingLabel: negative }", "'negative' is not unlabelled"),
        ("  - { name: s, classes: [a, b], window: 1h, loss: bce }", "no loss of classes"),
        ("  - { name: s, classes: [a, b], window: 1h, baseRate: 0.1 }", "belongs to a binary head"),
        ("  - { name: s, classes: [a, b], window: 1h, negatives: 0.1 }", "belongs to a binary head"),
        ("  - { name: s, classes: [a, b], window: 1h, baseRates: { a: 0.5 } }", "class 'b' has no value"),
        ("  - { name: s, classes: [a, b], window: 1h, keep: { c: 0.5 } }", "unknown key"),
        ("  - { name: s, classes: [a, b], labels: [c], window: 1h }", "labels and classes exclude"),
        ("  - { name: s, window: 1h, keep: { a: 0.5 } }", "belongs to a head with classes"),
        ("  - { name: s, window: 1h, labels: [a, a] }", "two heads are called 's.a'"),
        ("  - { name: s, window: 1h, labels: [a] }\n  - { name: s, window: 1h }", "two heads are called 's'"),
        ("  - { name: s, window: 1h, labels: [{ baseRate: 0.1 }] }", "required, but missing"),
        ("  - { name: s, window: 1h, flag: { threshold: 2 } }", "strictly between 0 and 1"),
        ("  - { name: s, window: 1h, flag: { threshold: 0.1, falsePositiveRate: 0.1 } }", "exactly one of"),
    ]

    @Test("what does not fit is refused in its place", arguments: refused)
    func refuses(heads: String, words: String) {
        #expect(issue(heads).contains(words), "\(issue(heads))")
    }

    @Test("the model says what fades, what is let in and what is given up")
    func slotRules() throws {
        let head = "  - { name: s, window: 1h }"
        let model = "{ forget: { time: 30d }, admit: 3, expire: { events: 5000000 }, standardError: true }"
        let specification = try parse(head, model: model).specification
        #expect(
            specification.slots
                == SlotRules(halfLife: .time(.days(30)), admission: 3, expiry: .events(5_000_000)))
        #expect(specification.standardErrors && !specification.importanceAware)
        #expect(try parse(head, model: "{ optimizer: ftrl, importanceAware: true }").specification.importanceAware)
        #expect(try parse(head).specification.slots.isEmpty)
        for (model, words) in [
            ("{ forget: 30d }", "expected a mapping"), ("{ forget: { time: 30d, events: 5000 } }", "exactly one of"),
            ("{ expire: { events: 10 } }", "outside"), ("{ admit: 0 }", "outside"),
            ("{ importanceAware: true }", "belongs to optimizer: ftrl"),
        ] {
            #expect(issue(head, model: model).contains(words), "\(issue(head, model: model))")
        }
    }

    @Test("more outputs than a table or a record holds are refused")
    func tooManyOutputs() {
        let classes = (0..<64).map { "c\($0)" }.joined(separator: ", ")
        let heads = (0..<5).map { "  - { name: h\($0), classes: [\(classes)], window: 1h }" }.joined(separator: "\n")
        #expect(issue(heads).contains("320 outputs"))
        let one = "  - { name: h, classes: [\(classes)], window: 1h }"
        #expect(issue(one, model: "{ bits: 21 }").contains("more than the 67108864 that fit a table"))
        #expect(issue(one, model: "{ bits: 20 }") == "")
    }
}
