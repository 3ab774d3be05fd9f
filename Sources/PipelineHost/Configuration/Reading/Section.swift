// A mapping with a fixed set of keys. An unknown key is an error: a misspelt `widnow` must not silently mean the default.

import Yams

/// A mapping of which every key is known.
struct Section {
    /// The mapping itself.
    let setting: Setting
    private let members: [String: Setting]

    /// The members of `setting`, if it is a mapping; keys not in `keys` are noted as errors and left out.
    init?(_ setting: Setting, keys: [String], example: String) {
        guard let entries = setting.entries(example: example) else { return nil }
        var members: [String: Setting] = [:]
        for (name, key, value) in entries {
            if keys.contains(name) {
                members[name] = value
            } else {
                key.refuse(
                    "unknown key",
                    remedy: KeySuggestion.remedy(for: name, in: keys) ?? "use one of \(keys.joined(separator: ", "))")
            }
        }
        self.setting = setting
        self.members = members
    }

    /// The member's value, if it is there.
    subscript(_ key: String) -> Setting? { members[key] }

    /// What `read` makes of the member, or `standard` where it is absent, or wrong and noted as such.
    func read<Value>(_ key: String, else standard: Value, _ read: (Setting) -> Value?) -> Value {
        members[key].flatMap(read) ?? standard
    }

    /// What `read` makes of the member; an absent one is noted as an error.
    func require<Value>(_ key: String, remedy: String, _ read: (Setting) -> Value?) -> Value? {
        if let member = members[key] { return read(member) }
        Setting(node: setting.node, path: setting.path(of: key), findings: setting.findings)
            .refuse("required, but missing", remedy: remedy)
        return nil
    }

    /// The one of `keys` that is there; none or several are noted as an error.
    func only(of keys: [String], remedy: String) -> (key: String, value: Setting)? {
        let present = keys.compactMap { key in members[key].map { (key, $0) } }
        guard let first = present.first, present.count == 1 else {
            let what = present.isEmpty ? "none" : present.map(\.0).joined(separator: " and ")
            setting.refuse(
                "exactly one of \(keys.joined(separator: ", ")) must be given, not \(what)", remedy: remedy)
            return nil
        }
        return first
    }
}

extension Setting {
    /// Name, key and value of each member in order, if the value is a mapping. Keys are read by their text.
    func entries(example: String) -> [(name: String, key: Setting, value: Setting)]? {
        guard case .mapping(let mapping) = node else {
            refuse("expected a mapping, found \(found)", remedy: "write a mapping such as \(example)")
            return nil
        }
        var entries: [(name: String, key: Setting, value: Setting)] = []
        var seen: Set<String> = []
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else {
                Setting(node: key, path: path, findings: findings)
                    .refuse("a key must be a text", remedy: "write a plain word before the colon")
                continue
            }
            let name = scalar.string
            let keySetting = Setting(node: key, path: path(of: name), findings: findings)
            // YAML tells 1 from "1"; here both are the same text.
            guard seen.insert(name).inserted else {
                keySetting.refuse("the key stands twice in one mapping", remedy: "keep one of the two")
                continue
            }
            entries.append((name, keySetting, Setting(node: value, path: path(of: name), findings: findings)))
        }
        return entries
    }
}
