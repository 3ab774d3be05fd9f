// The values of slices reach the journal exactly as scored, whether features read them or not.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

@Suite("Slices of a worker's events")
struct WorkerSliceTests {
    private func scored(_ json: String, fields: [String]) throws -> ScoredEvent? {
        let driver = try WorkerDriver(sliceFields: fields)
        driver.connect()
        driver.ask(json)
        driver.step(.flush)
        var event: ScoredEvent?
        for frame in driver.frames {
            try RecordCoding.decode(frame.payload, count: Int(frame.recordCount)) { record in
                if case .scored(let scored) = record { event = scored }
            }
        }
        return event
    }

    private func slices(of json: String, fields: [String]) throws -> [SliceValue]? {
        try scored(json, fields: fields)?.slices
    }

    private func value(_ field: String, _ text: String) -> SliceValue {
        SliceValue(field: SliceKey.hash(field), text: text)
    }

    @Test("texts, numbers and truth values are taken in the order of the configuration")
    func values() throws {
        let json =
            #"{"id":"a","time":0,"device":"phone","country":"NZ","amount":79.0,"member":true,"ratio":0.5,"page":"7"}"#
        #expect(
            try slices(of: json, fields: ["member", "country", "device", "amount", "ratio"]) == [
                value("member", "true"), value("country", "NZ"), value("device", "phone"), value("amount", "79"),
                value("ratio", "0.5"),
            ])
        #expect(try slices(of: json, fields: []) == [])
    }

    @Test("what is missing, null, a list or an object has no value, and the event is scored all the same")
    func absent() throws {
        let json = #"{"id":"a","time":0,"device":null,"tags":["x"],"shop":{"name":"y"},"country":"NZ"}"#
        #expect(
            try slices(of: json, fields: ["device", "tags", "shop", "nowhere", "country"]) == [value("country", "NZ")])
    }

    @Test("features are the same with slices and without, in whatever order fields come")
    func features() throws {
        let json = #"{"device":"phone","id":"a","amount":3,"time":0,"country":"NZ"}"#
        let plain = try #require(try scored(json, fields: []))
        let sliced = try #require(try scored(json, fields: ["device", "country"]))
        #expect(sliced.features == plain.features && sliced.outputs == plain.outputs)
    }
}
