// An operator's word to a running learner.

public import ScoringRecords
import WireFormat
public import ZeroMQ

/// Tells a learner to freeze or thaw learning, or to take an earlier model back.
public enum ControlClient {
    // As long as a worker's last frames may take; a learner that is busier than that is in other trouble.
    private static let patienceMilliseconds = 10_000
    // A checkpoint is read, journalled and committed in between: gigabytes at the most.
    private static let rollbackMilliseconds = 120_000

    /// Sends a command and waits until it is durable.
    ///
    /// - Returns: the command's place in the journal.
    /// - Throws: `HostError` (69) where no answer comes. The command may have been taken all the same; sending it again
    ///   does no harm.
    public static func send(_ control: LearningControl, to journal: String, context: Context) throws -> UInt64 {
        let answer = try ask(.control(control), journal, context: context, milliseconds: patienceMilliseconds)
        guard case .controlled(control, let sequence)? = answer else { throw silence(of: journal) }
        return sequence
    }

    /// Lets the learner go on with the model of one of its checkpoints, and waits until that is durable.
    ///
    /// - Parameter records: the records that were folded into the checkpoint.
    /// - Returns: the rollback's place in the journal.
    /// - Throws: `HostError`: 65 where there is no such checkpoint, and nothing has changed; 69 as above.
    public static func rollBack(to records: UInt64, at journal: String, context: Context) throws -> UInt64 {
        switch try ask(.rollback(to: records), journal, context: context, milliseconds: rollbackMilliseconds) {
        case .rolledBack(records, let sequence)?: return sequence
        case .refused(let refusal, let reason)?:
            throw HostError(refusal, "the learner refuses (\(refusal.code)): \(reason)")
        default: throw silence(of: journal)
        }
    }

    private static func ask(
        _ message: PipelineMessage, _ journal: String, context: Context, milliseconds: Int
    ) throws -> PipelineMessage? {
        let socket = try Socket(.dealer, in: context, options: SocketSettings.pipeline)
        try socket.connect(journal)
        _ = try socket.send(message.encoded(), mode: .immediate)
        var poller = Poller()
        let answer = poller.add(socket)
        try poller.wait(milliseconds: milliseconds)
        guard poller.isReadable(answer), let bytes = try socket.receiveMultipart(mode: .immediate)?.last else {
            return nil
        }
        return try? PipelineMessage(decoding: bytes)
    }

    private static func silence(of journal: String) -> HostError {
        HostError(
            .unavailable, "the learner at \(journal) did not answer",
            remedy: "start it, or check endpoints.journal; `weir run` keeps this endpoint inside its process")
    }
}
