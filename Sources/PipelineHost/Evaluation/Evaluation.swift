// Several configurations over one stream: the file is read once, rows are decoded once for all configurations that read
// them alike, and every configuration plays them on one thread of several.

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
        /// CPU time of scoring, learning and monitoring, in seconds; reading and decoding are no part of it.
        public var seconds: Double
    }

    // Rows read before they are played: enough that starting threads costs nothing, few enough to stay in memory.
    private static let rowsPerPass: UInt64 = 16_384

    /// Plays `file` through every configuration.
    ///
    /// - Parameters:
    ///   - threads: how many configurations play at once, at least 1; no result depends on it. Reading goes on meanwhile
    ///     on the caller's thread.
    ///   - progress: called now and then with the share of the file read and the rows taken.
    /// - Throws: a file that cannot be read, a column that a configuration needs and the file lacks.
    public static func run(
        configurations: [(path: String, configuration: Configuration)], file: String, threads: Int, stop: StopFlag,
        progress: (Double?, UInt64) -> Void
    ) throws -> [Result] {
        let streams = try EvaluationStreams(configurations.map(\.configuration), file: file)
        let players = EvaluationPlayers(configurations.map(\.configuration), threads: threads)
        var playing: [OSThread] = []
        while !streams.isEnded {
            if stop.isRaised { throw HostError(.unavailable, "stopped", remedy: "run it again") }
            let batches = try streams.read(rows: rowsPerPass)
            progress(streams.progress, streams.rows)
            for thread in playing { try thread.join() }
            playing = players.play(batches)
        }
        for thread in playing { try thread.join() }
        return zip(configurations, players.finish()).map { entry, outcome in
            Result(path: entry.path, report: outcome.report, seconds: outcome.seconds)
        }
    }
}
