// The `http` section: the dashboard of every command that has a monitor.

import ScoringRecords

/// Reads the `http` section.
enum HTTPReader {
    private static let example = "{ address: \"127.0.0.1:8080\", staleAfter: 5m }"

    /// What the section says; `nil` where it is absent or wrong.
    static func http(_ setting: Setting?) -> HTTPSettings? {
        guard let setting,
            let section = Section(setting, keys: ["address", "staleAfter", "hosts"], example: example)
        else { return nil }
        let address = section.require("address", remedy: "name it, such as \(example)") { place in
            place.text().flatMap { place.value($0) { text throws(SettingError) in try HTTPAddress(text) } }
        }
        let staleAfter = section.read("staleAfter", else: HTTPSettings.standardStaleAfter) {
            $0.duration(atLeast: .milliseconds(1))
        }
        let hosts = section.read("hosts", else: []) { self.hosts($0) }
        return address.map { HTTPSettings(address: $0, staleAfter: staleAfter, hosts: hosts) }
    }

    private static func hosts(_ setting: Setting) -> [String]? {
        let example = "[dashboard.example.org]"
        return setting.elements(1...ConfigurationLimits.hostNames, "names", example: example)?.compactMap { item in
            guard let text = item.text() else { return nil }
            let letters = "abcdefghijklmnopqrstuvwxyz0123456789-.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            guard text.allSatisfy(letters.contains), !text.hasSuffix(".") else {
                item.refuse("'\(text)' is no host name", remedy: "write a name without port, such as \(example)")
                return nil
            }
            return text.lowercased()
        }
    }
}
