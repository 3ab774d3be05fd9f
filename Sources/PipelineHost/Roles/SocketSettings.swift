// Every socket's options, set on purpose. Docs/PROTOCOL.md repeats the table.

import ScoringRecords
import ZeroMQ

/// The options of the pipeline's sockets.
enum SocketSettings {
    // Pipeline messages carry whole frames and snapshots of large models; only configured peers speak here.
    private static let pipelineMessageBytes = 1 << 31

    /// Clients' side of a worker: strangers speak here, so the message size is bounded by the socket as well.
    static var intake: SocketOptions {
        var options = SocketOptions()
        options.maximumMessageBytes = Limits.socketMessageBytes
        options.routerMandatory = true
        // A sender learns what was read half a mark at a time, so a client may have half as many requests under way as
        // this before an answer can find the queue full: 2,000.
        options.sendHighWaterMark = 4_000
        return options
    }

    /// A replayer's side of an intake. Its window is one message per worker, far below the high-water mark.
    static var client: SocketOptions {
        var options = SocketOptions()
        options.maximumMessageBytes = Limits.socketMessageBytes
        options.lingerMilliseconds = 0  // every answer wanted has arrived when it closes
        return options
    }

    /// Frames, acknowledgements, snapshots: worker's DEALER and learner's ROUTER. 64 frames are in flight at most.
    static var pipeline: SocketOptions {
        var options = SocketOptions()
        options.maximumMessageBytes = pipelineMessageBytes
        options.routerMandatory = true
        return options
    }

    /// A monitor's side of the journal's tail: one question at a time, repeated when no answer comes.
    static var tailReader: SocketOptions {
        var options = pipeline
        options.lingerMilliseconds = 0  // a question nobody has answered is worth nothing when the monitor ends
        return options
    }

    /// Model deltas. A slow worker loses some by design and notices the gap.
    static var model: SocketOptions {
        var options = SocketOptions()
        options.maximumMessageBytes = pipelineMessageBytes
        options.lingerMilliseconds = 0  // a delta nobody has received yet is in the next snapshot
        return options
    }
}

/// How long role loops wait when nothing happens: the longest a tick may be late.
let loopMilliseconds = 100

extension Socket {
    /// The next message that has arrived, part by part; `nil` where there is none, no part where one had more than 64.
    borrowing func receiveParts() throws(ZeroMQError) -> [[UInt8]]? {
        do { return try receiveMultipart(mode: .immediate) } catch {
            // It is read to its end and gone, and the socket is as good as before.
            guard error.code == .tooManyParts else { throw error }
            return []
        }
    }
}
