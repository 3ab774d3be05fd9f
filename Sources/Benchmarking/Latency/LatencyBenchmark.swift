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

    // Echo and pipeline take turns of this share of the time: a machine that is busier now than then is so for both.
    private static let turns: UInt64 = 10

    /// Runs every case.
    ///
    /// `one`: a single event at a time. `crowd`: 1,000 under way. Each as `echo/…` by libzmq alone with messages of the same
    /// sizes, by turns with `idle/…`, the pipeline with nothing else to do. `half-load/one` by turns with `half-load/echo`,
    /// while another client keeps the learner at half of what it was just seen to take.
    public static func run(_ settings: PipelineSettings) throws -> BenchmarkReport {
        let workload = IntakeWorkload(seed: settings.seed, events: settings.events)
        let single = MessageTemplates(workload, batch: 1, labelled: false)
        let nanoseconds = UInt64(max(shortestSeconds, settings.seconds) * 1e9)
        let stage = try PipelineStage(settings, acknowledgement: .scored)
        let echo = try EchoServer(stage.context, answerBytes: try answerBytes(stage, single))
        func waits(window: Int, prefix: Int, settling: Bool) throws -> (echo: WaitTimes, pipeline: WaitTimes) {
            func client(_ endpoint: String, _ prefix: Int) throws -> PipelineClient {
                try PipelineClient(
                    stage.context, intake: endpoint, templates: single, prefix: prefix, window: window,
                    failure: stage.failure)
            }
            var echoed = try client(echo.endpoint, prefix)
            var scored = try client(stage.intakes[0], prefix + 1)
            var waits: (echo: WaitTimes, pipeline: WaitTimes) = (WaitTimes(), WaitTimes())
            // The first turn of each is to warm up.
            for turn in 0...turns {
                if turn == 1 { waits = (WaitTimes(), WaitTimes()) }
                try play(&echoed, window: window, nanoseconds: nanoseconds / turns, into: &waits.echo)
                try play(&scored, window: window, nanoseconds: nanoseconds / turns, into: &waits.pipeline) {
                    if settling { try stage.settle() }
                }
            }
            waits.echo.sort()
            waits.pipeline.sort()
            return waits
        }
        let one = try waits(window: 1, prefix: 10, settling: false)
        let many = try waits(window: crowd, prefix: 12, settling: true)
        let (loaded, rate) = try underLoad(stage, MessageTemplates(workload, batch: loadBatch), nanoseconds) {
            try waits(window: 1, prefix: 14, settling: false)
        }
        try echo.end()
        try stage.stop()
        func result(_ name: String, _ waits: WaitTimes, bound: WaitTimes?) -> BenchmarkResult {
            BenchmarkResult(
                name: name, timing: RoundTiming(nanoseconds: [waits.microseconds(0.5) * 1_000]),
                resultHash: single.hash, figures: waits.figures(bound: bound))
        }
        var half = result("half-load/one", loaded.pipeline, bound: one.echo)
        half.figures.append(.init("loadEventsPerSecond", rate))
        return BenchmarkReport(
            benchmark: "latency", seed: settings.seed,
            cases: [
                result("echo/one", one.echo, bound: nil), result("idle/one", one.pipeline, bound: one.echo),
                result("half-load/echo", loaded.echo, bound: one.echo), half,
                result("echo/crowd", many.echo, bound: nil), result("idle/crowd", many.pipeline, bound: many.echo),
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

    private static func play(
        _ client: inout PipelineClient, window: Int, nanoseconds: UInt64, into waits: inout WaitTimes,
        settle: () throws -> Void = {}
    ) throws {
        let (start, cpu) = (PipelineClient.nanoseconds(), RoundTiming.processNanoseconds())
        while PipelineClient.nanoseconds() - start < nanoseconds {
            while client.waiting < window { try client.send() }
            try client.receive { waits.append($0) }
        }
        try client.drain { waits.append($0) }
        try settle()
        waits.cpuNanoseconds += RoundTiming.processNanoseconds() - cpu
    }

    /// Measures while another client sends half of what it reached before; the waits, and the load in events per second.
    private static func underLoad<Waits>(
        _ stage: PipelineStage, _ templates: MessageTemplates, _ nanoseconds: UInt64, _ body: () throws -> Waits
    ) throws -> (Waits, Double) {
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
