// The `monitor` section: what is looked for. Whom an alarm is told is AlarmReader's.

import Calibration
import PipelineRoles
import ScoringRecords
import Yams

/// The section with the places of the fields it names, for rules that compare sections.
struct PlacedMonitor {
    /// What it says.
    var configuration = MonitorConfiguration()
    /// Every field that is sliced by, and where.
    var fields: [(name: String, setting: Setting)] = []
    /// Where the age of early looks stands.
    var earlyAge: Setting?
}

/// Reads the `monitor` section.
enum MonitorReader {
    private static let keys = [
        "slices", "slicesPerField", "sliceFalseDiscovery", "sliceEpoch", "alarm", "earlyAge", "scoreWindow",
        "historyDays",
    ]

    /// What the section says; the standard where it is absent.
    static func monitor(_ setting: Setting?) -> PlacedMonitor {
        var monitor = PlacedMonitor()
        guard let setting, let section = Section(setting, keys: keys, example: "{ slices: [campaign] }") else {
            return monitor
        }
        if let slices = section["slices"] { read(slices, into: &monitor) }
        var settings = monitor.configuration.settings
        settings.slicesPerField = section.read("slicesPerField", else: settings.slicesPerField) {
            $0.integer(in: 1...SliceSettings.sliceLimit)
        }
        settings.sliceFalseDiscovery = section.read("sliceFalseDiscovery", else: settings.sliceFalseDiscovery) {
            $0.share()
        }
        settings.sliceEpoch = section.read("sliceEpoch", else: settings.sliceEpoch) {
            $0.duration(atLeast: ConfigurationLimits.shortestSliceEpoch)
        }
        monitor.earlyAge = section["earlyAge"]
        settings.earlyAge = monitor.earlyAge.flatMap { $0.duration(atLeast: .milliseconds(1)) }
        settings.scoreWindow = section.read("scoreWindow", else: settings.scoreWindow) {
            $0.integer(in: ConfigurationLimits.scoreWindow)
        }
        checkBound(settings, section)
        monitor.configuration.settings = settings
        let days = section.read("historyDays", else: 90) { $0.integer(in: ConfigurationLimits.historyDays) }
        monitor.configuration.history = .days(Int64(days))
        if let alarm = section["alarm"] { AlarmReader.read(alarm, into: &monitor.configuration) }
        return monitor
    }

    private static func read(_ setting: Setting, into monitor: inout PlacedMonitor) {
        let example = "[campaign, [country, device]]"
        guard let items = setting.elements(1...Limits.sliceFields, "slices", example: example) else { return }
        for item in items {
            guard let key = key(item, example: example, into: &monitor) else { continue }
            if monitor.configuration.settings.slices.contains(where: {
                $0.name == key.name || Set($0.fields) == Set(key.fields)
            }) {
                item.refuse("the same slices twice", remedy: "remove one of the two")
            } else {
                monitor.configuration.settings.slices.append(key)
            }
        }
        let names = monitor.configuration.settings.sliceFields
        if names.count > Limits.sliceFields {
            setting.refuse(
                "\(names.count) fields are sliced by, more than \(Limits.sliceFields)", remedy: "name fewer fields")
        }
        // A journal tells fields apart by 32 bits of their names' hashes.
        var seen: [UInt32: String] = [:]
        for name in names {
            if let other = seen.updateValue(name, forKey: SliceKey.hash(name)) {
                setting.refuse("'\(other)' and '\(name)' have the same hash", remedy: "slice by one of the two only")
            }
        }
    }

    private static func key(_ item: Setting, example: String, into monitor: inout PlacedMonitor) -> SliceKey? {
        guard case .sequence = item.node else {
            guard let name = item.text() else { return nil }
            monitor.fields.append((name, item))
            return SliceKey(fields: [name])
        }
        guard let parts = item.elements(2...2, "fields of a pair", example: example) else { return nil }
        let names = parts.compactMap { $0.text() }
        guard names.count == 2 else { return nil }
        guard let key = SliceKey(fields: names) else {
            item.refuse("a field is paired with itself", remedy: "name two fields, or the field alone")
            return nil
        }
        for (name, part) in zip(names, parts) { monitor.fields.append((name, part)) }
        return key
    }

    private static func checkBound(_ settings: MonitorSettings, _ section: Section) {
        let (keys, limit) = (settings.slices.count, SliceSettings.sliceLimit)
        guard keys * settings.slicesPerField > limit else { return }
        (section["slicesPerField"] ?? section["slices"] ?? section.setting).refuse(
            "\(keys) slices of \(settings.slicesPerField) values are more than \(limit) in all",
            remedy: "write slicesPerField: \(limit / keys) or less")
    }
}
