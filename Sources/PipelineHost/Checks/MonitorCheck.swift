// One question for cron and CI: is anything wrong that somebody should look at?

public import ScoringRecords

/// What is to be found wrong, and of which head.
public struct MonitorCheck: Sendable {
    /// What counts as a finding.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// An alarm stands, or was raised within the span asked for.
        case drift
        /// Events come, and the model that scores them has not moved for the span, an hour unless told otherwise.
        case stale
        /// More than one in a hundred inputs was refused or had no effect.
        case rejects
    }

    /// What a check came to.
    public struct Result: Sendable {
        /// One line per finding.
        public var findings: [String] = []
        /// One line per output of which too little is known to say anything about drift.
        public var tooEarly: [String] = []
        /// One line per output with its verdict.
        public var verdicts: [String] = []

        /// 0: fine. 1: a finding. 2: nothing found, and too few mature labels to find drift.
        public var exitCode: Int32 { findings.isEmpty ? tooEarly.isEmpty ? 0 : 2 : 1 }
    }

    /// What counts.
    public var reasons: Set<Reason>
    /// The head; all where `nil`.
    public var head: String?
    /// How far back in event time alarms count, and how old a model may be.
    public var span: TimeSpan?

    /// The share of inputs that may be refused or have no effect.
    public static let rejectShare = 0.01
    /// How old a model may be where no span is given.
    public static let staleSpan = TimeSpan.seconds(3_600)

    /// A check by its parts.
    public init(reasons: Set<Reason>, head: String?, span: TimeSpan?) {
        self.reasons = reasons
        self.head = head
        self.span = span
    }

    /// Looks at a view.
    ///
    /// - Throws: `HostError` for a head that is not there.
    public func run(_ view: MonitorView) throws -> Result {
        let heads = view.heads.filter { head == nil || $0.name == head }
        guard !heads.isEmpty else {
            throw HostError(
                .usage, "there is no head '\(head ?? "")'",
                remedy: "name one of \(view.heads.map(\.name).joined(separator: ", "))")
        }
        var result = Result()
        for head in heads { look(at: head, view, &result) }
        if reasons.contains(.stale), let age = view.modelAge, age > (span ?? MonitorCheck.staleSpan).inSeconds {
            result.findings.append("stale: events come, and the model has not moved for \(fixed(age, 0)) s")
        }
        if reasons.contains(.rejects) { lookAtRejects(view.report, &result) }
        return result
    }

    private func look(at head: MonitorView.Head, _ view: MonitorView, _ result: inout Result) {
        for output in head.outputs {
            let name = head.name + (output.className.map { ", class \($0)" } ?? "")
            result.verdicts.append("\(name): \(output.verdict.text)")
            guard reasons.contains(.drift) else { continue }
            switch output.verdict.state {
            case .tooEarly: result.tooEarly.append("\(name): too few mature labels")
            case .calibrated: break
            default: result.findings.append("drift: \(name): \(output.verdict.text)")
            }
        }
        guard reasons.contains(.drift), let span, let now = view.watermark else { return }
        for alarm in view.alarms where alarm.head == head.name && now.since(alarm.time) <= span {
            result.findings.append("drift: \(alarm.text)")
        }
    }

    private func lookAtRejects(_ report: PipelineReport, _ result: inout Result) {
        let rejected = report.rejected.reduce(0.0) { $0 + Double($1.count) }
        let all = Double(report.events) + Double(report.labels) + rejected
        guard all > 0, rejected / all > MonitorCheck.rejectShare else { return }
        let counts = report.rejected.map { "\($0.code) \($0.count)" }.joined(separator: ", ")
        result.findings.append("rejects: \(fixed(rejected / all * 100, 1)) % of all inputs: \(counts)")
    }
}
