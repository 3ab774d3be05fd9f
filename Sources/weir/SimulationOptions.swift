// What all simulated streams are asked for, and how one is written.

import ArgumentParser
import PipelineHost
import ScoringRecords
import StreamSimulation
import WireFormat

/// How a stream is written.
enum StreamFormat: String, ExpressibleByArgument, CaseIterable {
    case csv, jsonl

    var rowFormat: RowFormat {
        switch self {
        case .csv: .csv
        case .jsonl: .jsonl
        }
    }
}

/// Size, seed, drift and files of a simulated stream.
struct SimulationOptions: ParsableArguments {
    /// Bytes gathered before a file is written to.
    private static let blockBytes = 1 << 16

    @Option(name: .long, help: ArgumentHelp("How many events to write.", valueName: "count"))
    var events: Int

    @Option(name: .long, help: "Another number gives another stream.")
    var seed: UInt64 = 1

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The mean true probability before drift. (default: 0.01 for ad-clicks, 0.003 for card-fraud)",
            valueName: "probability"))
    var baseRate: Double?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Mean events per day of stream time. (default: 100000 for ad-clicks, 10000 for card-fraud)",
            valueName: "count"))
    var eventsPerDay: Double?

    @Option(
        name: .long,
        help: ArgumentHelp("When the stream starts. (default: 2024-01-01T00:00:00Z)", valueName: "time"),
        transform: { text in
            guard let time = ISO8601.timestamp(text.utf8) else {
                throw ValidationError("it is no time; write it as 2024-01-01T00:00:00Z")
            }
            return time
        })
    var start: Timestamp?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A planted change: kind@from[-to][=odds factor], points as shares of the stream; may be repeated.",
            discussion: "Such as \(Drift.examples).", valueName: "drift"),
        transform: { try Drift($0) })
    var drift: [Drift] = []

    @Option(name: .long, help: "csv or jsonl, for both files.")
    var format = StreamFormat.csv

    @Option(name: .long, help: ArgumentHelp("Where events go instead of standard output.", valueName: "file"))
    var output: String?

    @Option(name: .long, help: ArgumentHelp("Where the true probabilities go.", valueName: "file"))
    var truth: String?

    func validate() throws {
        if let output, output == truth {
            throw ValidationError("--output and --truth name the same file: give the truth a file of its own")
        }
    }

    /// The plan, with a stream's own numbers where none were given.
    func plan(baseRate: Double, eventsPerDay: Double, labelWindow: TimeSpan) -> StreamPlan {
        StreamPlan(
            events: events, seed: seed, baseRate: self.baseRate ?? baseRate,
            eventsPerDay: self.eventsPerDay ?? eventsPerDay, start: start ?? StreamPlan.defaultStart,
            labelWindow: labelWindow, drifts: drift)
    }

    /// Writes `stream` to the files, a block at a time.
    func write<Stream: Sequence>(_ stream: Stream) throws where Stream.Element: SimulatedEvent {
        let eventsFile = try output.map { try OutputFile(creating: $0) } ?? OutputFile.standardOutput
        let truthFile = try truth.map { try OutputFile(creating: $0) }
        var eventTable = EventTable(.events, format: format.rowFormat, midnightText: ISO8601.text)
        var truthTable = EventTable(.truth, format: format.rowFormat, midnightText: ISO8601.text)
        let bar = ProgressBar()
        var written = 0
        func flush() throws {
            try eventTable.drain { try eventsFile.write($0) }
            try truthTable.drain { try truthFile?.write($0) }
            // A bar between rows on the same terminal would help nobody.
            if output != nil { bar.update(Double(written) / Double(events), UInt64(written)) }
        }
        for event in stream {
            eventTable.append(event)
            if truthFile != nil { truthTable.append(event) }
            written += 1
            if eventTable.byteCount >= SimulationOptions.blockBytes { try flush() }
        }
        try flush()
        if output != nil { bar.finish() }
    }
}
