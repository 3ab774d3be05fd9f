// `weir bench latency`: how long a client waits for a score, beside what libzmq alone takes.

import PipelineHost
import PipelineRoles
import Synchronization
import ZeroMQ

/// The cases, against one pipeline.
public enum LatencyBenchmark {
    private static let crowd = 1_000
    private static let loadBatch = 32
    private static let loadWindow = 64
    // A case for tests: a few hundred answers.
    private static let shortestSeconds = 0.2

    /// Runs every case.
    ///
    /// `one`: a single event at a time. `crowd`: 1,000 under way. Each as `echo/…` by libzmq alone with messages of the same
    /// sizes, as `idle/…` with nothing else to do, and `half-load/one` while another client keeps the learner at half of
    /// what it was just seen to take.
    public static func run(_ settings: PipelineSettings) throws -> BenchmarkReport {
        let workload = IntakeWorkload(seed: settings.seed, events: settings.events)
        let single = MessageTemplates(workload, batch: 1, labelled: false)
        let nanoseconds = UInt64(max(shortestSeconds, settings.seconds) * 1e9)
        let stage = try PipelineStage(settings, acknowledgement: .scored)
        let intake = stage.intakes[0]
        let echo = try EchoServer(stage.context, answerBytes: try answerBytes(stage, single))
        func waits(_ endpoint: String, window: Int, prefix: Int) throws -> WaitTimes {
            var client = try PipelineClient(
                stage.context, intake: endpoint, templates: single, prefix: prefix, window: window,
                failure: stage.failure)
            let waits = try LatencyBenchmark.waits(&client, window: window, nanoseconds: nanoseconds)
            try stage.settle()
            return waits
        }
        let echoOne = try waits(echo.endpoint, window: 1, prefix: 10)
        let echoCrowd = try waits(echo.endpoint, window: crowd, prefix: 11)
        let idleOne = try waits(intake, window: 1, prefix: 12)
        let idleCrowd = try waits(intake, window: crowd, prefix: 13)
        let (loaded, rate) = try underLoad(stage, MessageTemplates(workload, batch: loadBatch), nanoseconds) {
            try waits(intake, window: 1, prefix: 14)
        }
        try echo.end()
        try stage.stop()
        func result(_ name: String, _ waits: WaitTimes, bound: WaitTimes?) -> BenchmarkResult {
            BenchmarkResult(
                name: name, timing: RoundTiming(nanoseconds: [waits.microseconds(0.5) * 1_000]),
                resultHash: single.hash, figures: waits.figures(bound: bound))
        }
        var half = result("half-load/one", loaded, bound: echoOne)
        half.figures.append(.init("loadEventsPerSecond", rate))
        return BenchmarkReport(
            benchmark: "latency", seed: settings.seed,
            cases: [
                result("echo/one", echoOne, bound: nil), result("idle/one", idleOne, bound: echoOne), half,
                result("echo/crowd", echoCrowd, bound: nil), result("idle/crowd", idleCrowd, bound: echoCrowd),
            ])
    }

    private static func answerBytes(_ stage: PipelineStage, _ templates: MessageTemplates) throws -> Int {
        var templates = templates
        let socket = try Socket(.dealer, in: stage.context, options: SocketOptions())
        try socket.connect(stage.intakes[0])
        _ = try templates.withMessage(0, prefix: 99) { try socket.send($0, mode: .blocking) }
        var message = Message()
        _ = try socket.receive(into: &message, mode: .blocking)
        return message.count
    }

    private static func waits(
        _ client: inout PipelineClient, window: Int, nanoseconds: UInt64
    ) throws -> WaitTimes {
        // A tenth of the time to warm up.
        _ = try client.play(window: window, nanoseconds: nanoseconds / 10)
        try client.drain()
        var waits: [UInt64] = []
        let start = PipelineClient.nanoseconds()
        while PipelineClient.nanoseconds() - start < nanoseconds {
            while client.waiting < window { try client.send() }
            try client.receive { waits.append($0) }
        }
        try client.drain()
        return WaitTimes(waits)
    }

    /// Measures while another client sends half of what it reached before; the waits, and the load in events per second.
    private static func underLoad(
        _ stage: PipelineStage, _ templates: MessageTemplates, _ nanoseconds: UInt64, _ body: () throws -> WaitTimes
    ) throws -> (WaitTimes, Double) {
        var first = try PipelineClient(
            stage.context, intake: stage.intakes[0], templates: templates, prefix: 20, window: loadWindow)
        // What the learner takes, not what workers answer before it: until the last frame is durable.
        let start = PipelineClient.nanoseconds()
        _ = try first.play(window: loadWindow, nanoseconds: nanoseconds)
        try first.drain()
        try stage.settle()
        let interval = 2 * (PipelineClient.nanoseconds() - start) / UInt64(max(1, first.answered))
        let isDone = try StopFlag()
        let (context, intake) = (stage.context, stage.intakes[0])
        let thread = try OSThread(name: "weir-load") {
            var client = try PipelineClient(
                context, intake: intake, templates: templates, prefix: 21, window: loadWindow)
            var next = PipelineClient.nanoseconds()
            while !isDone.isRaised {
                try client.send()
                try client.receive()
                next += interval
                try sleep(until: next)
            }
            try client.drain()
        }
        let result = Result { try body() }
        isDone.raise()
        try thread.join()
        return (try result.get(), Double(loadBatch) * 1e9 / Double(interval))
    }

    private static func sleep(until moment: UInt64) throws {
        let now = PipelineClient.nanoseconds()
        if moment > now {
            // Nothing to poll: a timeout in milliseconds is fine, since the pace is kept by the moments.
            var nothing = Poller()
            try nothing.wait(milliseconds: Int((moment - now) / 1_000_000))
        }
    }
}
