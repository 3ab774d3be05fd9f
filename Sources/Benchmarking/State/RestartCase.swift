// How long a learner takes to be back: its journal read and folded, without a checkpoint or from one.

import Glibc
import Journal
import Logging
import PipelineHost
import PipelineRoles
import ScoringRecords
import WireFormat
import ZeroMQ

enum RestartCase {
    private static let framesPerCommit = 64

    /// Writes a journal of so many events, then starts a learner on it, again and again after its checkpoints are gone, and
    /// at last once with the one it leaves when it stops. Times are by the wall clock and per event.
    ///
    /// Figures: bytes of the journal, seconds per gigabyte of it without a checkpoint, seconds with one.
    static func run(_ settings: StateSettings, _ workload: KernelWorkload) throws -> BenchmarkResult {
        let place = try BenchmarkFolder(in: settings.folder)
        let configuration = try Configuration.parse(
            yaml: PipelineStage.yaml(
                bits: settings.bits, optimizer: settings.optimizer, acknowledgement: .scored, commitInterval: "4ms",
                endpoints: ["journal", "model", "tail", "intake"].map { "inproc://restart-\($0)" },
                journal: place.journalPath), source: "the benchmark's configuration")
        let byteCount = try write(settings, workload, configuration)
        var starts: [Double] = []
        for _ in 0..<settings.restarts {
            place.removeCheckpoints()
            starts.append(try start(configuration))
        }
        let events = Double(settings.journalEvents)
        let timing = RoundTiming(nanoseconds: starts.map { $0 / events })
        let restored = try start(configuration)
        var hash = ResultHash()
        let reader = try SQLiteJournalReader(path: place.journalPath)
        hash.add(try reader.endSequence)
        return BenchmarkResult(
            name: "restart/\(settings.journalEvents)-events", timing: timing, resultHash: hash.value,
            figures: [
                .init("journalBytes", Double(byteCount)),
                .init("secondsPerGigabyte", timing.median * events / Double(byteCount)),
                .init("secondsFromCheckpoint", restored / 1e9),
            ])
    }

    private static func write(
        _ settings: StateSettings, _ workload: KernelWorkload, _ configuration: Configuration
    ) throws -> Int {
        let journal = try SQLiteJournal(path: configuration.journal.path)
        var stream = RecordStream(workload, settings.optimizer)
        var (sequence, byteCount, events) = (UInt64(0), 0, 0)
        var group: [JournalFrame] = []
        func add(_ payload: [UInt8], _ count: Int) throws {
            group.append(
                JournalFrame(
                    firstSequence: sequence, recordCount: UInt32(count), writer: 1,
                    writerSequence: UInt64(group.count) + sequence + 1, payload: payload))
            sequence += UInt64(count)
            byteCount += payload.count
        }
        try add(RecordCoding.payload([.specification(digest: configuration.specification.digest)]), 1)
        while events < settings.journalEvents {
            let frame = stream.next()
            try add(frame.payload, frame.count)
            events += RecordStream.eventsPerFrame
            if group.count == framesPerCommit || events >= settings.journalEvents {
                try journal.append(group)
                group.removeAll(keepingCapacity: true)
            }
        }
        return byteCount
    }

    /// Nanoseconds from the start of a learner until it takes frames; then it stops in good order.
    private static func start(_ configuration: Configuration) throws -> Double {
        let stop = try StopFlag()
        var logger = Logger(label: "weir.bench")
        logger.logLevel = .error
        let host = LearnHost(
            context: try Context(),
            endpoints: LearnHost.Endpoints(
                journal: "inproc://restart-journal", model: "inproc://restart-model", tail: "inproc://restart-tail"),
            configuration: configuration, newEpoch: false, stop: stop, logger: logger)
        let before = PipelineClient.nanoseconds()
        var taken = 0.0
        _ = try host.run(ready: { _ in
            taken = Double(PipelineClient.nanoseconds() - before)
            stop.raise()
        })
        return taken
    }
}
