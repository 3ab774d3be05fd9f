import Testing
import WireFormat

@Suite("an intake's answer as a client reads it")
struct IntakeAnswerTests {
    private func read(_ text: String) -> IntakeAnswer? { IntakeAnswer(Array(text.utf8)) }

    @Test("one error refuses what was sent under its code")
    func refused() {
        #expect(read(#"{"error":{"code":"busy","message":"later"}}"#) == .refused("busy"))
    }

    @Test("an array says it of each record; what an id quotes is no error")
    func records() {
        let label = #"{"id":"{\"error\":{\"code\":\"busy\"","ack":"label"}"#
        #expect(read("[\(label),{\"error\":{\"code\":\"wrong-type\"}},{}]") == .records([nil, "wrong-type", nil]))
        #expect(read("[]") == .records([]))
        #expect(read(#"{"batch":3,"part":0,"rejected":0}"#) == .records([nil]))
    }

    @Test("anything else is no answer", arguments: ["", "[", "[{}", "[{},", "{", "[1 2]"])
    func unreadable(text: String) {
        #expect(read(text) == nil)
    }
}
