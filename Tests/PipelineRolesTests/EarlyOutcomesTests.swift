// What a monitor says before windows close, and that no verdict listens to it.

import Calibration
import ElementaryMath
import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing

/// Events a second apart whose positives come at any age of the window alike.
private struct EarlyStream {
    let fold: MonitorFold
    private var random = SeededGenerator()
    private var count = 0
    private var waiting: [(time: Double, id: String)] = []
    static let window = 1_000.0

    init(_ settings: MonitorSettings, heads: Int = 1) throws {
        let window = TimeSpan.seconds(Int64(EarlyStream.window))
        let specification = try TestSpecification.make(
            windows: [window, window], maximumPending: 100_000, baseRate: 0.1, heads: heads)
        fold = MonitorFold(
            specification: specification, specificationDigest: TestSpecification.digest, settings: settings)
        fold.fold(.specificationMark)
    }

    /// Plays events of one served logit; `odds` are the true ones over those served.
    mutating func play(_ events: Int, odds: Double = 1, logit: Float = -2, spread: Float = 1) {
        for _ in 0..<events {
            let time = Double(count)
            let served = Logit(clamping: logit + Float.random(in: -spread...spread, using: &random))
            let score = OutputScore(raw: served, mapped: served, served: served)
            fold.fold(
                .scored(
                    ScoredEvent(
                        id: eventID("\(count)"), time: at(time), modelVersion: ModelVersion(epoch: 1, records: 1),
                        features: FeatureVector(), numbers: [],
                        outputs: Array(repeating: score, count: fold.heads.count))))
            if random.chance(sigmoid(Double(served.value) + log(odds))) {
                let delay = Double.random(in: 0..<EarlyStream.window, using: &random)
                let place = waiting.firstIndex { $0.time > time + delay } ?? waiting.count
                waiting.insert((time + delay, "\(count)"), at: place)
            }
            while let label = waiting.first, label.time <= time {
                fold.fold(.outcome(label.id, label.time))
                waiting.removeFirst()
            }
            count += 1
            if count % 20 == 0 { fold.fold(.mark(1, time)) }
        }
    }

    var now: Timestamp { at(Double(count)) }
    var output: OutputStatistics { fold.heads[0].outputs[0] }
}

@Suite("Early outcomes and moving scores")
struct EarlyOutcomesTests {
    private func settings(earlyAge: TimeSpan? = nil) throws -> MonitorSettings {
        MonitorSettings(
            sliceEpoch: .seconds(20_000), budget: try #require(FalseAlarmBudget(alarmsPerYear: 1, eventsPerSecond: 1)),
            earlyAge: earlyAge, scoreWindow: 2_000)
    }

    @Test("a change is hinted at before outcomes are mature, and the hint is forgotten when it is over")
    func hint() throws {
        var stream = try EarlyStream(settings(earlyAge: .seconds(100)))
        stream.play(60_000)
        var early = try #require(stream.output.early)
        #expect(early.hint == nil)
        let share = try #require(early.warning.shareByAge)
        #expect(abs(share - 0.1) < 0.02)
        #expect(early.warning.unjudged > 0)  // before delays were known
        #expect(early.epochStart == at(40_000))
        let ratio = try #require(early.warning.sums.ratio)
        #expect(ratio > 0.7 && ratio < 1.3)
        var rounds = 0
        while stream.output.early?.hint == nil, rounds < 100 {
            stream.play(100, odds: 4)
            rounds += 1
        }
        early = try #require(stream.output.early)
        let hint = try #require(early.hint)
        // ln c is 17 nats, an event tells .02 of them.
        #expect(hint.direction == .underPredicting && rounds < 60)
        #expect(hint.since > at(55_000) && hint.time >= hint.since && hint.time <= stream.now)
        stream.play(62_000)
        #expect(try #require(stream.output.early).hint == nil)
    }

    @Test("no verdict, ratio or alarm listens to early outcomes: another age changes nothing of them")
    func apart() throws {
        let specification = try EarlyStream(settings()).fold.specification
        var outputs: [OutputStatistics] = []
        for age in [100.0, 900.0, 5_000.0] {
            let fold = MonitorFold(
                specification: specification, specificationDigest: TestSpecification.digest,
                settings: try settings(earlyAge: .seconds(Int64(age))))
            var random = SeededGenerator(seed: 7)
            fold.fold(.specificationMark)
            for second in 0..<20_000 {
                fold.fold(.event("\(second)", Double(second), heads: 1))
                if random.chance(0.5) { fold.fold(.outcome("\(second)", Double(second) + Double(random.below(400)))) }
                if second % 20 == 0 { fold.fold(.mark(1, Double(second))) }
            }
            outputs.append(fold.heads[0].outputs[0])
        }
        #expect(outputs[0].early != outputs[1].early)
        #expect(outputs[2].early == nil)  // the age is beyond the window
        for output in outputs.dropFirst() {
            #expect(output.calibration == outputs[0].calibration && output.standing == outputs[0].standing)
        }
        #expect(outputs[0].standing != nil)  // .73 promised, .5 came
    }

    @Test("a head whose silence says nothing has no early outcomes")
    func silence() throws {
        let stream = try EarlyStream(settings(), heads: 2)
        #expect(stream.fold.heads[0].outputs[0].early?.warning.age == .seconds(250))
        #expect(stream.fold.heads[1].outputs[0].early == nil)
    }

    @Test("scores that move are told without labels, duplicates count once")
    func movement() throws {
        var stream = try EarlyStream(settings())
        stream.play(1_010)
        #expect(!stream.output.movement.hasReference)
        stream.fold.fold(.event("5", 5, heads: 1))  // its window is closed: late
        stream.play(9_000)
        #expect(stream.output.movement.hasReference)
        // One reference in a hundred is called wrongly.
        #expect(stream.output.movement.moves <= 1 && stream.output.movement.newest != nil)
        let called = stream.output.movement.moves
        stream.play(4_100, logit: -1)
        #expect(stream.output.movement.moves > called)
        let move = try #require(stream.output.movement.lastMove)
        #expect(move.end > at(10_000) && move.isDrift)
    }
}
