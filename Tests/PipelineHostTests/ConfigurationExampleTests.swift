// A right file gives exactly the values it names, and the defaults where it names none.

import OnlineLearning
import PipelineHost
import PipelineRoles
import ScoringRecords
import Testing

@Suite("A configuration")
struct ConfigurationExampleTests {
    static let complete = """
        name: ad-clicks
        event: { id: impression_id, time: timestamp }
        features:
          - { hash: campaign }
          - { number: price, transform: log, standardize: false }
          - { number: price }
          - { bucket: price, width: 10 }
          - { bucket: age, edges: [1, 5, 10.5] }
          - { bucket: income, log: true }
          - { cross: [campaign, item_id] }
        heads:
          - name: click
            loss: { focal: { gamma: 2, alpha: 0.25 } }
            baseRate: 0.005
            window: 30m
            missingLabel: negative
            wait: 90s
            negatives: 0.1
            recalibrate: false
            labelOutage: 10m
          - { name: cancelled, loss: { weighted: { positive: 20 } }, window: 1d12h, missingLabel: unlabelled }
          - { name: bought, loss: { focal: { gamma: 1, positiveWeight: 3 } }, window: 7d }
        model: { bits: 20, optimizer: ftrl, alpha: 0.3, beta: 2, l1: 0.5, l2: 1e-3 }
        stream: { clock: stream, grace: 1m, orphanWindow: 5s }
        limits: { pendingEvents: 5_000, orphanLabels: 70, spoolBytes: 2097152, spoolFull: shed }
        intake: { ack: durable }
        journal: { path: data/weir.journal, checkpointRecords: 100, keepCheckpoints: 5, commitInterval: 10ms, commitBytes: 65536, retainBytes: 1_073_741_824, retainAge: 30d }
        endpoints: { intake: "tcp://*:6000", journal: "ipc:///run/weir/journal", model: "inproc://model" }
        replay:
          id: rowNumber
          time: { column: timestamp, format: iso8601 }
          labels:
            - { head: click, column: label, delay: 30s }
            - head: cancelled
              file: aux.csv.gz
              key: event_id
              column: status
              time: { column: d, format: "%m/%d/%Y" }
              values: { Canceled: 1, Check-Out: 0, no: 0.5 }
        """

    static let minimal = """
        name: t
        event: { id: id }
        features: [{ hash: a }]
        heads: [{ name: click, window: 30m }]
        """

    @Test("with every key gives exactly those values")
    func everyKey() throws {
        let configuration = try Configuration.parse(yaml: Self.complete, source: "conf/weir.yaml")
        #expect(configuration.name == "ad-clicks")
        #expect(configuration.clock == .stream)
        #expect(configuration.spoolBytes == 2_097_152)
        #expect(configuration.spoolFull == .shed)
        #expect(configuration.acknowledgement == .durable)
        #expect(
            configuration.journal
                == JournalSettings(
                    path: "data/weir.journal", checkpointRecords: 100, keepCheckpoints: 5,
                    commitInterval: .milliseconds(10), commitBytes: 65_536, retainBytes: 1 << 30,
                    retainAge: .days(30)))
        #expect(configuration.endpoints.intake.transport == .tcp(host: "*", port: 6000))
        #expect(configuration.endpoints.journal.transport == .ipc(path: "/run/weir/journal"))
        #expect(configuration.endpoints.model.transport == .inproc(name: "model"))
        #expect(configuration.endpoints.tail == .loopback(port: 5603))
        let specification = configuration.specification
        #expect(specification.idField == "impression_id")
        #expect(specification.timeField == "timestamp")
        #expect(specification.bits == 20)
        #expect(try specification.optimizer == .ftrl(FTRLParameters(alpha: 0.3, beta: 2, l1: 0.5, l2: 0.001)))
        #expect(specification.grace == .seconds(60))
        #expect(specification.maximumPending == 5_000)
        #expect(specification.orphanWindow == .seconds(5))
        #expect(specification.maximumOrphans == 70)
    }

    @Test("keeps features in order and as written")
    func features() throws {
        let configuration = try Configuration.parse(yaml: Self.complete, source: "weir.yaml")
        #expect(
            configuration.specification.features == [
                .hash(field: "campaign"), .number(field: "price", transform: .log, standardized: false),
                .number(field: "price", transform: .raw, standardized: true),
                .bucket(field: "price", scale: .width(10)), .bucket(field: "age", scale: .edges([1, 5, 10.5])),
                .bucket(field: "income", scale: .logarithmic), .cross(fields: ["campaign", "item_id"]),
            ])
    }

    @Test("keeps heads in order, each with its own loss")
    func heads() throws {
        let heads = try Configuration.parse(yaml: Self.complete, source: "weir.yaml").specification.heads
        try #require(heads.count == 3)
        #expect(try heads[0].binary.loss == BinaryLoss.focal(gamma: 2, alpha: 0.25))
        #expect(heads[0].binary.baseRate.value == 0.005)
        #expect(heads[0].window == .seconds(1_800))
        #expect(heads[0].missingLabel == .negative)
        #expect(heads[1].name == "cancelled")
        #expect(try heads[1].binary.loss == BinaryLoss.weighted(positiveWeight: 20))
        #expect(heads[1].window == .seconds(129_600))
        #expect(heads[1].missingLabel == .unlabelled)
        #expect(heads[0].policy == .retract(after: .seconds(90)))
        #expect(try heads[0].binary.treatment == LabelTreatment(keptNegatives: 0.1))
        #expect(!heads[0].recalibrates && heads[1].recalibrates)
        #expect(heads[1].policy == .wait)
        #expect(heads[2].policy == .retract(after: .seconds(7 * 86_400 / 30)))
        #expect(heads[2].binary.treatment == .none)
        #expect(try heads[2].binary.loss == BinaryLoss.focal(gamma: 1, positiveWeight: 3))
    }

    @Test("maps a recording, with files relative to its own folder")
    func replay() throws {
        let configuration = try Configuration.parse(yaml: Self.complete, source: "conf/weir.yaml")
        let replay = try #require(configuration.replay)
        #expect(replay.id == .rowNumber)
        #expect(replay.time == .column("timestamp", format: .iso8601))
        #expect(
            replay.labels.first
                == LabelMapping(
                    head: "click", table: .sameRow, column: "label", moment: .delay(.seconds(30)), outcomes: .number))
        #expect(
            try replay.labels.last
                == LabelMapping(
                    head: "cancelled", table: .file(path: "conf/aux.csv.gz", key: "event_id"), column: "status",
                    moment: .column("d", format: .pattern(TimePattern("%m/%d/%Y"))),
                    outcomes: .texts(["Canceled": 1, "Check-Out": 0, "no": 0.5])))
    }

    @Test("says nothing and means the defaults")
    func defaults() throws {
        let configuration = try Configuration.parse(yaml: Self.minimal, source: "weir.yaml")
        let specification = configuration.specification
        #expect(specification.timeField == nil)
        #expect(specification.bits == 18)
        #expect(specification.optimizer == .portfolio(.standard, mixtureHalfLife: PortfolioMixture.standardHalfLife))
        #expect(specification.grace == .zero)
        #expect(specification.maximumPending == 1_000_000)
        #expect(specification.orphanWindow == .seconds(60))
        #expect(specification.maximumOrphans == 100_000)
        let head = try #require(specification.heads.first)
        #expect(head.binary.loss == .bce)
        #expect(head.binary.baseRate.value == 0.01)
        #expect(head.missingLabel == .negative)
        #expect(head.policy == .retract(after: .seconds(60)))
        #expect(head.binary.treatment == .none && head.recalibrates)
        #expect(configuration.clock == .wall)
        #expect(configuration.spoolBytes == 67_108_864)
        #expect(configuration.spoolFull == .refuse)
        #expect(configuration.acknowledgement == .scored)
        #expect(configuration.journal == JournalSettings())
        #expect(configuration.endpoints == Endpoints())
        #expect(configuration.replay == nil)
        #expect(configuration.advice == [])
    }

    @Test("takes each optimizer with its own numbers, or its defaults")
    func optimizers() throws {
        func optimizer(_ model: String) throws -> OptimizerChoice {
            try Configuration.parse(yaml: Self.minimal + "\nmodel: \(model)", source: "weir.yaml").specification
                .optimizer
        }
        #expect(try optimizer("{ optimizer: ftrl }") == .ftrl(FTRLParameters(alpha: 0.15)))
        #expect(try optimizer("{ optimizer: ekf }") == .ekf(EKFParameters(priorVariance: 0.3)))
        #expect(
            try optimizer("{ optimizer: ekf, priorVariance: 0.5, forgetting: 1e-4 }")
                == .ekf(EKFParameters(priorVariance: 0.5, forgetting: 1e-4)))
        #expect(try optimizer("{ mixtureHalfLife: 500 }") == .portfolio(.standard, mixtureHalfLife: 500))
    }

    @Test("retracts where silence is a negative and waits where it says nothing, unless told otherwise")
    func policies() throws {
        func policy(_ head: String) throws -> LabelPolicy? {
            let yaml = Self.minimal.replacing("window: 30m", with: "window: 30m, \(head)")
            return try Configuration.parse(yaml: yaml, source: "weir.yaml").specification.heads.first?.policy
        }
        #expect(try policy("policy: wait") == .wait)
        #expect(try policy("wait: 30m") == .retract(after: .seconds(1_800)))
        #expect(try policy("wait: 0s") == .retract(after: .zero))
        #expect(try policy("missingLabel: unlabelled") == .wait)
        #expect(try policy("missingLabel: unlabelled, policy: retract") == .retract(after: .seconds(60)))
    }

    @Test("takes replay ids from the event's id column, and regular times")
    func replayDefaults() throws {
        let replay = "\nreplay: { time: { start: 2024-01-01T00:00:00Z, interval: 1s } }"
        let configuration = try Configuration.parse(yaml: Self.minimal + replay, source: "weir.yaml")
        let start = Timestamp(microseconds: 1_704_067_200_000_000)
        #expect(
            configuration.replay
                == ReplayMapping(id: .column("id"), time: .regular(start: start, interval: .seconds(1)), labels: []))
    }

    @Test("names fields by their text, whatever YAML takes it for")
    func namesLikeNumbers() throws {
        let yaml = Self.minimal.replacing("{ hash: a }", with: "{ hash: no }, { hash: 1e3 }, { hash: 2024-01-01 }")
        let features = try Configuration.parse(yaml: yaml, source: "weir.yaml").specification.features
        #expect(features == [.hash(field: "no"), .hash(field: "1e3"), .hash(field: "2024-01-01")])
    }

    @Test("may use YAML aliases")
    func aliases() throws {
        let yaml = Self.minimal.replacing("30m }]", with: "&w 30m }, { name: buy, window: *w }]")
        let heads = try Configuration.parse(yaml: yaml, source: "weir.yaml").specification.heads
        #expect(heads.map(\.window) == [.seconds(1_800), .seconds(1_800)])
    }
}

extension HeadSpecification {
    /// The task of a binary head.
    fileprivate var binary: BinaryTask {
        guard case .binary(let task) = task else { preconditionFailure("a head of these tests is binary") }
        return task
    }
}
