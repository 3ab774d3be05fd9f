// Files that are no configuration at all, and files with more than one thing wrong.

import Foundation
import PipelineHost
import Testing

@Suite("A configuration file")
struct ConfigurationFileTests {
    private static let minimal = """
        name: t
        event: { id: id }
        features: [{ hash: a }]
        heads: [{ name: click, window: 30m }]
        """

    private func refusal(_ yaml: String) throws -> ConfigurationError {
        try #require(throws: ConfigurationError.self) { try Configuration.parse(yaml: yaml, source: "weir.yaml") }
    }

    /// The error that loading `bytes` gives; `nil` where they load.
    private func load(_ bytes: [UInt8]) throws -> ConfigurationError? {
        let path = NSTemporaryDirectory() + "/weir-configuration-" + UUID().uuidString + ".yaml"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        do throws(ConfigurationError) { _ = try Configuration.load(path: path) } catch { return error }
        return nil
    }

    @Test("that is right loads, with a byte order mark and Windows' line ends, too")
    func loads() throws {
        #expect(try load(Array(Self.minimal.utf8)) == nil)
        let windows = "\u{FEFF}" + Self.minimal.split(separator: "\n").joined(separator: "\r\n")
        #expect(try load(Array(windows.utf8)) == nil)
    }

    @Test("that is missing is an error without a line")
    func missing() throws {
        let error = try #require(throws: ConfigurationError.self) { try Configuration.load(path: "/nowhere/weir.yaml") }
        #expect(error.description.hasPrefix("/nowhere/weir.yaml: there is no such file. Remedy: "))
    }

    @Test("that is a directory is an error")
    func directory() throws {
        let error = try #require(throws: ConfigurationError.self) { try Configuration.load(path: "/") }
        #expect(error.issues.map(\.message) == ["this is a directory"])
    }

    @Test("that is not UTF-8 is an error with its line")
    func notUTF8() throws {
        let error = try #require(try load(Array("name: t\nevent: ".utf8) + [0xC3, 0x28, 0x0A]))
        #expect(error.issues.map(\.line) == [2])
        #expect(error.issues.map(\.message) == ["the file is not UTF-8"])
    }

    @Test("above 1 MiB is refused, as a file and as a text")
    func tooLarge() throws {
        let text = Self.minimal + "\n#" + String(repeating: "x", count: 1 << 20)
        #expect(try load(Array(text.utf8))?.issues.map(\.message) == ["the file is larger than 1048576 bytes"])
        #expect(try refusal(text).issues.map(\.message) == ["the file is larger than 1048576 bytes"])
    }

    @Test("that is empty says so, comments or not", arguments: ["", "\n\n", "# nothing\n"])
    func empty(text: String) throws {
        #expect(try refusal(text).issues.map(\.message) == ["the file is empty"])
    }

    @Test("that holds a list or a word is no mapping", arguments: ["- a", "weir", "---"])
    func noMapping(text: String) throws {
        #expect(try refusal(text).issues.first?.message.hasPrefix("expected a mapping") == true)
    }

    @Test("with broken YAML names the line", arguments: [("name: t\nevent: { id: id\nheads:", 3), ("a: 'b", 1)])
    func syntax(text: String, line: Int) throws {
        let error = try refusal(text)
        #expect(error.issues.map(\.line) == [line])
        #expect(error.issues.first?.message.hasPrefix("this is no YAML: ") == true)
    }

    @Test("with a control character names the line")
    func control() throws {
        #expect(try refusal("name: t\nevent: \u{1}\n").issues.map(\.line) == [2])
    }

    @Test("with a key twice names the key and its line")
    func duplicateKey() throws {
        let issue = try #require(try refusal("name: t\nname: u\n").issues.first)
        #expect(issue.key == "name")
        #expect(issue.line == 1)
        #expect(issue.message == "the key stands twice in one mapping")
    }

    @Test("with two documents is refused")
    func twoDocuments() throws {
        #expect(try refusal(Self.minimal + "\n---\nname: u").issues.map(\.line) == [5])
    }

    @Test("that multiplies itself by aliases is refused before it grows")
    func aliasBomb() throws {
        var yaml = "a0: &a0 [x, x]\n"
        for level in 1...30 { yaml += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(try refusal(yaml + "? *a30\n: 1\n").issues.map(\.message) == ["the file has more than 16 YAML aliases"])
    }

    @Test("that nests without end is refused", arguments: ["[", "- ", "{a: ", "? "])
    func nesting(opening: String) throws {
        let error = try refusal(String(repeating: opening, count: 100_000))
        #expect(error.issues.first?.message.hasPrefix("this is no YAML") == true)
    }

    @Test("with several errors reports all of them in line order")
    func several() throws {
        let yaml = """
            name: T
            heads:
              - name: click
                loss: { focal: { gamma: -1 } }
            modle: {}
            features: [{ hash: a }, { hash: a }]
            event: {}
            """
        #expect(
            try refusal(yaml).description == """
                weir.yaml:1:7: name: 'T' is no name. Remedy: use small letters, digits and hyphens, such as ad-clicks.
                weir.yaml:3:5: heads[0].window: required, but missing. Remedy: say how long an outcome counts, such as \
                window: 30m.
                weir.yaml:4:29: heads[0].loss.focal.gamma: -1 is outside 0…10. Remedy: write a number from 0 to 10.
                weir.yaml:5:1: modle: unknown key. Remedy: did you mean 'model'? Known here: name, event, features, \
                heads, model, stream, intake, limits, journal, endpoints, monitor, http, replay.
                weir.yaml:6:25: features[1]: the same feature as features[0]: it would count double. Remedy: remove one \
                of the two.
                weir.yaml:7:8: event.id: required, but missing. Remedy: name the member that holds the id.
                """)
    }

    @Test("with a hundred errors lists twenty and counts the rest")
    func bounded() throws {
        let error = try refusal(Self.minimal + (1...100).map { "\nunknown\($0): 1" }.joined())
        #expect(error.issues.count == ConfigurationError.maximumIssues)
        #expect(error.omittedIssues == 80)
        #expect(error.description.hasSuffix("\nweir.yaml: and 80 more"))
        #expect(error.issues.first?.line == 5)
    }

    @Test("whose stream has its own clock must name a time")
    func clockWithoutTime() throws {
        let error = try refusal(Self.minimal + "\nstream: { clock: stream }")
        #expect(error.issues.map(\.key) == ["stream"])
        #expect(error.issues.first?.remedy.contains("add time: to event") == true)
    }

    @Test("may not learn from when a label became known, unless that is the event's own time")
    func labelTime() throws {
        func yaml(_ column: String) -> String {
            Self.minimal.replacing("hash: a", with: "hash: \(column)") + """

                replay:
                  time: { column: at, format: iso8601 }
                  labels: [{ head: click, column: l, time: { column: \(column), format: iso8601 } }]
                """
        }
        #expect(try refusal(yaml("clicked_at")).issues.map(\.key) == ["features[0].hash"])
        #expect(try Configuration.parse(yaml: yaml("at"), source: "weir.yaml").advice == [])
    }

    @Test("may learn from a column that another file calls the label")
    func labelOfOtherFile() throws {
        let replay = """

            replay:
              time: { column: at, format: iso8601 }
              labels: [{ head: click, file: f.csv, key: k, column: a, delay: 0s }]
            """
        #expect(try Configuration.parse(yaml: Self.minimal + replay, source: "weir.yaml").advice == [])
    }
}
