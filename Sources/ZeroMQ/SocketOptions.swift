// Every option this module sets on a socket, with its default and the reason for it. Options are fixed at opening,
// because most of libzmq's take effect only for connections made later. How they are set: `SocketOptions+Apply.swift`.

/// The limits and timings of one socket.
///
/// Times are whole milliseconds, 0 to 2 147 483 647 where nothing narrower is said. A value outside its domain makes
/// `Socket.init` throw `.invalidOption`. Connection options have no effect on `inproc`, where nothing can break.
public struct SocketOptions: Sendable, Equatable {
    /// Messages queued for each peer before a send waits, fails or (publish) drops; at least 1, default 1000.
    ///
    /// libzmq's 0 for "no limit" is refused: memory would be the limit. On `inproc` the queue holds the sum of the
    /// sender's mark and the receiver's. With it, one connection's memory is at most mark times message size.
    public var sendHighWaterMark = 1_000

    /// Messages queued from each peer before libzmq stops reading from it; at least 1, default 1000.
    public var receiveHighWaterMark = 1_000

    /// How long unsent messages live on after the socket is closed; default 2 s, `nil` for ever.
    ///
    /// 0 would lose everything still queued, even to a healthy peer; for ever lets an absent peer hold the process.
    public var lingerMilliseconds: Int? = 2_000

    /// The largest message part accepted from a peer, in bytes; at least 1, default 1 MiB.
    ///
    /// A peer that announces more is disconnected before memory is taken for it. It counts each part, not the message,
    /// and does not apply to `inproc`.
    public var maximumMessageBytes = 1 << 20

    /// How often a silent peer is asked whether it lives; default 2 s, 0 turns heartbeats off.
    public var heartbeatIntervalMilliseconds = 2_000

    /// How long to wait for the answer before the connection is dropped; default 10 s, five missed heartbeats.
    public var heartbeatTimeoutMilliseconds = 10_000

    /// How long the *peer* may hear nothing from here before it drops the connection; at most 6 553 599, default 10 s.
    ///
    /// It travels with each heartbeat in tenths of a second.
    public var heartbeatTimeToLiveMilliseconds = 10_000

    /// The pause before the first attempt to reconnect; default 100 ms.
    public var reconnectIntervalMilliseconds = 100

    /// The pause that doubling from `reconnectIntervalMilliseconds` ends at; default 5 s, 0 for no doubling.
    public var maximumReconnectIntervalMilliseconds = 5_000

    /// How long a new connection may take to speak ZeroMQ's protocol; default 5 s, 0 for ever.
    ///
    /// libzmq's own 30 s leaves a port scanner's connections standing six times as long.
    public var handshakeIntervalMilliseconds = 5_000

    /// Whether a router reports an unknown peer as `.hostUnreachable`; default true, ignored on other kinds.
    ///
    /// Without it a message to a peer that has gone vanishes without a trace.
    public var routerMandatory = true

    /// Whether a new connection may take over an identity in use; default false, ignored on kinds other than router.
    ///
    /// True lets a restarted peer back in before its dead connection is noticed, and lets any stranger take its place.
    public var routerHandover = false

    /// Whether messages are queued only for connections that exist (ZMQ_IMMEDIATE); default false.
    ///
    /// False lets peers start in any order. True keeps a distributing sender from queueing for a peer that is down,
    /// and makes sends wait while nobody is connected.
    public var queuesOnlyForCompletedConnections = false

    /// Whether TCP itself probes idle connections; default true.
    ///
    /// Costs nothing, and ends connections to peers too old to answer heartbeats, if only after the system's hours.
    public var tcpKeepalive = true

    /// The name a router knows this socket by: 1 to 255 bytes, the first not zero; default `nil`.
    ///
    /// Without one the router invents a name, a new one for each connection.
    public var routingIdentity: [UInt8]? = nil

    /// How long a blocking send waits before it throws `.timedOut`; default `nil`, for ever.
    public var sendTimeoutMilliseconds: Int? = nil

    /// How long a blocking receive waits before it throws `.timedOut`; default `nil`, for ever.
    public var receiveTimeoutMilliseconds: Int? = nil

    /// Creates options with the defaults above.
    public init() {}
}
