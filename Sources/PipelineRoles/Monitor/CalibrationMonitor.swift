// The monitor role: asks the journal's tail for frames and folds them. Any number may watch one journal; none of them
// can slow a worker or the learner down.

import OnlineLearning
public import ScoringRecords
public import WireFormat

/// Follows a journal and keeps its calibration statistics. Confined to one thread.
public final class CalibrationMonitor {
    /// What the host hands in.
    public enum Input {
        /// The tail's answer.
        case message(PipelineMessage)
        /// Some time has passed.
        case tick
    }

    /// What the host shall do.
    public enum Output {
        /// Ask the tail.
        case send(PipelineMessage)
        /// Stop: the journal cannot be followed.
        case fail(String)
    }

    /// The state.
    public let fold: MonitorFold
    /// The end of the durable journal when the tail last answered.
    public private(set) var journalEnd: UInt64 = 0
    private var asked: Timestamp?
    private var heard: Timestamp?
    private var behind = true

    private static let fetchBytes: UInt32 = 4 << 20
    // A tail that did not answer for so long is asked again: the question or the answer was lost in a restart.
    private static let patience = TimeSpan.seconds(1)

    /// A monitor at the journal's beginning.
    public init(fold: MonitorFold) { self.fold = fold }

    /// Whether every record that was durable when the tail last answered is folded.
    public var isCaughtUp: Bool { !behind && fold.joins.sequence >= journalEnd }

    // A tail that answers twenty times a second and has not for so long is gone.
    private static let silence = TimeSpan.seconds(5)

    /// Whether the tail has not answered for five seconds, or not at all within the first five.
    public func isSilent(at now: Timestamp) -> Bool {
        heard.map { now.since($0) > CalibrationMonitor.silence } ?? false
    }

    /// Forgets that it was ever caught up: it is again once the tail has answered from here on.
    public func askAgain() {
        behind = true
        asked = nil
    }

    /// One step. `now` is the wall clock's time.
    public func step(_ input: Input, at now: Timestamp, into outputs: inout [Output]) {
        if heard == nil { heard = now }
        switch input {
        case .tick:
            if asked == nil || asked.map({ now.since($0) > CalibrationMonitor.patience || now < $0 }) ?? false {
                ask(at: now, into: &outputs)
            }
        case .message(.frames(let end, let frames)):
            asked = nil
            heard = now
            guard end >= fold.joins.sequence else {
                outputs.append(
                    .fail(
                        "the journal ends at record \(end), but \(fold.joins.sequence) of it were read: "
                            + "its tail was lost, or it is another journal"))
                return
            }
            journalEnd = end
            for frame in frames where frame.firstSequence == fold.joins.sequence {
                do {
                    try RecordCoding.decode(
                        frame.payload, count: Int(frame.recordCount), scored: { fold.fold(scored: $0) },
                        other: { fold.fold($0) })
                } catch {
                    outputs.append(.fail("journal record \(frame.firstSequence): \(error)"))
                    return
                }
            }
            behind = fold.joins.sequence < end
            if behind { ask(at: now, into: &outputs) }
        case .message:
            break  // only frames are ever sent to a monitor
        }
    }

    private func ask(at now: Timestamp, into outputs: inout [Output]) {
        asked = now
        outputs.append(
            .send(.fetch(from: fold.joins.sequence, maximumBytes: CalibrationMonitor.fetchBytes)))
    }
}
