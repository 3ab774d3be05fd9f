// From text to a tree of YAML nodes with their places. What the nodes mean is the readers'.

import Yams

/// Composes one YAML document, with guards against texts that would grow in memory.
///
/// Nesting is bounded by libyaml itself, at 1,000 levels.
enum YAMLDocument {
    /// What is said of an oversized text, wherever it is noticed.
    static let tooLarge = SettingError(
        "the file is larger than \(ConfigurationLimits.fileBytes) bytes",
        remedy: "name the configuration file, not a data file")

    /// The document's root; `nil` after noting why there is none.
    static func root(of yaml: String, findings: Findings) -> Node? {
        guard yaml.utf8.count <= ConfigurationLimits.fileBytes else {
            findings.refuse(ConfigurationIssue(key: "", message: tooLarge.message, remedy: tooLarge.remedy))
            return nil
        }
        guard aliasCount(in: yaml) <= ConfigurationLimits.aliases else {
            findings.refuse(
                ConfigurationIssue(
                    key: "", message: "the file has more than \(ConfigurationLimits.aliases) YAML aliases",
                    remedy: "write out what the aliases (*name) stand for"))
            return nil
        }
        do {
            // A byte order mark is dropped here, because libyaml looks for one only where it guesses the encoding; and
            // UTF-8 is said outright, because the default consults the environment.
            let text = yaml.unicodeScalars.first == "\u{FEFF}" ? String(yaml.unicodeScalars.dropFirst()) : yaml
            if let root = try compose(yaml: text, .default, .default, .utf8) { return root }
            findings.refuse(
                ConfigurationIssue(
                    key: "", message: "the file is empty", remedy: "start with name, event, features and heads"))
        } catch {
            findings.refuse(issue(of: error, in: yaml))
        }
        return nil
    }

    private static func issue(of error: any Error, in yaml: String) -> ConfigurationIssue {
        func issue(_ mark: Mark, key: String = "", message: String, remedy: String) -> ConfigurationIssue {
            ConfigurationIssue(line: mark.line, column: mark.column, key: key, message: message, remedy: remedy)
        }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            return issue(
                mark, message: "this is no YAML: \(problem)",
                remedy: "check indentation, quotes and brackets here and above")
        case .composer(_, let problem, let mark, _):
            return issue(
                mark, message: "this is no usable YAML: \(problem)",
                remedy: "keep one document, and define each anchor before its alias")
        case .duplicatedKeysInMapping(let keys, let context):
            // libyaml's wrapper names the first of the two places only.
            return issue(
                context.mark, key: keys.first ?? "", message: "the key stands twice in one mapping",
                remedy: "keep one of the two")
        case .reader(let problem, let offset, _, _):
            let line = offset.map { yaml.prefix($0).count(where: \.isNewline) + 1 }
            return ConfigurationIssue(
                line: line, key: "", message: "this is no text: \(problem)", remedy: "remove the control character")
        default:
            return ConfigurationIssue(
                key: "", message: "the file cannot be read as YAML: \(error)", remedy: "check it with a YAML tool")
        }
    }

    // Every alias is a star where a token may start, followed by a name. In comments and quotes a star may look like one
    // too: the count may be too high, never too low, and the limit leaves room for that.
    private static func aliasCount(in yaml: String) -> Int {
        var count = 0
        var previous = UInt8(ascii: "\n")
        var isStar = false
        for byte in yaml.utf8 {
            let isName =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            if isStar && isName { count += 1 }
            // A token starts after anything but a letter or digit, of which no alias can be a part.
            let isWord = (0x30...0x39).contains(previous) || (0x41...0x5A).contains(previous & 0xDF)
            isStar = byte == UInt8(ascii: "*") && !isWord
            previous = byte
        }
        return count
    }
}
