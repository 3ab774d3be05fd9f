// Pipelines on threads. Which thread plays which configuration is left to chance; no result depends on it.

import Synchronization

/// The pipelines of all configurations, each played by one thread at a time.
struct EvaluationPlayers {
    private final class Player: Sendable {
        let pipeline: Mutex<EvaluatedPipeline>

        init(_ configuration: Configuration, scope: EvaluationScope) {
            pipeline = Mutex(EvaluatedPipeline(configuration: configuration, scope: scope))
        }
    }

    private final class Next: Sendable {
        let index = Atomic(0)
    }

    private let players: [Player]
    private let threads: Int

    init(_ configurations: [Configuration], scope: EvaluationScope, threads: Int) {
        players = configurations.map { Player($0, scope: scope) }
        self.threads = max(1, min(threads, players.count))
    }

    /// Starts playing; `batches` has those of each pipeline. Join the threads before the next call.
    func play(_ batches: [[EvaluatedBatch]]) throws -> [OSThread] {
        let next = Next()
        return try (0..<threads).map { number in
            try OSThread(name: "weir-play-\(number)") { [players] in
                while true {
                    let index = next.index.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < players.count else { return }
                    players[index].pipeline.withLock { $0.play(batches[index]) }
                }
            }
        }
    }

    /// The reports, once everything is played.
    func finish() -> [EvaluatedPipeline.Outcome] {
        players.map { player in player.pipeline.withLock { $0.finish() } }
    }
}
