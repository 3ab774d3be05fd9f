// About once a second the monitor's state becomes a view, on a thread of its own: the fold only copies.

public import Calibration
public import PipelineRoles
public import ScoringRecords
import Synchronization

/// Publishes views of a monitor on a board.
///
/// While a view is being made no further state is copied: one waits at most. Confined to the monitor's thread.
public final class ViewPublisher: MonitorObserver {
    private struct Work: Sendable {
        var snapshot: MonitorSnapshot
        var link: MonitorView.Link
        var takenAt: Timestamp
        var events: Double
        var labels: Double
    }

    private final class Busy: Sendable {
        let flag = Atomic(false)
    }

    private let requests: Mailbox<Work?>
    private let thread: OSThread
    private let isBusy = Busy()
    private var rates = MonitorRates()
    private var last: Timestamp?
    private static let interval = TimeSpan.seconds(1)

    /// A publisher, whose thread runs until `end`.
    public init(board: ViewBoard, name: String, flagging: [FlaggingRule]) throws {
        let requests = try Mailbox<Work?>()
        self.requests = requests
        let isBusy = self.isBusy
        thread = try OSThread(name: "weir-view") {
            while true {
                let waiting = try requests.waitForSome(milliseconds: nil)
                if case .some(.some(let work)) = waiting.last(where: { $0 != nil }) {
                    board.publish(
                        MonitorView(
                            work.snapshot, name: name, flagging: flagging, link: work.link, takenAt: work.takenAt,
                            perSecond: (work.events, work.labels)))
                }
                isBusy.flag.store(false, ordering: .releasing)
                if waiting.contains(where: { $0 == nil }) { return }
            }
        }
    }

    /// Hands a copy of the state over, if the last one is a second old.
    public func round(_ monitor: CalibrationMonitor, at now: Timestamp) {
        if let last, now >= last, now.since(last) < ViewPublisher.interval { return }
        guard !isBusy.flag.load(ordering: .acquiring) else { return }
        last = now
        hand(monitor, at: now)
    }

    /// Publishes the last state and ends the thread.
    public func end(_ monitor: CalibrationMonitor, at now: Timestamp) {
        hand(monitor, at: now)
        requests.put(nil)
        try? thread.join()
    }

    private func hand(_ monitor: CalibrationMonitor, at now: Timestamp) {
        rates.sample(at: now, events: monitor.fold.joins.events, labels: monitor.fold.judgedCount)
        let (events, labels) = rates.perSecond
        isBusy.flag.store(true, ordering: .releasing)
        requests.put(
            Work(
                snapshot: monitor.fold.snapshot, link: monitor.link(at: now), takenAt: now, events: events,
                labels: labels))
    }
}

extension CalibrationMonitor {
    /// Where it stands with regard to the learner.
    public func link(at now: Timestamp) -> MonitorView.Link {
        if isSilent(at: now) { return .learnerGone }
        return isCaughtUp ? .current : .catchingUp
    }
}
