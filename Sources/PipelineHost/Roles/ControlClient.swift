// An operator's command on its way to a running learner.

import PipelineRoles
public import ScoringRecords
import WireFormat
public import ZeroMQ

/// Tells a learner to freeze or thaw learning.
public enum ControlClient {
    // As long as a worker's last frames may take; a learner that is busier than that is in other trouble.
    private static let patienceMilliseconds = 10_000

    /// Sends a command and waits until it is durable.
    ///
    /// - Returns: the command's place in the journal.
    /// - Throws: `HostError` (69) where no answer comes. The command may have been taken all the same; sending it again
    ///   does no harm.
    public static func send(_ control: LearningControl, to journal: String, context: Context) throws -> UInt64 {
        let socket = try Socket(.dealer, in: context, options: SocketSettings.pipeline)
        try socket.connect(journal)
        _ = try socket.send(PipelineMessage.control(control).encoded(), mode: .immediate)
        var poller = Poller()
        let answer = poller.add(socket)
        try poller.wait(milliseconds: patienceMilliseconds)
        if poller.isReadable(answer), let bytes = try socket.receiveMultipart(mode: .immediate)?.last,
            case .controlled(control, let sequence)? = try? PipelineMessage(decoding: bytes)
        {
            return sequence
        }
        throw HostError(
            .unavailable, "the learner at \(journal) did not answer",
            remedy: "start it, or check endpoints.journal; `weir run` keeps this endpoint inside its process")
    }
}
