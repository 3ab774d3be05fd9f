// Labels and directives: objects with a single member that names their kind and holds an object.

import ScoringRecords

extension IntakeDecoder {
    enum EnvelopeKind {
        case label, watermark, batch
    }

    /// The kind of an object whose first member is a known kind with an object as its value. An event whose field is
    /// called `label` holds no object there, so the two cannot be mistaken for each other.
    func envelopeKind(_ scanner: JSONScanner) -> EnvelopeKind? {
        var scanner = scanner
        guard scanner.accept(UInt8(ascii: "{")) else { return nil }
        scanner.skipWhitespace()
        var key: [UInt8] = []
        guard (try? scanner.string(appendingTo: &key)) != nil else { return nil }
        scanner.skipWhitespace()
        guard scanner.accept(UInt8(ascii: ":")) else { return nil }
        scanner.skipWhitespace()
        guard scanner.current == UInt8(ascii: "{") else { return nil }
        switch String(decoding: key, as: UTF8.self) {
        case "label": return .label
        case "watermark": return .watermark
        case "batch": return .batch
        default: return nil
        }
    }

    /// Reads `{"kind": { … }}`, calling `member` for every inner member; numbers that are not finite go to `notFinite`.
    private func envelope(
        _ scanner: inout JSONScanner, notFinite: (JSONError) -> Void,
        member: (inout JSONScanner, [UInt8]) throws(JSONError) -> Void
    ) throws(JSONError) {
        try scanner.expect(UInt8(ascii: "{"), "'{'")
        scanner.skipWhitespace()
        try scanner.skipString()
        scanner.skipWhitespace()
        try scanner.expect(UInt8(ascii: ":"), "':'")
        scanner.skipWhitespace()
        var keyBuffer: [UInt8] = []
        try scanner.members(keyBuffer: &keyBuffer, notFinite: notFinite, member)
        scanner.skipWhitespace()
        guard scanner.accept(UInt8(ascii: "}")) else {
            throw scanner.malformed("a label or directive must be the only member of its record")
        }
        try expectEnd(&scanner)
    }

    mutating func label(_ scanner: inout JSONScanner) throws(IntakeError) -> IntakeItem {
        var id: (EventID, Range<Int>)?
        var head: String?
        var value = LabelText.missing
        var time: Timestamp?
        var weight: Float = 1
        var seen: Set<String> = []
        var failure: IntakeError?
        func fail(_ reason: RejectionReason, _ message: String) {
            if failure == nil { failure = IntakeError(reason: reason, message: message) }
        }
        func note(_ error: JSONError) { if failure == nil { failure = IntakeError(error) } }
        do {
            try envelope(&scanner, notFinite: note) { (scanner, key) throws(JSONError) in
                let name = String(decoding: key, as: UTF8.self)
                if !seen.insert(name).inserted { fail(.duplicateKey, "the label's member '\(name)' occurs twice") }
                switch name {
                case "id":
                    id = try scanner.eventID()
                    if id == nil { fail(.invalidID, IntakeDecoder.idRemedy) }
                case "head":
                    // A head of another type is an unknown one.
                    head = try scanner.text() ?? ""
                case "value": value = try LabelText(&scanner)
                case "time":
                    switch try scanner.timestamp() {
                    case .value(let stamp): time = stamp
                    case .absent: break
                    case .invalid: fail(.invalidTime, IntakeDecoder.timeRemedy)
                    }
                case "weight":
                    if let number = try scanner.finiteNumber(), number >= 0, number <= Limits.labelWeight {
                        weight = Float(number)
                    } else {
                        fail(.invalidWeight, "a label's weight must be a number from 0 to \(Limits.labelWeight)")
                    }
                default: try scanner.skipValue(depth: 2)
                }
            }
        } catch { failure = IntakeError(error) }
        if !seen.contains("id") { fail(.missingID, "a label needs the 'id' of its event") }
        var outcomes: [(head: UInt8, value: LabelValue)] = []
        if failure == nil {
            do throws(IntakeError) { outcomes = try schema.outcomes(of: value, head: head) } catch { failure = error }
        }
        guard failure == nil, let id else {
            var refused = failure ?? IntakeError(reason: .malformedJSON, message: "the label is incomplete")
            refused.rawID = id?.1
            throw refused
        }
        let drafts = outcomes.map { outcome in
            LabelDraft(id: id.0, head: outcome.head, value: outcome.value, time: time, weight: weight)
        }
        return .labels(drafts, rawID: id.1)
    }

    mutating func watermark(_ scanner: inout JSONScanner) throws(IntakeError) -> WatermarkDirective {
        var source: String?
        var time: Timestamp?
        var position: UInt64?
        do throws(JSONError) {
            var notFinite: JSONError?
            try envelope(&scanner, notFinite: { notFinite = $0 }) { (scanner, key) throws(JSONError) in
                switch String(decoding: key, as: UTF8.self) {
                case "source": source = try scanner.text()
                case "position": position = try scanner.finiteNumber().flatMap { UInt64(exactly: $0) }
                case "time":
                    let start = scanner.position
                    if case .value(let stamp) = try scanner.timestamp() {
                        time = stamp
                    } else if scanner.bytes[start..<scanner.position].elementsEqual("\"end\"".utf8) {
                        time = .distantFuture
                    }
                default: try scanner.skipValue(depth: 2)
                }
            }
            if let notFinite { throw notFinite }
        } catch { throw IntakeError(error) }
        guard let source, let time, let position else {
            throw IntakeError(
                reason: .wrongType, message: "a watermark needs 'source' (text), 'time' and 'position' (a count)")
        }
        return WatermarkDirective(source: source, time: time, position: position)
    }

    mutating func batch(_ scanner: inout JSONScanner) throws(IntakeError) -> BatchDirective {
        var counts: [String: UInt64] = [:]
        do throws(JSONError) {
            var notFinite: JSONError?
            try envelope(&scanner, notFinite: { notFinite = $0 }) { (scanner, key) throws(JSONError) in
                let number = try scanner.finiteNumber()
                counts[String(decoding: key, as: UTF8.self)] = number.flatMap { UInt64(exactly: $0) }
            }
            if let notFinite { throw notFinite }
        } catch { throw IntakeError(error) }
        guard let number = counts["number"], let part = counts["part"], let parts = counts["parts"],
            let partIndex = UInt32(exactly: part), let partCount = UInt32(exactly: parts), partIndex < partCount
        else {
            throw IntakeError(reason: .wrongType, message: "a batch needs 'number', 'part' and 'parts', part < parts")
        }
        return BatchDirective(number: number, part: partIndex, parts: partCount)
    }
}
