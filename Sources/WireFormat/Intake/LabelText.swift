// A label's value as it was written, before it is known which head it is for: members of an object have no order.

import ScoringRecords

/// The value of a label.
enum LabelText {
    /// There was none, or one of a kind that no head takes.
    case missing
    /// A number; `nil` for another scalar in its place within an object.
    case number(Double)
    /// A class.
    case text(String)
    /// Values of several heads of a group by label, in the order written.
    case group([(label: String, value: LabelText)])

    /// Reads a value.
    init(_ scanner: inout JSONScanner) throws(JSONError) {
        guard scanner.current == UInt8(ascii: "{") else {
            self = try LabelText.scalar(&scanner)
            return
        }
        var members: [(label: String, value: LabelText)] = []
        var keyBuffer: [UInt8] = []
        try scanner.members(keyBuffer: &keyBuffer) { (scanner, key) throws(JSONError) in
            members.append((String(decoding: key, as: UTF8.self), try LabelText.scalar(&scanner)))
        }
        self = .group(members)
    }

    private static func scalar(_ scanner: inout JSONScanner) throws(JSONError) -> LabelText {
        if scanner.current == UInt8(ascii: "\"") { return try scanner.text().map { .text($0) } ?? .missing }
        return try scanner.finiteNumber().map { .number($0) } ?? .missing
    }
}

extension IntakeSchema {
    /// The outcomes that a label's value means for the head or group it names; `head` may be left out where there is
    /// only one.
    func outcomes(
        of value: LabelText, head name: String?
    ) throws(IntakeError) -> [(head: UInt8, value: LabelValue)] {
        guard let name = name ?? onlyTarget else {
            throw IntakeError(
                reason: .headRequired,
                message: "a label must name its 'head': \(labelTargets.joined(separator: ", "))")
        }
        if let head = heads.firstIndex(where: { $0.name == name }) {
            return [(UInt8(head), try heads[head].outcome(of: value))]
        }
        guard heads.contains(where: { $0.group == name }) else {
            throw IntakeError(
                reason: .unknownHead, message: "'head' must be one of: \(labelTargets.joined(separator: ", "))")
        }
        return try outcomes(of: value, group: name)
    }

    private var onlyTarget: String? {
        if heads.count == 1 { return heads[0].name }
        guard let group = heads.first?.group, heads.allSatisfy({ $0.group == group }) else { return nil }
        return group
    }

    private func outcomes(
        of value: LabelText, group: String
    ) throws(IntakeError) -> [(head: UInt8, value: LabelValue)] {
        guard case .group(let members) = value, !members.isEmpty else {
            throw IntakeError(
                reason: .invalidLabelValue,
                message: "'\(group)' has several labels: write \"value\": { label: number, … }, or name one of them")
        }
        var outcomes: [(head: UInt8, value: LabelValue)] = []
        for (label, value) in members {
            guard let head = heads.firstIndex(where: { $0.group == group && $0.name == "\(group).\(label)" }) else {
                throw IntakeError(reason: .unknownHead, message: "'\(group)' has no label '\(label)'")
            }
            guard !outcomes.contains(where: { $0.head == UInt8(head) }) else {
                throw IntakeError(reason: .duplicateKey, message: "the label '\(label)' occurs twice")
            }
            outcomes.append((UInt8(head), try heads[head].outcome(of: value)))
        }
        return outcomes
    }
}

extension IntakeHead {
    fileprivate func outcome(of value: LabelText) throws(IntakeError) -> LabelValue {
        if classes.isEmpty {
            if case .number(let number) = value, (0...1).contains(number) { return .share(Float(number)) }
            throw IntakeError(
                reason: .invalidLabelValue, message: "a label's value for '\(name)' must be a number from 0 to 1")
        }
        if case .text(let text) = value, let category = classes.firstIndex(of: text) {
            return .category(UInt16(category))
        }
        throw IntakeError(
            reason: .invalidLabelValue,
            message: "a label's value for '\(name)' must be one of its classes: \(classes.joined(separator: ", "))")
    }
}
