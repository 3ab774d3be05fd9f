// Clients' messages off the intake socket, into storage that is used again.

import PipelineRoles
import ScoringRecords
import ZeroMQ

/// Reads messages some at a time. Confined to the worker's thread.
struct IntakeReading: ~Copyable {
    /// Why reading ended.
    enum End {
        /// Nothing waits any more.
        case nothingWaits
        /// There may be more.
        case isFull
        /// The message after the last one read has a return address beyond the limits; it was read to its end.
        case unanswerable
    }

    // Frames of a message at most, its payload included.
    private static let frames = 64

    /// What was read by the last call of `fill`.
    private(set) var messages = ClientMessages()
    private var part = Message()

    /// Takes out what was read before and reads what waits.
    mutating func fill(from socket: borrowing Socket) throws(ZeroMQError) -> End {
        messages.removeAll()
        while !messages.isFull {
            guard try socket.receive(into: &part, mode: .immediate) else { return .nothingWaits }
            // Not captured by a closure: a message cannot be copied.
            var isAnswerable = true
            try messages.append { (message) throws(ZeroMQError) in
                isAnswerable = try IntakeReading.read(&message, beginningWith: &part, from: socket)
                return isAnswerable
            }
            if !isAnswerable { return .unanswerable }
        }
        return .isFull
    }

    // Identity, the envelope that a REQ socket adds, payload: all but the last goes back as it came.
    private static func read(
        _ message: inout ClientMessage, beginningWith part: inout Message, from socket: borrowing Socket
    ) throws(ZeroMQError) -> Bool {
        message.client.removeAll()
        var frames = 1
        var envelopeBytes = 0
        while part.hasMore {
            envelopeBytes += part.count
            if envelopeBytes <= Limits.envelopeBytes, frames < IntakeReading.frames {
                part.withUnsafeBytes { message.client.append($0) }
            }
            // The rest of a message that has begun is here.
            _ = try socket.receive(into: &part, mode: .blocking)
            frames += 1
        }
        guard frames > 1, frames <= IntakeReading.frames, envelopeBytes <= Limits.envelopeBytes else { return false }
        message.payload.removeAll(keepingCapacity: true)
        part.withUnsafeBytes { message.payload.append(contentsOf: $0) }
        return true
    }
}
