// Replies that may not be given yet: acknowledgements before the commit, lock-step answers before the fold.

import ScoringRecords

/// Replies that wait, each for its own conditions.
///
/// Acknowledgements wait for the commit alone, and frames become durable in their order: they leave from the front, O(1)
/// each. Lock-step answers, one per batch and worker, are looked at one by one.
struct HeldReplies {
    private struct Acknowledgement {
        var client: ScoreWorker.Client
        var reply: [UInt8]
        var durable: UInt64
    }

    private struct Share {
        var client: ScoreWorker.Client
        var reply: [UInt8]
        var batch: UInt64?
        var durable: UInt64?
        var version: ModelVersion?
    }

    private var acknowledgements = Queue<Acknowledgement>()
    private var shares: [Share] = []
    private var durableSequence: UInt64 = 0

    // What a reply takes beside its text and return address: conditions, the headers of some arrays.
    private static let replyOverheadBytes = 256

    /// The last frame that an acknowledgement has ever waited for; 0 for none.
    private(set) var lastAcknowledgement: UInt64 = 0

    /// Bytes held.
    private(set) var heldBytes = 0

    var isEmpty: Bool { acknowledgements.isEmpty && shares.isEmpty }

    /// Holds a reply until the frame `sequence` is durable; sequences never fall from call to call.
    mutating func hold(_ client: ScoreWorker.Client, _ reply: [UInt8], untilDurable sequence: UInt64) {
        heldBytes += HeldReplies.bytes(client, reply)
        lastAcknowledgement = sequence
        acknowledgements.append(Acknowledgement(client: client, reply: reply, durable: sequence))
    }

    /// Holds the answer to a share until its batch is folded and the model that came of it is served.
    mutating func hold(
        _ client: ScoreWorker.Client, _ reply: [UInt8], untilFolded batch: UInt64, untilDurable sequence: UInt64?
    ) {
        heldBytes += HeldReplies.bytes(client, reply)
        shares.append(Share(client: client, reply: reply, batch: batch, durable: sequence))
    }

    private static func bytes(_ client: ScoreWorker.Client, _ reply: [UInt8]) -> Int {
        client.byteCount + reply.count + replyOverheadBytes
    }

    mutating func durable(_ sequence: UInt64) { durableSequence = max(durableSequence, sequence) }

    mutating func folded(_ batch: UInt64, into version: ModelVersion) {
        for index in shares.indices where shares[index].batch == batch {
            shares[index].batch = nil
            shares[index].version = version
        }
    }

    /// Whether a reply waits only for a model that is older than what its batch was folded into.
    func waitsForModel(after version: ModelVersion) -> Bool {
        shares.contains { $0.version.map { $0 > version } ?? false }
    }

    /// Calls `body` with every reply whose conditions are met.
    mutating func release(replicaVersion: ModelVersion, _ body: (ScoreWorker.Client, [UInt8]) -> Void) {
        while let next = acknowledgements.first, next.durable <= durableSequence {
            acknowledgements.removeFirst(1)
            heldBytes -= HeldReplies.bytes(next.client, next.reply)
            body(next.client, next.reply)
        }
        guard !shares.isEmpty else { return }
        shares.removeAll { share in
            guard share.batch == nil, share.durable.map({ $0 <= durableSequence }) ?? true,
                share.version.map({ $0 <= replicaVersion }) ?? true
            else { return false }
            heldBytes -= HeldReplies.bytes(share.client, share.reply)
            body(share.client, share.reply)
            return true
        }
    }
}
