// `weir bench pipeline`: how many events a pipeline takes, scores, journals, joins and learns per second.

import Glibc
import PipelineHost
import PipelineRoles
import Synchronization

/// The cases, each with a pipeline of its own.
public enum PipelineBenchmark {
    // Messages under way hold about so many events, and so many messages at the most; clients share them, one each at least.
    private static let eventsUnderWay = 32_768
    private static let messagesUnderWay = 1_500
    private static let rounds = 5

    /// Runs every case.
    ///
    /// `scored/n` and `durable/n`: messages of n events over tcp, with the labels of positives, answered at once or after
    /// the commit. Figures: bytes of journal per event; events per second of the whole case until the last frame was durable,
    /// which `scored` tells when workers answer sooner than the learner learns; and for `durable` how many events per second the disk alone takes at
    /// these bytes per event, its frames committed again by nobody but SQLite.
    public static func run(_ settings: PipelineSettings) throws -> BenchmarkReport {
        let workload = IntakeWorkload(seed: settings.seed, events: settings.events)
        var cases: [BenchmarkResult] = []
        for batch in settings.batches {
            let templates = MessageTemplates(workload, batch: batch)
            for acknowledgement in [ScoreAcknowledgement.scored, .durable] {
                cases.append(try play(settings, templates, acknowledgement))
            }
        }
        return BenchmarkReport(benchmark: "pipeline", seed: settings.seed, cases: cases)
    }

    private static func play(
        _ settings: PipelineSettings, _ templates: MessageTemplates, _ acknowledgement: ScoreAcknowledgement
    ) throws -> BenchmarkResult {
        let stage = try PipelineStage(settings, acknowledgement: acknowledgement)
        let batch = templates.batch
        let window = max(1, max(2, min(messagesUnderWay, eventsUnderWay / batch)) / settings.clients)
        let roundNanoseconds = UInt64(max(0.05, settings.seconds / Double(rounds)) * 1e9)
        // What each client has seen in each round: events, and the time they took.
        let seen = Mutex([[(events: Int, nanoseconds: UInt64)]](repeating: [], count: rounds))
        // Events answered after the warm-up, and when the last client had warmed up.
        let counted = Mutex((events: 0, start: UInt64(0)))
        let (context, intakes, failure) = (stage.context, stage.intakes, stage.failure)
        let threads = try (0..<settings.clients).map { client in
            try OSThread(name: "weir-client-\(client)") {
                var client = try PipelineClient(
                    context, intake: intakes[client % intakes.count], templates: templates,
                    prefix: client, window: window, failure: failure)
                // The first answers wait for a model, and memory has to be met.
                _ = try client.play(window: window, nanoseconds: roundNanoseconds)
                let warm = client.answered
                counted.withLock { $0.start = PipelineClient.nanoseconds() }
                for round in 0..<rounds {
                    let played = try client.play(window: window, nanoseconds: roundNanoseconds)
                    seen.withLock { $0[round].append((played.messages * batch, played.nanoseconds)) }
                }
                try client.drain()
                let messages = client.answered - warm
                counted.withLock { $0.events += messages * batch }
            }
        }
        for thread in threads { try thread.join() }
        try stage.settle()
        let settled = counted.withLock { Double($0.events) * 1e9 / Double(PipelineClient.nanoseconds() - $0.start) }
        try stage.stop()
        let times = seen.withLock { rounds in
            rounds.map { clients in
                // Clients run side by side: their rates add up.
                1e9 / clients.reduce(0) { $0 + Double($1.events) / Double($1.nanoseconds) * 1e9 }
            }
        }
        let name = "\(acknowledgement == .durable ? "durable" : "scored")/\(batch)"
        var result = BenchmarkResult(name: name, timing: RoundTiming(nanoseconds: times), resultHash: templates.hash)
        let events = try JournalContents(path: stage.journalPath)
        result.figures.append(.init("journalBytesPerEvent", events.bytesPerEvent))
        result.figures.append(.init("settledEventsPerSecond", settled))
        if acknowledgement == .durable {
            let alone = try JournalAlone(path: stage.journalPath)
            let path = stage.journalPath + "-alone"
            defer { for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + suffix) } }
            let nanosecondsPerByte = try alone.commit(to: path)
            let perSecond = 1e9 / (nanosecondsPerByte * events.bytesPerEvent)
            result.figures.append(.init("diskAloneEventsPerSecond", perSecond))
            result.figures.append(.init("shareOfDisk", result.eventsPerSecond / perSecond))
        }
        return result
    }
}
