// What one intake is to be sent of a paced replay, until all of it was taken or refused for good.

import ScoringRecords
import WireFormat

/// Records for one intake, in order.
struct PacedShare {
    private let intake: String
    // A message each. A line that is no object goes alone: as the first line it could be taken for one record with all
    // that follows it.
    private var groups: [[[UInt8]]] = []

    init(intake: String) { self.intake = intake }

    /// Whether nothing is left to send.
    var isEmpty: Bool { groups.isEmpty }

    /// The next message.
    var message: [UInt8] { Array((groups.first ?? []).joined(separator: [UInt8(ascii: "\n")])) }

    /// Adds a record. Lines of blanks are none.
    mutating func add(_ record: [UInt8]) {
        guard record.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { return }
        let isAlone = !PacedShare.isObject(record)
        if !isAlone, let last = groups.last, PacedShare.isObject(last[0]) {
            groups[groups.endIndex - 1].append(record)
        } else {
            groups.append([record])
        }
    }

    private static func isObject(_ record: [UInt8]) -> Bool {
        record.first == UInt8(ascii: "{") && record.last == UInt8(ascii: "}")
    }

    /// Takes the answer to the message: what the intake was too busy for stays, to be sent again.
    ///
    /// What is wrong with a single record was counted by the intake, as any client's.
    ///
    /// - Returns: whether the intake was busy.
    /// - Throws: `HostError` where it refuses what a replay must send: a message as a whole, a watermark.
    mutating func take(_ answer: [UInt8]) throws -> Bool {
        let records = groups.removeFirst()
        let codes: [String?]
        switch IntakeAnswer(answer) {
        case .refused(let code)? where records.count == 1 || code == RejectionReason.busy.code:
            codes = records.map { _ in code }
        case .refused(let code)?: throw ReplayRefusal.error(code, from: intake)
        case .records(let each)? where each.count == records.count: codes = each
        case .records?, nil: throw ReplayRefusal.unreadable(from: intake)
        }
        if codes.contains(RejectionReason.directiveRefused.code) {
            throw ReplayRefusal.error(RejectionReason.directiveRefused.code, from: intake)
        }
        let left = zip(records, codes).filter { $0.1 == RejectionReason.busy.code }.map(\.0)
        if !left.isEmpty { groups.insert(left, at: 0) }
        return !left.isEmpty
    }
}
