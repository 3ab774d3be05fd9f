// Reading a received part where libzmq put it.

import Testing
import ZeroMQ

@Suite("A received message is read in place", .timeLimit(.minutes(1)))
struct MessageTests {
    // Below and above the size libzmq keeps inside its message structure (33 bytes in 4.3).
    @Test("The bytes are those sent, at any size", arguments: [0, 1, 33, 34, 100_000])
    func zeroCopy(size: Int) throws {
        let context = try Context()
        let sender = try Socket(.push, in: context, options: patientOptions())
        let receiver = try Socket(.pull, in: context, options: patientOptions())
        try receiver.bind("inproc://bytes")
        try sender.connect("inproc://bytes")
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        _ = try sender.send(content, mode: .blocking)

        var message = Message()
        let received = try receiver.receive(into: &message, mode: .blocking)
        #expect(received)
        let count = message.count
        #expect(count == size)
        let seen = copy(message.bytes)
        #expect(seen == content)
        let pointed = message.withUnsafeBytes { [UInt8]($0) }
        #expect(pointed == content)
    }

    @Test("Reading twice reads the same memory")
    func sameMemory() throws {
        let context = try Context()
        let sender = try Socket(.push, in: context, options: patientOptions())
        let receiver = try Socket(.pull, in: context, options: patientOptions())
        try receiver.bind("inproc://memory")
        try sender.connect("inproc://memory")
        _ = try sender.send([UInt8](repeating: 7, count: 4_096), mode: .blocking)
        var message = Message()
        _ = try receiver.receive(into: &message, mode: .blocking)

        let pointer = message.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        let spanPointer = message.bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(pointer == spanPointer)
    }

    @Test("One message serves many receives, and tells which part is the last")
    func reuse() throws {
        let context = try Context()
        let sender = try Socket(.push, in: context, options: patientOptions())
        let receiver = try Socket(.pull, in: context, options: patientOptions())
        try receiver.bind("inproc://reuse")
        try sender.connect("inproc://reuse")
        _ = try sender.sendMultipart(
            [bytes("a longer part than the one that follows it"), bytes("short")], mode: .blocking)
        _ = try sender.send([], mode: .blocking)

        var message = Message()
        var seen: [[UInt8]] = []
        var more: [Bool] = []
        for _ in 0..<3 {
            _ = try receiver.receive(into: &message, mode: .blocking)
            seen.append(copy(message.bytes))
            more.append(message.hasMore)
        }
        #expect(seen == [bytes("a longer part than the one that follows it"), bytes("short"), []])
        #expect(more == [true, false, false])
    }

    private func copy(_ bytes: RawSpan) -> [UInt8] {
        bytes.byteOffsets.map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
}
