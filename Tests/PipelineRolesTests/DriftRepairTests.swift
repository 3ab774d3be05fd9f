// A learner and a monitor over one journal, and a world that changes: a frozen learner is found out, a learning one
// repairs the verdict.

import Calibration
import ElementaryMath
import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing

/// A world with two kinds of events, scored by the model as it is, one event a second.
private struct World {
    private let learner: LearnerFold
    private let monitor: MonitorFold
    private let publisher: ModelPublisher
    private var random = SeededGenerator()
    private var scores: [OutputScore] = []
    private var count = 0

    /// The logits of the two kinds' true probabilities.
    var truth = [-2.5, -0.5]

    init() throws {
        let specification = try TestSpecification.make(
            windows: [.seconds(10)], maximumPending: 100_000, baseRate: 0.1, heads: 1)
        learner = LearnerFold.marked(specification)
        monitor = MonitorFold(
            specification: specification, specificationDigest: TestSpecification.digest,
            settings: MonitorSettings(budget: try #require(FalseAlarmBudget(alarmsPerYear: 1, eventsPerSecond: 1))))
        monitor.fold(.specificationMark)
        publisher = ModelPublisher(model: learner.model, epoch: 1, records: learner.sequence)
    }

    mutating func play(_ events: Int) {
        for _ in 0..<events {
            let time = Double(count)
            let kind = random.below(2)
            let features = FeatureVector(indicators: [0, UInt32(1 + kind)])
            publisher.published.score(features, into: &scores)
            fold(
                .scored(
                    ScoredEvent(
                        id: eventID("\(count)"), time: at(time), modelVersion: publisher.published.version,
                        features: features, numbers: [], outputs: scores)))
            if random.chance(sigmoid(truth[kind])) { fold(.outcome("\(count)", time + 1)) }
            count += 1
            if count % 50 == 0 {
                fold(.mark(1, time))
                _ = publisher.delta(records: learner.sequence)
            }
        }
    }

    func fold(_ record: JournalRecord) {
        _ = learner.fold(record)
        monitor.fold(record)
    }

    var output: OutputStatistics { monitor.heads[0].outputs[0] }
    var alarms: [RaisedAlarm] { monitor.alarms }
}

@Suite("A planted drift")
struct DriftRepairTests {
    private let doubled = [-2.5 + log(2), -0.5 + log(2)]

    @Test("turns the verdict of a frozen learner, which stands until it learns again and repairs it")
    func frozen() throws {
        var world = try World()
        world.play(20_000)
        #expect(world.output.standing == nil && !world.output.isTooEarly)
        let before = world.alarms.count
        world.fold(.control(.freeze))
        // Not long: what a learner happens to be wrong by when it is frozen stays wrong, and is found out in time.
        world.play(500)
        #expect(world.output.standing == nil)
        world.truth = doubled
        world.play(20_000)
        let standing = try #require(world.output.standing)
        #expect(standing.direction == .underPredicting)
        let alarm = try #require(world.alarms.dropFirst(before).first)
        // ln c is 17 nats, an event tells .03 or so of them; a delay ten times the median is no chance.
        #expect(alarm.time > at(20_500) && alarm.time < at(27_500))
        #expect(alarm.onset > at(17_500))
        world.fold(.control(.thaw))
        world.play(30_000)
        #expect(world.output.standing == nil && !world.output.isTooEarly)
    }

    @Test("is repaired by a learning one without anybody's help")
    func learning() throws {
        var world = try World()
        world.play(20_000)
        world.truth = doubled
        world.play(40_000)
        #expect(world.output.standing == nil && !world.output.isTooEarly)
    }
}
