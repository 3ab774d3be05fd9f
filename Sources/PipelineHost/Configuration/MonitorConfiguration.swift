// What a monitor looks for and whom it tells.

public import PipelineRoles
public import ScoringRecords

/// The `monitor` section.
public struct MonitorConfiguration: Hashable, Sendable {
    /// Where an alarm goes besides the log.
    public struct Webhook: Hashable, Sendable {
        /// The host's name or address.
        public var host: String
        /// The port.
        public var port: Int
        /// The path with its query, from the slash on.
        public var path: String
        /// A file whose content, without a line break at its end, is the secret of the signature; `nil` for no signature.
        public var secretFile: String?

        /// The address as it is written.
        public var url: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)\(path)" }
    }

    /// A program that is started for every alarm, with the alarm as JSON on its standard input.
    public struct Command: Hashable, Sendable {
        /// The program's path and its words.
        public var words: [String]
        /// How long it may take; then it is killed.
        public var timeLimit: TimeSpan
    }

    /// What is looked for.
    public var settings = MonitorSettings()
    /// How long alarms and hours are kept in the history.
    public var history = TimeSpan.days(90)
    /// The program; `nil` for none.
    public var command: Command?
    /// The webhook; `nil` for none.
    public var webhook: Webhook?

    /// The standard: no slices, one false alarm a year at a hundred events a second, alarms go to the log.
    public init() {}
}

extension MonitorConfiguration {
    /// The section in words, defaults included, for `weir check-config`.
    func explanation(outputs: Int) -> [String] {
        let budget = settings.budget
        let share = outputs > 1 ? ", shared by \(outputs) outputs" : ""
        var lines = [
            "at most \(shortText(of: budget.alarmsPerYear)) false alarms a year at "
                + "\(shortText(of: budget.eventsPerSecond)) mature events a second\(share); odds wrong by a factor of "
                + "\(shortText(of: settings.tolerance)) are tolerated"
        ]
        if settings.slices.isEmpty {
            lines.append("no slices")
        } else {
            lines.append(
                "slices by \(settings.slices.map(\.name).joined(separator: ", ")): the \(settings.slicesPerField) most "
                    + "frequent values of each, anew every \(DurationText.text(settings.sliceEpoch)), at most "
                    + "\(shortText(of: settings.sliceFalseDiscovery * 100)) % of findings wrong")
        }
        lines.append(
            (settings.earlyAge.map { "early outcomes, advisory, at an age of \(DurationText.text($0))" }
                ?? "early outcomes, advisory, at a quarter of each window")
                + "; scores compared in windows of \(settings.scoreWindow)")
        lines.append("history kept for \(DurationText.text(history))")
        if let command {
            lines.append(
                "alarms start \(command.words.joined(separator: " ")), for \(DurationText.text(command.timeLimit)) at most"
            )
        }
        if let webhook {
            lines.append(
                "alarms are posted to \(webhook.url), "
                    + (webhook.secretFile.map { "signed with the secret in \($0)" } ?? "not signed"))
        }
        return lines
    }
}
