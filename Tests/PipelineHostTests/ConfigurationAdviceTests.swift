// What is allowed but probably not meant is said, and ends nothing.

import PipelineHost
import Testing

@Suite("A configuration advises")
struct ConfigurationAdviceTests {
    private func advice(_ addition: String, fields: String = "{ hash: a }") throws -> [ConfigurationIssue] {
        let yaml = """
            name: t
            event: { id: id, time: at }
            features: [\(fields)]
            heads: [{ name: click, window: 30m }]
            \(addition)
            """
        return try Configuration.parse(yaml: yaml, source: "weir.yaml").advice
    }

    @Test(
        "against endpoints beyond this machine",
        arguments: ["tcp://*:5600", "tcp://0.0.0.0:5600", "tcp://10.0.0.1:5600", "tcp://127.example.org:5600"])
    func exposed(endpoint: String) throws {
        let advice = try advice("endpoints: { intake: \"\(endpoint)\" }")
        #expect(advice.map(\.key) == ["endpoints.intake"])
        #expect(advice.first?.line == 5)
        #expect(advice.first?.message.contains("neither encrypted nor authenticated") == true)
    }

    @Test(
        "nothing about endpoints of this machine",
        arguments: ["tcp://127.0.0.1:1", "tcp://127.9.9.9:65535", "tcp://localhost:5600", "ipc://x", "inproc://x"])
    func local(endpoint: String) throws {
        #expect(try advice("endpoints: { intake: \"\(endpoint)\" }") == [])
    }

    @Test("that a head without replayed labels learns from silence alone")
    func unlabelled() throws {
        let advice = try advice("replay: { time: { column: at, format: iso8601 } }")
        #expect(advice.map(\.key) == ["heads[0]"])
        #expect(advice.first?.message.contains("every replayed event becomes a negative") == true)
    }

    @Test("that a feature on the event's id sees nothing")
    func feature() throws {
        let advice = try advice("", fields: "{ hash: id }, { cross: [a, at] }")
        #expect(advice.map(\.key) == ["features[0].hash", "features[1].cross[1]"])
    }
}
