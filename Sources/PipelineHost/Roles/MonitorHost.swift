// A calibration monitor as a thread: it asks the journal's tail and folds what it gets.

public import Logging
public import PipelineRoles
import ScoringRecords
import WireFormat
public import ZeroMQ

/// Runs one `CalibrationMonitor`.
public struct MonitorHost {
    let context: Context
    let tail: String
    let stop: StopFlag
    let logger: Logger
    /// What watches the monitor from its thread.
    public var observers: [any MonitorObserver] = []

    /// A host that is not running yet.
    public init(context: Context, tail: String, stop: StopFlag, logger: Logger) {
        self.context = context
        self.tail = tail
        self.stop = stop
        self.logger = logger
    }

    // A stopping monitor reads to the journal's end, unless the tail is silent for so long.
    private static let stopPatience = TimeSpan.seconds(5)
    // A monitor that has read everything looks again so often.
    private static let idleMilliseconds = 50

    /// Follows the journal until the stop flag is raised, or until `isDone` says so after a round. Blocks its thread.
    public func run(_ monitor: CalibrationMonitor, isDone: (CalibrationMonitor) -> Bool = { _ in false }) throws {
        // Whatever ends it, what was handed to other threads is finished.
        defer { for observer in observers { observer.end(monitor, at: WallClock.now()) } }
        let socket = try Socket(.dealer, in: context, options: SocketSettings.tailReader)
        try socket.connect(tail)
        var poller = Poller()
        let answers = poller.add(socket)
        let stopToken = poller.add(fileDescriptor: stop.wakeup.fileDescriptor)
        var outputs: [CalibrationMonitor.Output] = []
        var stopping: MonotonicDeadline?
        while true {
            if stop.isRaised, stopping == nil {
                stopping = MonotonicDeadline(after: MonitorHost.stopPatience)
                poller.setInterest(of: stopToken, to: [])
                monitor.askAgain()
            }
            if let patience = stopping, monitor.isCaughtUp || patience.isOver { return }
            monitor.step(.tick, at: WallClock.now(), into: &outputs)
            try perform(&outputs, socket)
            try poller.wait(milliseconds: MonitorHost.idleMilliseconds)
            if poller.isReadable(answers) {
                while let parts = try socket.receiveMultipart(mode: .immediate) {
                    guard let message = read(parts) else { continue }
                    if case .refused(let refusal, let reason) = message { throw HostError(refusal, reason) }
                    monitor.step(.message(message), at: WallClock.now(), into: &outputs)
                    try perform(&outputs, socket)
                    if stopping != nil { stopping = MonotonicDeadline(after: MonitorHost.stopPatience) }
                    for observer in observers { observer.round(monitor, at: WallClock.now()) }
                }
            }
            for observer in observers { observer.round(monitor, at: WallClock.now()) }
            if isDone(monitor) { return }
        }
    }

    private func read(_ parts: [[UInt8]]) -> PipelineMessage? {
        guard let bytes = parts.last else { return nil }
        do throws(RecordCodingError) { return try PipelineMessage(decoding: bytes) } catch {
            logger.warning("an answer of the journal's tail was unreadable; ignored", metadata: ["why": "\(error)"])
            return nil
        }
    }

    private func perform(_ outputs: inout [CalibrationMonitor.Output], _ socket: borrowing Socket) throws {
        for output in outputs {
            switch output {
            case .send(let message): _ = try socket.send(message.encoded(), mode: .immediate)
            case .fail(let reason):
                throw HostError(
                    .data, reason,
                    remedy: "run weir verify on the journal, and start the monitor again to read it from its beginning")
            }
        }
        outputs.removeAll(keepingCapacity: true)
    }
}
