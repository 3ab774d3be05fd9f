// Everything a file can get wrong: each case names line, key, what is wrong and what to do.

import PipelineHost
import Testing

@Suite("A configuration is refused")
struct ConfigurationErrorTests {
    /// A right file with one line replaced, and the one error expected of it.
    struct Case: CustomTestStringConvertible {
        var name: String
        var line: Int
        var text: String
        var key: String
        var message: String
        /// A part of the remedy; `nil` where any will do.
        var remedy: String?

        init(_ name: String, _ line: Int, _ text: String, _ key: String, _ message: String, remedy: String? = nil) {
            (self.name, self.line, self.text) = (name, line, text)
            (self.key, self.message, self.remedy) = (key, message, remedy)
        }

        var testDescription: String { name }
    }

    static let lines = [
        "name: t",  // 1
        "event: { id: id, time: at }",
        "features:",
        "  - { hash: a }",
        "  - { number: price }",  // 5
        "heads:",
        "  - { name: click, window: 30m }",
        "model: {}",
        "stream: {}",
        "limits: {}",  // 10
        "journal: {}",
        "endpoints: {}",
        "replay:",
        "  time: { column: at, format: iso8601 }",
        "  labels:",  // 15
        "    - { head: click, column: label, delay: 30s }",
    ]

    static let names = [
        Case("without a name", 1, "#", "name", "required, but missing", remedy: "name: ad-clicks"),
        Case("with capitals in its name", 1, "name: Ads", "name", "'Ads' is no name", remedy: "small letters"),
        Case("with a list for a name", 1, "name: [a]", "name", "expected a text, found a list"),
        Case("with nothing for a name", 1, "name:", "name", "expected a text, found nothing"),
        Case("with an unknown key", 8, "modle: {}", "modle", "unknown key", remedy: "did you mean 'model'?"),
        Case("with a key like nothing known", 8, "xyzzy: 1", "xyzzy", "unknown key", remedy: "use one of name, event"),
        Case("with a text for a section", 8, "model: big", "model", "expected a mapping, found 'big'"),
        Case("without an id", 2, "event: { time: at }", "event.id", "required, but missing"),
        Case("with one member for id and time", 2, "event: { id: id, time: id }", "event.time", "same member"),
    ]

    static let monitor = [
        Case(
            "with a misspelt key of the monitor", 12, "monitor: { slice: [a] }", "monitor.slice", "unknown key",
            remedy: "did you mean 'slices'?"),
        Case("with a slice by the id", 12, "monitor: { slices: [id] }", "monitor.slices[0]", "the event's id"),
        Case("with a slice by a label", 12, "monitor: { slices: [label] }", "monitor.slices[0]", "before the outcome"),
        Case(
            "with a slice of three", 12, "monitor: { slices: [[a, b, c]] }", "monitor.slices[0]", "3 fields of a pair"),
        Case("with a slice of one twice", 12, "monitor: { slices: [[a, a]] }", "monitor.slices[0]", "with itself"),
        Case(
            "with the same slice twice", 12, "monitor: { slices: [[a, b], [b, a]] }", "monitor.slices[1]",
            "the same slices twice"),
        Case(
            "with too many values of slices", 12, "monitor: { slices: [a, b], slicesPerField: 6000 }",
            "monitor.slicesPerField", "more than 10000 in all", remedy: "5000"),
        Case(
            "with a share of false findings of one", 12, "monitor: { sliceFalseDiscovery: 1 }",
            "monitor.sliceFalseDiscovery", "strictly between 0 and 1"),
        Case(
            "with no false alarms at all", 12, "monitor: { alarm: { falseAlarmsPerYear: 0 } }",
            "monitor.alarm.falseAlarmsPerYear", "outside"),
        Case(
            "with a tolerance below one", 12, "monitor: { alarm: { tolerance: 0.9 } }", "monitor.alarm.tolerance",
            "outside 1…2"),
        Case(
            "with a command that is looked for", 12, "monitor: { alarm: { command: [page] } }",
            "monitor.alarm.command[0]", "no absolute path"),
        Case(
            "with a time limit of nothing", 12, "monitor: { alarm: { commandTimeLimit: 1s } }",
            "monitor.alarm.commandTimeLimit", "no command to limit"),
        Case(
            "with a webhook under TLS", 12, "monitor: { alarm: { webhook: { url: \"https://a/b\" } } }",
            "monitor.alarm.webhook.url", "left to a proxy"),
        Case(
            "with a webhook at port 0", 12, "monitor: { alarm: { webhook: { url: \"http://a:0/b\" } } }",
            "monitor.alarm.webhook.url", "a port from 1 to 65535"),
        Case(
            "with a webhook nowhere", 12, "monitor: { alarm: { webhook: { secretFile: s } } }",
            "monitor.alarm.webhook.url", "required, but missing"),
        Case(
            "with early outcomes that are mature", 12, "monitor: { earlyAge: 400d }", "monitor.earlyAge",
            "is not below the longest window"),
        Case("with windows of a few scores", 12, "monitor: { scoreWindow: 99 }", "monitor.scoreWindow", "outside 100…"),
        Case("with a dashboard nowhere", 12, "http: { staleAfter: 5m }", "http.address", "required, but missing"),
        Case(
            "with a dashboard at a name", 12, "http: { address: \"example.org:80\" }", "http.address",
            "no IPv4 address"),
        Case(
            "with a dashboard without a port", 12, "http: { address: 127.0.0.1 }", "http.address", "names no port"),
        Case(
            "with a model that is always stale", 12, "http: { address: \"127.0.0.1:80\", staleAfter: 0s }",
            "http.staleAfter", "0s is too short"),
        Case(
            "with a host that is an address with a port", 12,
            "http: { address: \"127.0.0.1:80\", hosts: [\"a:80\"] }", "http.hosts[0]", "is no host name"),
        Case(
            "with a misspelt address", 12, "http: { adress: \"127.0.0.1:80\" }", "http.adress", "unknown key",
            remedy: "did you mean 'address'?"),
        Case("with a history of no day", 12, "monitor: { historyDays: 0 }", "monitor.historyDays", "outside 1…36500"),
    ]

    static let features = [
        Case("with a feature that is no mapping", 4, "  - a", "features[0]", "expected a mapping, found 'a'"),
        Case(
            "with a misspelt kind", 4, "  - { hsah: a }", "features[0].hsah", "unknown", remedy: "did you mean 'hash'?"),
        Case("with two kinds in one", 4, "  - { hash: a, number: b }", "features[0]", "exactly one of hash, number"),
        Case("with an option of another kind", 4, "  - { hash: a, log: true }", "features[0].log", "unknown key"),
        Case(
            "with an unknown transform", 5, "  - { number: p, transform: lgo }", "features[1].transform", "not one of",
            remedy: "did you mean 'log'?"),
        Case("with yes for true", 5, "  - { number: p, standardize: yes }", "features[1].standardize", "found 'yes'"),
        Case("with a cross of one", 4, "  - { cross: [a] }", "features[0].cross", "1 fields are not 2 to 3"),
        Case("with a cross of four", 4, "  - { cross: [a, b, c, d] }", "features[0].cross", "4 fields are not 2 to 3"),
        Case(
            "with a field crossed with itself", 4, "  - { cross: [a, a] }", "features[0].cross", "crossed with itself"),
        Case(
            "with width and edges", 4, "  - { bucket: a, width: 1, edges: [1] }", "features[0]", "not width and edges"),
        Case("with a bucket without a scale", 4, "  - { bucket: a }", "features[0]", "not none"),
        Case("with a width of zero", 4, "  - { bucket: a, width: 0 }", "features[0].width", "a width of 0"),
        Case("with log: false", 4, "  - { bucket: a, log: false }", "features[0].log", "without a scale"),
        Case(
            "with descending edges", 4, "  - { bucket: a, edges: [1, 5, 3] }", "features[0].edges[2]",
            "3 is not above the edge before it, 5", remedy: "ascending"),
        Case("with text for an edge", 4, "  - { bucket: a, edges: [1, '5'] }", "features[0].edges[1]", "found '5'"),
        Case("with an infinite edge", 4, "  - { bucket: a, edges: [1e999] }", "features[0].edges[0]", "a number"),
        Case(
            "with a feature twice", 5, "  - { hash: a }", "features[1]", "the same feature as features[0]",
            remedy: "remove one"),
        Case("with a feature of the label", 5, "  - { hash: label }", "features[1].hash", "would leak the label"),
        Case("with a label in a cross", 5, "  - { cross: [b, label] }", "features[1].cross[1]", "would leak the label"),
    ]

    static let heads = [
        Case("without a window", 7, "  - { name: click }", "heads[0].window", "required", remedy: "window: 30m"),
        Case("without a head's name", 7, "  - { window: 30m }", "heads[0].name", "required, but missing"),
        Case(
            "with a duration without unit", 7, "  - { name: click, window: 30 }", "heads[0].window", "no duration",
            remedy: "30s"),
        Case("with a window of zero", 7, "  - { name: click, window: 0s }", "heads[0].window", "too short"),
        Case(
            "with a base rate of 0", 7, "  - { name: click, window: 1m, baseRate: 0 }", "heads[0].baseRate",
            "0 does not lie strictly between 0 and 1"),
        Case(
            "with text for a base rate", 7, "  - { name: click, window: 1m, baseRate: \"0.1\" }", "heads[0].baseRate",
            "expected a number, found '0.1'", remedy: "without quotes"),
        Case(
            "with an unknown missingLabel", 7, "  - { name: click, window: 1m, missingLabel: negativ }",
            "heads[0].missingLabel", "is not one of", remedy: "did you mean 'negative'?"),
        Case(
            "with two equal heads", 7, "  - { name: click, window: 1m }\n  - { name: click, window: 1m }",
            "heads[1].name", "two heads are called 'click'"),
        Case(
            "with a wait longer than the window", 7, "  - { name: click, window: 1m, wait: 2m }", "heads[0].wait",
            "longer than the window", remedy: "shorter"),
        Case(
            "with a wait where none is taken", 7, "  - { name: click, window: 1m, policy: wait, wait: 1s }",
            "heads[0].wait", "waits for the whole window", remedy: "policy: retract"),
        Case(
            "with a wait where silence says nothing", 7,
            "  - { name: click, window: 1m, missingLabel: unlabelled, wait: 1s }", "heads[0].wait",
            "waits for the whole window", remedy: "policy: retract"),
        Case(
            "with an unknown policy", 7, "  - { name: click, window: 1m, policy: retrakt }", "heads[0].policy",
            "not one of", remedy: "did you mean 'retract'?"),
        Case(
            "without any negatives", 7, "  - { name: click, window: 1m, negatives: 0 }", "heads[0].negatives",
            "0 is outside 1e-09…1"),
        Case(
            "with more negatives than there are", 7, "  - { name: click, window: 1m, negatives: 10 }",
            "heads[0].negatives", "10 is outside 1e-09…1"),
        Case(
            "with yes for recalibrate", 7, "  - { name: click, window: 1m, recalibrate: yes }", "heads[0].recalibrate",
            "not one of"),
        Case("with an unknown loss", 7, "  - { name: click, window: 1m, loss: hinge }", "heads[0].loss", "no loss"),
        Case(
            "with two losses", 7, "  - { name: click, window: 1m, loss: { focal: {}, weighted: {} } }", "heads[0].loss",
            "exactly one of"),
        Case(
            "with gamma −1", 7, "  - { name: click, window: 1m, loss: { focal: { gamma: -1 } } }",
            "heads[0].loss.focal.gamma", "-1 is outside 0…10", remedy: "a number from 0 to 10"),
        Case(
            "with alpha 1.5", 7, "  - { name: click, window: 1m, loss: { focal: { gamma: 1, alpha: 1.5 } } }",
            "heads[0].loss.focal.alpha", "1.5 does not lie strictly between 0 and 1"),
        Case(
            "without gamma", 7, "  - { name: click, window: 1m, loss: { focal: { alpha: 0.5 } } }",
            "heads[0].loss.focal.gamma", "required, but missing"),
        Case(
            "with a negative class weight", 7, "  - { name: click, window: 1m, loss: { weighted: { positive: -2 } } }",
            "heads[0].loss.weighted.positive", "-2 is outside 1e-09…1000000000"),
        Case(
            "with weights that vanish together", 7,
            "  - { name: click, window: 1m, loss: { focal: { gamma: 1, alpha: 1e-6, positiveWeight: 1e-6 } } }",
            "heads[0].loss.focal", "the weight of positives is 1e-12"),
    ]

    static let sections = [
        Case("with bits 0", 8, "model: { bits: 0 }", "model.bits", "0 is outside 1…26"),
        Case("with bits 40", 8, "model: { optimizer: ftrl, bits: 40 }", "model.bits", "40 is outside 1…28"),
        Case("with a portfolio of 27 bits", 8, "model: { bits: 27 }", "model.bits", "27 is outside 1…26"),
        Case("with half a bit", 8, "model: { bits: 1.5 }", "model.bits", "expected a whole number, found '1.5'"),
        Case(
            "with a learning rate of 0", 8, "model: { optimizer: ftrl, alpha: 0 }", "model.alpha",
            "0 is outside 1e-06…100"),
        Case(
            "with a learning rate for a portfolio", 8, "model: { alpha: 0.1 }", "model.alpha",
            "belongs to optimizer: ftrl, the optimizer is portfolio", remedy: "write optimizer: ftrl"),
        Case(
            "with a prior for FTRL", 8, "model: { optimizer: ftrl, priorVariance: 1 }", "model.priorVariance",
            "belongs to optimizer: ekf", remedy: "drop this line"),
        Case("with an unknown optimizer", 8, "model: { optimizer: adam }", "model.optimizer", "not one of"),
        Case(
            "with a half-life of 0", 8, "model: { mixtureHalfLife: 0 }", "model.mixtureHalfLife", "0 is outside 1…"),
        Case(
            "with a prior variance of 0", 8, "model: { optimizer: ekf, priorVariance: 0 }", "model.priorVariance",
            "0 is outside 1e-06…100"),
        Case(
            "with a forgetting above 1", 8, "model: { optimizer: ekf, forgetting: 2 }", "model.forgetting",
            "2 is outside 0…1"),
        Case(
            "with a number that is none", 8, "model: { optimizer: ftrl, l1: .nan }", "model.l1",
            "expected a number, found '.nan'"),
        Case("with an unknown clock", 9, "stream: { clock: sundial }", "stream.clock", "not one of wall, stream"),
        Case("with a negative grace", 9, "stream: { grace: -1s }", "stream.grace", "'-1s' is no duration"),
        Case("with an endless grace", 9, "stream: { grace: 36501d }", "stream.grace", "longer than 36500d"),
        Case("with no room for events", 10, "limits: { pendingEvents: 0 }", "limits.pendingEvents", "outside 1…"),
        Case("with a spool below a message", 10, "limits: { spoolBytes: 1 }", "limits.spoolBytes", "outside 1048576…"),
        Case("with no checkpoint kept", 11, "journal: { keepCheckpoints: 0 }", "journal.keepCheckpoints", "outside 1…"),
        Case(
            "with commits that wait too long", 11, "journal: { commitInterval: 2s }", "journal.commitInterval",
            "2s is outside 0s…1s", remedy: "write a duration from 0s to 1s"),
        Case("with commits of nothing", 11, "journal: { commitBytes: 0 }", "journal.commitBytes", "outside 1…"),
        Case(
            "with a journal of no size", 11, "journal: { retainBytes: 1024 }", "journal.retainBytes",
            "outside 1048576…"),
        Case("that keeps no time", 11, "journal: { retainAge: 0s }", "journal.retainAge", "too short"),
        Case(
            "with port 70000", 12, "endpoints: { intake: 'tcp://127.0.0.1:70000' }", "endpoints.intake",
            "port '70000' is outside 1…65535", remedy: "choose a free port"),
        Case("with port 0", 12, "endpoints: { intake: 'tcp://127.0.0.1:0' }", "endpoints.intake", "port '0'"),
        Case("with a host that is none", 12, "endpoints: { tail: 'tcp://1.2.3.400:1' }", "endpoints.tail", "neither"),
        Case("with another protocol", 12, "endpoints: { tail: 'udp://a:1' }", "endpoints.tail", "is no endpoint"),
        Case(
            "with two equal endpoints", 12, "endpoints: { tail: 'tcp://127.0.0.1:5600' }", "endpoints.tail",
            "both intake and tail"),
    ]

    static let replay = [
        Case(
            "with labels of an unknown head", 16, "    - { head: clikc, column: l, delay: 0s }",
            "replay.labels[0].head", "there is no head 'clikc'", remedy: "did you mean 'click'?"),
        Case(
            "with delay and time", 16, "    - { head: click, column: l, delay: 0s, time: {} }", "replay.labels[0]",
            "not delay and time"),
        Case(
            "with a key without a file", 16, "    - { head: click, column: l, delay: 0s, key: k }",
            "replay.labels[0].key", "none is named"),
        Case(
            "with a file without a key", 16, "    - { head: click, column: l, delay: 0s, file: f }",
            "replay.labels[0].key", "required, but missing"),
        Case(
            "with an outcome above 1", 16, "    - { head: click, column: l, delay: 0s, values: { yes: 2 } }",
            "replay.labels[0].values.yes", "2 is outside 0…1"),
        Case(
            "with one column twice", 16,
            "    - { head: click, column: l, delay: 0s }\n    - { head: click, column: l, delay: 1s }",
            "replay.labels[1]", "count double"),
        Case("without a format", 14, "  time: { column: at }", "replay.time.format", "required, but missing"),
        Case("with an unknown format", 14, "  time: { column: at, format: iso }", "replay.time.format", "not one of"),
        Case("with an open pattern", 14, "  time: { column: at, format: '%Y-%m' }", "replay.time.format", "open"),
        Case("with a start that is none", 14, "  time: { start: soon, interval: 1s }", "replay.time.start", "no time"),
        Case(
            "with rows that stand still", 14, "  time: { start: 2024-01-01, interval: 0s }", "replay.time.interval",
            "too short"),
        Case(
            "with two time sources", 14, "  time: { start: 2024-01-01, interval: 1s, format: iso8601 }",
            "replay.time.format", "does not go with start"),
    ]

    @Test("with its line, key and remedy", arguments: names + monitor + features + heads + sections + replay)
    func refused(_ wrong: Case) throws {
        var lines = Self.lines
        lines[wrong.line - 1] = wrong.text
        // A text of two lines is wrong in its second; the want of a key shows where the file starts.
        let line = wrong.text == "#" ? 2 : wrong.line + (wrong.text.contains("\n") ? 1 : 0)
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.parse(yaml: lines.joined(separator: "\n"), source: "weir.yaml")
        }
        let issue = try #require(error.issues.first { $0.key == wrong.key }, "\(error)")
        #expect(issue.message.contains(wrong.message), "\(error)")
        #expect(!issue.remedy.isEmpty)
        if let remedy = wrong.remedy { #expect(issue.remedy.contains(remedy), "\(error)") }
        #expect(issue.line == line, "\(error)")
        #expect(issue.column != nil)
    }

    @Test("not at all where nothing is replaced")
    func base() throws {
        let configuration = try Configuration.parse(yaml: Self.lines.joined(separator: "\n"), source: "weir.yaml")
        #expect(configuration.advice == [])
    }
}
