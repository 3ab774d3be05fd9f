// The scanner against Foundation's parser, which shares no line with it: random documents, whole and damaged.

import Foundation
import ScoringRecords
import Testing
import WireFormat

@Suite("Agreement with Foundation's JSON parser")
struct JSONFoundationTests {
    @Test("every number is what strtod makes of its text, bit for bit")
    func numbers() throws {
        var random = SeededGenerator()
        for _ in 0..<50_000 {
            let text = RandomJSON.longNumber(&random)
            let bytes = Array(text.utf8)
            var scanner = JSONScanner(bytes, range: 0..<bytes.count)
            let expected = strtod(text, nil)
            if expected.isFinite {
                #expect(try scanner.number().bitPattern == expected.bitPattern, "\(text)")
            } else {
                #expect(throws: JSONError.self) { try scanner.number() }
            }
        }
    }

    @Test("both read the same values from random documents, strings byte for byte")
    func values() throws {
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            let bytes = RandomJSON.document(&random)
            let text = String(decoding: bytes, as: UTF8.self)
            let theirs = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            let difference = Self.differs(try JSONTree.parse(bytes), theirs)
            #expect(difference == nil, "\(text)")
        }
    }

    @Test("both accept and refuse the same damaged documents")
    func mutations() {
        var random = SeededGenerator()
        var refused = 0
        for _ in 0..<20_000 {
            let bytes = RandomJSON.damaged(RandomJSON.document(&random), &random)
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            do {
                let ours = try JSONTree.parse(bytes)
                guard let theirs else {
                    Issue.record("only the scanner accepts \(String(decoding: bytes, as: UTF8.self))")
                    continue
                }
                let difference = Self.differs(ours, theirs)
                #expect(difference == nil, "\(String(decoding: bytes, as: UTF8.self))")
            } catch {
                refused += 1
                // Foundation nests deeper, has its own opinion of numbers that no Double holds, and lets a comma stand
                // behind the last element.
                if error.reason != .malformedJSON || isBehindLastComma(bytes, error.offset) { continue }
                #expect(theirs == nil, "only Foundation accepts \(String(decoding: bytes, as: UTF8.self)): \(error)")
            }
        }
        #expect(refused > 1_000)
    }

    private func isBehindLastComma(_ bytes: [UInt8], _ offset: Int) -> Bool {
        let before = bytes[..<offset].last { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return before == UInt8(ascii: ",") && bytes[offset...].first.map { $0 == 0x5D || $0 == 0x7D } ?? false
    }

    /// Where the two differ, in words.
    private static func differs(_ ours: JSONTree, _ theirs: Any) -> String? {
        switch ours {
        case .null: theirs is NSNull ? nil : "null"
        case .boolean(let truth): theirs as? Bool == truth ? nil : "\(truth)"
        case .number(let number):
            // Foundation keeps numbers of many digits as decimals, and rounds those twice: strtod is the judge of bits.
            (theirs as? NSNumber).map { abs($0.doubleValue - number) <= 1e-14 * number.magnitude } ?? false
                ? nil : "\(number) against \(theirs)"
        case .string(let text): (theirs as? String).map { Array($0.utf8) == text } ?? false ? nil : "a string"
        case .array(let elements): differs(elements, theirs)
        case .object(let members): differs(members, theirs)
        }
    }

    private static func differs(_ elements: [JSONTree], _ theirs: Any) -> String? {
        guard let others = theirs as? [Any], others.count == elements.count else { return "an array" }
        return zip(elements, others).lazy.compactMap { differs($0, $1) }.first
    }

    private static func differs(_ members: [(key: [UInt8], value: JSONTree)], _ theirs: Any) -> String? {
        guard let others = theirs as? [String: Any] else { return "an object" }
        // Of equal keys one stays; which one, RFC 8259 leaves open.
        let names = members.map { String(decoding: $0.key, as: UTF8.self) }
        guard Set(names).count == others.count else { return "the members' count" }
        guard others.count == members.count else { return nil }
        for (name, member) in zip(names, members) {
            guard let other = others[name] else { return "the member \(name)" }
            if let difference = differs(member.value, other) { return difference }
        }
        return nil
    }
}

/// Documents as a careless client might write them.
private enum RandomJSON {
    static func document(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        value(depth: 0, &random, &bytes)
        return bytes
    }

    /// One to three bytes changed, taken out or put in. No zero byte: Foundation takes it as a sign of UTF-16.
    static func damaged(_ document: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = document
        let likely = Array("\"\\{}[]:,0123456789.eE+-tfnu \u{80}\u{E9}".utf8)
        for _ in 0...random.below(3) {
            let place = random.below(bytes.count + 1)
            let byte = random.chance(0.7) ? random.pick(likely) : UInt8.random(in: 1...255, using: &random)
            switch random.below(3) {
            case 0: bytes.insert(byte, at: place)
            case 1 where place < bytes.count: bytes[place] = byte
            default: if place < bytes.count { bytes.remove(at: place) }
            }
        }
        return bytes
    }

    /// Any form of number: few digits or many, exponents near and far.
    static func longNumber(_ random: inout SeededGenerator) -> String {
        func digits(_ count: Int) -> String { String((0..<count).map { _ in random.pick(Array("0123456789")) }) }
        var text = random.chance(0.5) ? "-" : ""
        text += random.chance(0.2) ? "0" : "\(1 + random.below(9))\(digits(random.below(random.chance(0.1) ? 40 : 18)))"
        if random.chance(0.6) { text += "." + digits(1 + random.below(random.chance(0.1) ? 400 : 18)) }
        if random.chance(0.5) {
            text += random.pick(["e", "E", "e+", "E-", "e-"]) + "\(random.below(random.chance(0.5) ? 30 : 340))"
        }
        return text
    }

    private static func value(depth: Int, _ random: inout SeededGenerator, _ bytes: inout [UInt8]) {
        blank(&random, &bytes)
        switch random.below(depth > 5 ? 5 : 8) {
        case 0: bytes += random.pick(["null", "true", "false"]).utf8
        case 1, 2: number(&random, &bytes)
        case 3, 4: string(&random, &bytes)
        case 5:
            bytes.append(UInt8(ascii: "["))
            for index in 0..<random.below(5) {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value(depth: depth + 1, &random, &bytes)
            }
            blank(&random, &bytes)
            bytes.append(UInt8(ascii: "]"))
        default:
            bytes.append(UInt8(ascii: "{"))
            for index in 0..<random.below(5) {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                blank(&random, &bytes)
                string(&random, &bytes)
                blank(&random, &bytes)
                bytes.append(UInt8(ascii: ":"))
                value(depth: depth + 1, &random, &bytes)
            }
            blank(&random, &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        blank(&random, &bytes)
    }

    private static func blank(_ random: inout SeededGenerator, _ bytes: inout [UInt8]) {
        for _ in 0..<max(0, random.below(8) - 5) { bytes.append(random.pick([0x20, 0x09, 0x0A, 0x0D])) }
    }

    private static func number(_ random: inout SeededGenerator, _ bytes: inout [UInt8]) {
        switch random.below(4) {
        case 0: bytes += String(Int64(truncatingIfNeeded: random.next()) >> Int64(random.below(64))).utf8
        case 1:
            // Any finite bit pattern, in its shortest text.
            let value = Double(bitPattern: random.next())
            bytes += (value.isFinite ? value : 0.5).description.utf8
        case 2: bytes += "\(random.below(1_000)).\(random.next() % 100_000)e-\(random.below(300))".utf8
        default: bytes += "\(random.below(100)).\(random.below(1_000_000))".utf8
        }
    }

    private static func string(_ random: inout SeededGenerator, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for _ in 0..<random.below(9) {
            switch random.below(8) {
            case 0: bytes += random.pick(["\\n", "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\r", "\\t"]).utf8
            case 1: bytes += random.pick(["\\u0041", "\\u00e9", "\\uD834\\uDD1E", "\\u20AC", "\\u0000"]).utf8
            case 2: bytes += random.pick(["é", "€", "𝄞", "\u{7F}", "ß", "\u{2028}"]).utf8
            default: bytes.append(UInt8(ascii: "a") + UInt8(random.below(26)))
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
