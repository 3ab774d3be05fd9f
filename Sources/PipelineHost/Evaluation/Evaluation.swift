// Several configurations over one stream: the file is read once, every row goes to every pipeline.

import PipelineRoles
import ScoringRecords

/// Compares configurations on the same events, in the same order, with the same label timing.
public enum Evaluation {
    /// What one configuration came to.
    public struct Result: Sendable {
        /// The configuration file.
        public var path: String
        /// Its report.
        public var report: PipelineReport
        /// CPU time of scoring, learning and monitoring, in seconds; reading the file is no part of it.
        public var seconds: Double
    }

    /// Plays `file` through every configuration.
    ///
    /// - Parameter progress: called now and then with the share of the file read and the rows taken.
    /// - Throws: a file that cannot be read, a column that a configuration needs and the file lacks.
    public static func run(
        configurations: [(path: String, configuration: Configuration)], file: String, stop: StopFlag,
        progress: (Double?, UInt64) -> Void
    ) throws -> [Result] {
        var encoders = try configurations.map { try RowEncoder(configuration: $0.configuration) }
        var names: [String] = []
        for encoder in encoders {
            for column in encoder.columns where !names.contains(column) { names.append(column) }
        }
        for index in encoders.indices { encoders[index].read(names) }
        let reader = try RowReader(
            path: file, names: names, required: encoders.reduce(into: []) { $0.formUnion($1.requiredColumns) })
        let source = ReplayHost.source(of: file)
        let pipelines = configurations.map { EvaluatedPipeline(configuration: $0.configuration, source: source) }
        var clocks = [Timestamp](repeating: .distantPast, count: pipelines.count)
        var row: UInt64 = 0
        while let next = try reader.next() {
            if stop.isRaised { throw HostError(.unavailable, "stopped", remedy: "run it again") }
            row += 1
            for (index, pipeline) in pipelines.enumerated() {
                let recorded: RecordedRow
                switch next {
                case .fields: recorded = try encoders[index].encode(reader.fields, row: row, clock: clocks[index])
                case .unreadable(let line):
                    recorded = RecordedRow(time: clocks[index], routingKey: row, event: line, labels: [])
                }
                clocks[index] = max(clocks[index], recorded.time)
                pipeline.take(recorded)
            }
            if row % 1_024 == 0 { progress(reader.progress, row) }
        }
        return zip(configurations, pipelines).map { entry, pipeline in
            let (report, seconds) = pipeline.finish()
            return Result(path: entry.path, report: report, seconds: seconds)
        }
    }
}
