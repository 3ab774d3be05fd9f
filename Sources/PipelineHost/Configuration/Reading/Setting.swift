// One value of the file: where it stands and how to complain about it. How it reads as a number or a text is
// Setting+Scalars', as a mapping Section's.

import Yams

/// A YAML value with its path. Reading it as something it is not notes an error and gives `nil`.
struct Setting {
    /// The value.
    let node: Node
    /// Its place, such as `heads[0].loss`; empty for the document.
    let path: String
    /// Where errors go.
    let findings: Findings

    /// Notes that the value is wrong.
    func refuse(_ message: String, remedy: String) {
        findings.refuse(issue(message, remedy: remedy))
    }

    /// Notes that the value is allowed but probably not meant.
    func advise(_ message: String, remedy: String) {
        findings.advise(issue(message, remedy: remedy))
    }

    /// The path of the member `key`.
    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The elements, if the value is a list with a count in `counts`.
    ///
    /// - Parameter noun: what the elements are, in the plural.
    func elements(_ counts: ClosedRange<Int>, _ noun: String, example: String) -> [Setting]? {
        guard case .sequence(let sequence) = node else {
            refuse("expected a list, found \(found)", remedy: "write a list such as \(example)")
            return nil
        }
        guard counts.contains(sequence.count) else {
            let bounds = "\(counts.lowerBound) to \(counts.upperBound)"
            refuse("\(sequence.count) \(noun) are not \(bounds)", remedy: "list \(bounds) \(noun)")
            return nil
        }
        return sequence.enumerated().map { index, node in
            Setting(node: node, path: "\(path)[\(index)]", findings: findings)
        }
    }

    /// What stands here, for a message.
    var found: String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar(let scalar): isNull ? "nothing" : "'\(Setting.excerpt(scalar.string))'"
        }
    }

    /// Whether nothing stands here, or one of YAML's words for it.
    var isNull: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    // Forty characters tell which text is meant; a message stays one line.
    private static func excerpt(_ text: String) -> String {
        let line = text.map { $0.isNewline ? " " : $0 }
        return String(line.prefix(40)) + (line.count > 40 ? "…" : "")
    }

    private func issue(_ message: String, remedy: String) -> ConfigurationIssue {
        ConfigurationIssue(
            line: node.mark?.line, column: node.mark?.column, key: path, message: message, remedy: remedy)
    }
}
