// The socket kinds this module offers. Not here: XPUB and XSUB, STREAM, and the draft kinds, which nothing needed.

import CZeroMQ

/// The messaging pattern of a socket; it decides who may talk to whom and what a full queue does.
public enum SocketKind: Sendable, Equatable, CaseIterable {
    /// Sends one request, then must receive its reply before the next.
    case request
    /// Receives one request, then must send its reply before the next.
    case reply
    /// Sends to its peers in turn, receives from all of them fairly; no lock-step.
    case dealer
    /// Prefixes each received message with its sender's identity, and sends to the peer the first part names.
    case router
    /// Sends to every subscriber; a subscriber whose queue is full misses the message.
    case publish
    /// Receives what it subscribed to, and nothing before its first subscription.
    case subscribe
    /// Sends to its peers in turn; waits when all queues are full.
    case push
    /// Receives from its peers fairly.
    case pull
    /// Talks to exactly one other `pair`.
    case pair

    var rawKind: Int32 {
        switch self {
        case .request: ZMQ_REQ
        case .reply: ZMQ_REP
        case .dealer: ZMQ_DEALER
        case .router: ZMQ_ROUTER
        case .publish: ZMQ_PUB
        case .subscribe: ZMQ_SUB
        case .push: ZMQ_PUSH
        case .pull: ZMQ_PULL
        case .pair: ZMQ_PAIR
        }
    }
}
