// The `features` section: one mapping per feature, its kind named by one of four keys.

import OnlineLearning
import ScoringRecords
import Yams

/// A feature with the places of the fields it reads, for rules that compare sections.
struct PlacedFeature {
    /// The feature.
    let definition: FeatureDefinition
    /// Where each of its fields is named, in the order of `definition.fields`.
    let fields: [Setting]
    /// The feature's own place.
    let setting: Setting
}

/// Reads features.
enum FeatureReader {
    private static let kinds = ["hash", "number", "bucket", "cross"]
    private static let options = ["number": ["transform", "standardize"], "bucket": ["width", "log", "edges"]]

    /// All features that are right; `nil` where there is no list of them.
    static func features(_ setting: Setting) -> [PlacedFeature]? {
        guard let items = setting.elements(1...Limits.fields, "features", example: "- { hash: campaign }") else {
            return nil
        }
        let features = items.compactMap(feature)
        checkDuplicates(features)
        let fieldCount = Set(features.flatMap(\.definition.fields)).count
        if fieldCount > Limits.fields {
            setting.refuse(
                "features read \(fieldCount) fields, more than \(Limits.fields)", remedy: "remove crosses or fields")
        }
        return features
    }

    private static func feature(_ setting: Setting) -> PlacedFeature? {
        let example = "{ hash: campaign }"
        guard case .mapping(let members) = setting.node else {
            _ = setting.entries(example: example)
            return nil
        }
        let present = kinds.filter { kind in members.keys.contains { $0.string == kind } }
        guard let kind = present.first, present.count == 1 else {
            // A misspelt kind shows as an unknown key, with a suggestion.
            if present.isEmpty, !members.isEmpty {
                _ = Section(setting, keys: kinds, example: example)
            } else {
                setting.refuse(
                    "a feature is exactly one of \(kinds.joined(separator: ", "))",
                    remedy: "write each feature on its own line, such as - \(example)")
            }
            return nil
        }
        guard let section = Section(setting, keys: [kind] + (options[kind] ?? []), example: example),
            let place = section[kind]
        else { return nil }
        if kind == "cross" { return cross(place, setting) }
        guard let field = place.text(), let definition = definition(kind, field, section) else { return nil }
        return PlacedFeature(definition: definition, fields: [place], setting: setting)
    }

    private static func definition(_ kind: String, _ field: String, _ section: Section) -> FeatureDefinition? {
        switch kind {
        case "hash": return .hash(field: field)
        case "number":
            return .number(
                field: field,
                transform: section.read("transform", else: .raw) {
                    $0.choice(["raw": NumberTransform.raw, "log": .log])
                },
                standardized: section.read("standardize", else: true) { $0.truth() })
        default: return scale(section).map { .bucket(field: field, scale: $0) }
        }
    }

    private static func scale(_ section: Section) -> BucketScale? {
        let remedy = "write one, such as { bucket: price, width: 10 }"
        guard let (key, setting) = section.only(of: ["width", "log", "edges"], remedy: remedy) else { return nil }
        switch key {
        case "width":
            guard let width = setting.number() else { return nil }
            guard width > 0 else {
                setting.refuse("a width of \(shortText(of: width)) cuts nothing", remedy: "write a number above 0")
                return nil
            }
            return .width(width)
        case "log":
            guard let isOn = setting.truth() else { return nil }
            guard isOn else {
                setting.refuse("log: false leaves the bucket without a scale", remedy: remedy)
                return nil
            }
            return .logarithmic
        default: return edges(setting).map { .edges($0) }
        }
    }

    private static func edges(_ setting: Setting) -> [Double]? {
        guard let items = setting.elements(ConfigurationLimits.edges, "edges", example: "[1, 5, 10]") else {
            return nil
        }
        let edges = items.map { $0.number() }
        for (index, edge) in edges.enumerated().dropFirst() {
            guard let edge, let before = edges[index - 1], edge <= before else { continue }
            items[index].refuse(
                "\(shortText(of: edge)) is not above the edge before it, \(shortText(of: before))",
                remedy: "list edges in ascending order, each once")
            return nil
        }
        return edges.contains(nil) ? nil : edges.compactMap { $0 }
    }

    private static func cross(_ place: Setting, _ setting: Setting) -> PlacedFeature? {
        guard let items = place.elements(ConfigurationLimits.crossedFields, "fields", example: "[campaign, item_id]")
        else { return nil }
        let fields = items.compactMap { $0.text() }
        guard fields.count == items.count else { return nil }
        guard Set(fields).count == fields.count else {
            place.refuse("a field is crossed with itself", remedy: "name each field once")
            return nil
        }
        return PlacedFeature(definition: .cross(fields: fields), fields: items, setting: setting)
    }

    // Two equal features share their slots, so each would count double and learn at twice the rate. The order of a cross
    // makes no other feature.
    private static func checkDuplicates(_ features: [PlacedFeature]) {
        enum Identity: Hashable {
            case same(FeatureDefinition)
            case cross(Set<String>)
        }
        var seen: [Identity: PlacedFeature] = [:]
        for feature in features {
            let identity: Identity =
                if case .cross(let fields) = feature.definition { .cross(Set(fields)) } else {
                    .same(feature.definition)
                }
            guard let first = seen[identity] else {
                seen[identity] = feature
                continue
            }
            feature.setting.refuse(
                "the same feature as \(first.setting.path): it would count double", remedy: "remove one of the two")
        }
    }
}
