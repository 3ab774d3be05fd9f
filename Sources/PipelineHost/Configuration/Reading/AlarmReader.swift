// `monitor.alarm`: how rarely it may ring falsely, and whom it tells.

import Calibration
import PipelineRoles
import ScoringRecords

/// Reads `monitor.alarm`.
enum AlarmReader {
    private static let keys = [
        "falseAlarmsPerYear", "atEventsPerSecond", "tolerance", "command", "commandTimeLimit", "webhook",
    ]

    /// Puts what the section says into `monitor`.
    static func read(_ setting: Setting, into monitor: inout MonitorConfiguration) {
        let example = "{ falseAlarmsPerYear: 1, atEventsPerSecond: 100 }"
        guard let section = Section(setting, keys: keys, example: example) else { return }
        let standard = monitor.settings.budget
        let alarms = section.read("falseAlarmsPerYear", else: standard.alarmsPerYear) {
            $0.number(in: ConfigurationLimits.falseAlarmsPerYear)
        }
        let events = section.read("atEventsPerSecond", else: standard.eventsPerSecond) {
            $0.number(in: ConfigurationLimits.eventsPerSecond)
        }
        monitor.settings.budget = FalseAlarmBudget(alarmsPerYear: alarms, eventsPerSecond: events) ?? standard
        monitor.settings.tolerance = section.read("tolerance", else: monitor.settings.tolerance) {
            $0.number(in: 1...DriftDetectorSettings.toleranceLimit)
        }
        if let command = section["command"] {
            let limit = section.read("commandTimeLimit", else: ConfigurationLimits.defaultCommandTimeLimit) {
                $0.duration(atLeast: .milliseconds(100))
            }
            monitor.command = words(command).map { MonitorConfiguration.Command(words: $0, timeLimit: limit) }
        } else if let limit = section["commandTimeLimit"] {
            limit.refuse("there is no command to limit", remedy: "add command: [/path/of/program]")
        }
        if let webhook = section["webhook"] { monitor.webhook = self.webhook(webhook) }
    }

    private static func words(_ setting: Setting) -> [String]? {
        let example = "[/usr/local/bin/page, calibration]"
        guard let items = setting.elements(1...64, "words", example: example) else { return nil }
        let words = items.compactMap { $0.text(maximumBytes: ConfigurationLimits.pathBytes) }
        guard words.count == items.count else { return nil }
        guard words[0].hasPrefix("/") else {
            items[0].refuse("'\(words[0])' is no absolute path", remedy: "write the program's whole path")
            return nil
        }
        return words
    }

    private static func webhook(_ setting: Setting) -> MonitorConfiguration.Webhook? {
        let example = "{ url: \"http://127.0.0.1:9093/alarms\", secretFile: /etc/weir/webhook.secret }"
        guard let section = Section(setting, keys: ["url", "secretFile"], example: example) else { return nil }
        let url = section.require("url", remedy: "write where alarms are posted, such as \(example)") {
            $0.text(maximumBytes: ConfigurationLimits.pathBytes)
        }
        let secret = section["secretFile"].flatMap { $0.text(maximumBytes: ConfigurationLimits.pathBytes) }
        guard let url, let place = section["url"] else { return nil }
        guard url.hasPrefix("http://") else {
            place.refuse(
                "'\(url)' is no http:// address; TLS is left to a proxy on this machine",
                remedy: "write an address such as http://127.0.0.1:9093/alarms")
            return nil
        }
        guard var webhook = address(url.dropFirst("http://".count)) else {
            place.refuse(
                "'\(url)' does not name a host, a port from 1 to 65535 and a path without spaces",
                remedy: "write an address such as http://127.0.0.1:9093/alarms")
            return nil
        }
        webhook.secretFile = secret
        return webhook
    }

    // host[:port][/path]; an IPv6 address stands in brackets.
    private static func address(_ text: Substring) -> MonitorConfiguration.Webhook? {
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        let path = slash == text.endIndex ? "/" : String(text[slash...])
        guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !path.contains("#") else { return nil }
        var (host, port) = (text[..<slash], 80)
        if host.first == "[" {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
            guard let number = rest.isEmpty ? 80 : self.port(rest) else { return nil }
            port = number
        } else if let colon = host.firstIndex(of: ":") {
            guard let number = self.port(host[colon...]) else { return nil }
            (host, port) = (host[..<colon], number)
        }
        let characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:"
        guard !host.isEmpty, host.allSatisfy(characters.contains) else { return nil }
        return MonitorConfiguration.Webhook(host: String(host), port: port, path: path)
    }

    private static func port(_ text: Substring) -> Int? {
        guard text.first == ":", text.dropFirst().allSatisfy(\.isNumber), let port = Int(text.dropFirst()) else {
            return nil
        }
        return (1...65_535).contains(port) ? port : nil
    }
}
