// Replies that may not be given yet: acknowledgements before the commit, lock-step answers before the fold.

import ScoringRecords

/// Replies in the order they will be released; each waits for its own conditions.
struct HeldReplies {
    private struct Held {
        var client: ScoreWorker.Client
        var reply: [UInt8]
        var durable: UInt64?
        var batch: UInt64?
        var version: ModelVersion?
    }

    private var replies: [Held] = []
    private var durableSequence: UInt64 = 0

    // What a reply takes beside its text: the return address, conditions, the headers of two arrays.
    private static let replyOverheadBytes = 256

    /// Bytes held.
    private(set) var heldBytes = 0

    var isEmpty: Bool { replies.isEmpty }

    mutating func hold(_ client: ScoreWorker.Client, _ reply: [UInt8], untilDurable sequence: UInt64) {
        append(Held(client: client, reply: reply, durable: sequence))
    }

    mutating func hold(
        _ client: ScoreWorker.Client, _ reply: [UInt8], untilFolded batch: UInt64, untilDurable sequence: UInt64?
    ) {
        append(Held(client: client, reply: reply, durable: sequence, batch: batch))
    }

    private mutating func append(_ held: Held) {
        heldBytes += held.reply.count + HeldReplies.replyOverheadBytes
        replies.append(held)
    }

    mutating func durable(_ sequence: UInt64) { durableSequence = max(durableSequence, sequence) }

    mutating func folded(_ batch: UInt64, into version: ModelVersion) {
        for index in replies.indices where replies[index].batch == batch {
            replies[index].batch = nil
            replies[index].version = version
        }
    }

    /// Whether a reply waits only for a model that is older than what its batch was folded into.
    func waitsForModel(after version: ModelVersion) -> Bool {
        replies.contains { $0.version.map { $0 > version } ?? false }
    }

    mutating func release(replicaVersion: ModelVersion, _ body: (ScoreWorker.Client, [UInt8]) -> Void) {
        guard !replies.isEmpty else { return }
        replies.removeAll { held in
            guard held.batch == nil, held.durable.map({ $0 <= durableSequence }) ?? true,
                held.version.map({ $0 <= replicaVersion }) ?? true
            else { return false }
            heldBytes -= held.reply.count + HeldReplies.replyOverheadBytes
            body(held.client, held.reply)
            return true
        }
    }
}
