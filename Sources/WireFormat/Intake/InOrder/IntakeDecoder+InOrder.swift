// Events as most clients send them: known members in the order of the event before, plain strings, short numbers; single
// values that are not so are left to the general scanner. Nothing here judges a record. Whatever is not expected, wrong or
// only unusual, gives `nil`, and the general path decides; where there is a result, it is the general path's, which the
// tests hold against it.

import CKernels
import ScoringRecords

extension IntakeDecoder {
    /// Decodes the event in `range` of `bytes`; `nil` where the general path must.
    mutating func eventInOrder(_ bytes: [UInt8], range: Range<Int>) -> IntakeItem? {
        // A chain, not a copy: expectations are noted in place.
        order?.withTables { order in
            bytes.withUnsafeBytes { all in
                IntakeDecoder.prefetch(all, from: range.upperBound, count: range.count)
                return fields.fill(from: UnsafeRawBufferPointer(rebasing: all[range])) { text, values in
                    EventInOrder(text: text, range: range, values: values).read(&order, bytes)
                }
            }
        } ?? nil
    }

    // The record behind this one is likely to be the next, and as long: its memory comes while this one is read. Of a long
    // one only the begin; the processor sees where the rest will be read.
    @inline(__always)
    private static func prefetch(_ bytes: UnsafeRawBufferPointer, from start: Int, count: Int) {
        guard let base = bytes.baseAddress else { return }
        let end = base + min(bytes.count, start &+ min(count, 4_096))
        var line = base + start
        while line < end {
            weir_prefetch_for_reading(line)
            line += 64
        }
    }
}

/// One event being read. Positions count from the record's begin.
private struct EventInOrder {
    let text: UnsafeMutableRawPointer
    let range: Range<Int>
    let values: UnsafeMutableBufferPointer<FieldValue>

    // The scanner is a variable of this function, and whatever is called out of line takes its position by value: it must
    // stay in a register.
    @inline(__always)
    func read(_ order: inout MemberOrder.Tables, _ bytes: [UInt8]) -> IntakeItem? {
        let text = UnsafeRawPointer(self.text)
        var scanner = PaddedScanner(text)
        // The values have a place per field, so every role below the id's is one of theirs.
        let values = self.values.baseAddress
        let idRole = self.values.count
        let members = order.members
        var id: EventID?
        var idRange = 0..<0
        var time: Timestamp?
        var expected = order.first
        var previous: MemberOrder.Role = -1
        var fieldsSeen = 0
        var separator = UInt8(ascii: "{")
        while true {
            // A member as any client may write it.
            let gap = scanner.position
            scanner.skipWhitespace()
            guard scanner.accept(separator) else { break }
            scanner.skipWhitespace()
            var role = expected
            var isKeyAsIs = true
            if order.matches(expected, at: text + scanner.position) {
                scanner.position &+= members[expected].keyCount
            } else {
                guard let name = name(bytes, &scanner) else { return nil }
                isKeyAsIs = name.isAsIs
                guard let found = order.names.role(named: text + name.text.lowerBound, count: name.text.count) else {
                    scanner.skipWhitespace()
                    // As the first member an object may make the record a label or a directive.
                    if previous < 0, scanner.current == UInt8(ascii: "{") { return nil }
                    guard let end = endOfAnyValue(bytes, from: scanner.position) else { return nil }
                    scanner.position = end
                    separator = UInt8(ascii: ",")
                    continue
                }
                role = found
                order.note(role, after: previous)
            }
            scanner.skipWhitespace()
            guard members[role].lastEvent != order.event else { return nil }
            members[role].lastEvent = order.event
            let start = scanner.position
            if role < idRole, let values {
                fieldsSeen &+= 1
                let first = scanner.current
                if first == UInt8(ascii: "\"") {
                    if let text = scanner.plainString() {
                        guard text.count <= Limits.textBytes else { return nil }
                        members[role].textLength = PlainTextLength(text.count)
                        values[role] = .text(text)
                    } else {
                        guard let foreign = foreignString(bytes, from: start), foreign.text.count <= Limits.textBytes
                        else { return nil }
                        values[role] = .text(foreign.text)
                        scanner.position = foreign.end
                    }
                } else if first == UInt8(ascii: "-") || first &- 0x30 < 10 {
                    if let number = scanner.shortNumber() ?? scanner.plainNumber() {
                        values[role] = .number(number)
                    } else {
                        guard let (number, end) = longNumber(bytes, from: start) else { return nil }
                        values[role] = .number(number)
                        scanner.position = end
                    }
                } else {
                    guard let word = scanner.word() else { return nil }
                    values[role] = word
                }
                // Of the first member it would hold the brace. Where a text is missing, the next one may have it again.
                let opensText = first == UInt8(ascii: "\"")
                if previous >= 0, isKeyAsIs, opensText || !members[role].gap.opensText,
                    !members[role].gap.stands(at: text + gap)
                {
                    order.note(role, gap: text + gap, count: start - gap + (opensText ? 1 : 0), opensText: opensText)
                }
            } else if role == idRole {
                let text = scanner.current == UInt8(ascii: "\"") ? scanner.plainString() : scanner.plainInteger()
                guard let text else { return nil }
                id = EventID(printable: part(text))
                idRange = start..<scanner.position
            } else if scanner.current == UInt8(ascii: "\"") {
                guard let text = scanner.plainString(), let found = ISO8601.timestamp(part(text)) else { return nil }
                time = found
            } else if scanner.current == UInt8(ascii: "n") {
                guard scanner.word() != nil else { return nil }
            } else {
                guard let (seconds, end) = longNumber(bytes, from: start) else { return nil }
                scanner.position = end
                time = Timestamp(secondsSince1970: seconds)
                guard time != nil else { return nil }
            }
            separator = UInt8(ascii: ",")
            previous = role
            expected = members[role].next

            // Members as the event before had them, as far as they go. Only fields have a gap to be known by.
            guard let values else { continue }
            while members[expected].gap.stands(at: text + scanner.position) {
                let start = scanner.position &+ members[expected].gap.count
                guard members[expected].lastEvent != order.event else { return nil }
                if members[expected].gap.opensText {
                    var end = start &+ members[expected].textLength.count
                    if !scanner.isPlainText(from: start, as: members[expected].textLength) {
                        guard let found = scanner.endOfPlainText(from: start), found &- start <= Limits.textBytes
                        else { break }
                        end = found
                        members[expected].textLength = PlainTextLength(end &- start)
                    }
                    values[expected] = .text(Range(uncheckedBounds: (start, end)))
                    scanner.position = end &+ 1
                } else {
                    var ahead = PaddedScanner(text, at: start)
                    guard let number = ahead.shortNumber() else { break }
                    values[expected] = .number(number)
                    scanner.position = ahead.position
                }
                members[expected].lastEvent = order.event
                fieldsSeen &+= 1
                previous = expected
                expected = members[expected].next
            }
        }
        guard separator == UInt8(ascii: ","), scanner.accept(UInt8(ascii: "}")) else { return nil }
        scanner.skipWhitespace()
        guard scanner.position == range.count, let id else { return nil }
        if fieldsSeen < idRole, let values {
            for field in 0..<idRole where members[field].lastEvent != order.event { values[field] = .missing }
        }
        let start = range.lowerBound
        return .event(id: id, rawID: (start + idRange.lowerBound)..<(start + idRange.upperBound), time: time)
    }

    private func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text + range.lowerBound, count: range.count)
    }

    // A name and the colon behind it, and whether the name still stands in the text as it was written.
    private func name(_ bytes: [UInt8], _ scanner: inout PaddedScanner) -> (text: Range<Int>, isAsIs: Bool)? {
        let start = scanner.position
        let plain = scanner.plainString()
        var name = plain
        if name == nil {
            guard let foreign = foreignString(bytes, from: start) else { return nil }
            scanner.position = foreign.end
            name = foreign.text
        }
        scanner.skipWhitespace()
        guard let name, scanner.accept(UInt8(ascii: ":")) else { return nil }
        return (name, plain != nil)
    }

    // MARK: What the general scanner knows

    private func general(_ bytes: [UInt8], from start: Int) -> JSONScanner {
        JSONScanner(bytes, range: (range.lowerBound + start)..<range.upperBound)
    }

    // Text with escapes or beyond ASCII. It is written over what it was decoded from, which is never shorter.
    private func foreignString(_ bytes: [UInt8], from start: Int) -> (text: Range<Int>, end: Int)? {
        var scanner = general(bytes, from: start)
        var decoded: [UInt8] = []
        guard (try? scanner.string(appendingTo: &decoded)) != nil else { return nil }
        let end = scanner.position - range.lowerBound
        precondition(decoded.count <= end - start - 2, "an escape is longer than what it stands for")
        decoded.withUnsafeBytes { decoded in
            if let source = decoded.baseAddress {
                (text + start + 1).copyMemory(from: source, byteCount: decoded.count)
            }
        }
        return ((start + 1)..<(start + 1 + decoded.count), end)
    }

    // Many digits, or an exponent.
    private func longNumber(_ bytes: [UInt8], from start: Int) -> (number: Double, end: Int)? {
        var scanner = general(bytes, from: start)
        guard let number = try? scanner.number() else { return nil }
        return (number, scanner.position - range.lowerBound)
    }

    private func endOfAnyValue(_ bytes: [UInt8], from start: Int) -> Int? {
        var scanner = general(bytes, from: start)
        guard (try? scanner.skipValue(depth: 1)) != nil else { return nil }
        return scanner.position - range.lowerBound
    }
}
