// Several configurations over one stream: the file is read once, rows are decoded once for all configurations that read
// them alike, and every configuration plays them on one thread of several.

public import Calibration
import PipelineRoles
import ScoringRecords

/// Compares configurations on the same events, in the same order, with the same label timing.
public enum Evaluation {
    /// What one configuration came to.
    public struct Result: Sendable {
        /// The configuration file.
        public var path: String
        /// Its report; what was skipped is in the counts at its top and not in its heads.
        public var report: PipelineReport
        /// Standard errors by the bootstrap, one per output, head after head of the report; empty where none were asked for.
        public var standardErrors: [BlockBootstrap.StandardErrors]
        /// CPU time of scoring, learning and monitoring, in seconds; reading and decoding are no part of it.
        public var seconds: Double
    }

    /// What all configurations came to.
    public struct Results: Sendable {
        /// What was judged, and how.
        public var scope: EvaluationScope
        /// How many rows were learned and not judged.
        public var skippedRows: UInt64
        /// One per configuration, in the order given.
        public var results: [Result]
    }

    // Rows read before they are played: enough that starting threads costs nothing, few enough to stay in memory.
    private static let rowsPerPass: UInt64 = 16_384

    /// Plays `file` through every configuration.
    ///
    /// - Parameters:
    ///   - scope: what is judged.
    ///   - threads: how many configurations play at once, at least 1; no result depends on it. Reading goes on meanwhile
    ///     on the caller's thread.
    ///   - progress: called now and then with the share of the file read and the rows taken.
    /// - Throws: a file that cannot be read (twice, where a share of it is skipped), a column that a configuration needs
    ///   and the file lacks.
    public static func run(
        configurations: [(path: String, configuration: Configuration)], file: String, scope: EvaluationScope,
        threads: Int, stop: StopFlag, progress: (Double?, UInt64) -> Void
    ) throws -> Results {
        let streams = try EvaluationStreams(
            configurations.map(\.configuration), file: file, skippedShare: scope.skippedShare)
        let players = EvaluationPlayers(configurations.map(\.configuration), scope: scope, threads: threads)
        var playing: [OSThread] = []
        while !streams.isEnded {
            if stop.isRaised { throw HostError(.unavailable, "stopped", remedy: "run it again") }
            let batches = try streams.read(rows: rowsPerPass)
            progress(streams.progress, streams.rows)
            for thread in playing { try thread.join() }
            playing = try players.play(batches)
        }
        for thread in playing { try thread.join() }
        let results = zip(configurations, players.finish()).map { entry, outcome in
            Result(
                path: entry.path, report: outcome.report, standardErrors: outcome.standardErrors,
                seconds: outcome.seconds)
        }
        return Results(scope: scope, skippedRows: streams.skippedRows, results: results)
    }
}
