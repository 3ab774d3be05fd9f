// The quarantine file, read back.

import Glibc
public import ScoringRecords

/// The lines of a journal's quarantine file.
public struct QuarantineListing: Sendable {
    /// One record that had no effect.
    public struct Entry: Sendable {
        /// The place of the record that decided it.
        public var decidedBy: UInt64
        /// The record's place.
        public var sequence: UInt64
        /// Why it had no effect.
        public var reason: RejectionReason
        /// Its line in the file: a JSON object.
        public var line: String
    }

    /// What stands in the file, in its order.
    public var entries: [Entry] = []
    /// Lines that are not of this version's form.
    public var unreadable = 0

    /// Reads the quarantine file of a journal; none is an empty one.
    ///
    /// - Parameter reason: only entries of this reason; `nil` for all.
    /// - Throws: `HostError` where the file is there and cannot be read.
    public init(journalPath: String, reason: RejectionReason? = nil) throws {
        let path = QuarantineFile.path(journalPath: journalPath)
        guard access(path, F_OK) == 0 else { return }
        let bytes = try readFile(path, maximumBytes: QuarantineFile.maximumBytes * 2)
        let end = bytes.lastIndex(of: 0x0A) ?? 0  // a line that is being written has no end yet
        for line in bytes[..<end].split(separator: 0x0A) {
            guard let entry = Entry(String(decoding: line, as: UTF8.self)) else {
                unreadable += 1
                continue
            }
            if reason.map({ $0 == entry.reason }) ?? true { entries.append(entry) }
        }
    }

    /// Counts by reason, in the order of the reasons' numbers.
    public var counts: [(reason: RejectionReason, count: Int)] {
        var counts: [RejectionReason: Int] = [:]
        for entry in entries { counts[entry.reason, default: 0] += 1 }
        return RejectionReason.allCases.compactMap { reason in counts[reason].map { (reason, $0) } }
    }

    /// Lines for people, ending in a line feed.
    public var text: String {
        var lines = entries.map { "\($0.sequence) \($0.reason.code) \($0.record)" }
        lines += counts.map { "\($0.count) \($0.reason.code)" }
        if entries.isEmpty { lines.append("nothing is quarantined") }
        if unreadable > 0 { lines.append("\(unreadable) lines cannot be read") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The entries' own lines.
    public var json: String { entries.map { $0.line + "\n" }.joined() }
}

extension QuarantineListing.Entry {
    /// Reads a line as `QuarantineFile` writes it.
    fileprivate init?(_ line: String) {
        let prefix = "{\"decidedBy\":"
        guard line.hasPrefix(prefix), line.hasSuffix("}") else { return nil }
        let parts = line.dropFirst(prefix.count).split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let decision = UInt64(parts[0]), parts[1].hasPrefix("\"sequence\":"),
            let sequence = UInt64(parts[1].dropFirst("\"sequence\":".count)), parts[2].hasPrefix("\"reason\":\"")
        else { return nil }
        let code = parts[2].dropFirst("\"reason\":\"".count).prefix { $0 != "\"" }
        guard let reason = RejectionReason.allCases.first(where: { $0.code == code }) else { return nil }
        self.init(decidedBy: decision, sequence: sequence, reason: reason, line: line)
    }

    /// The record's part of the line, without the braces around it.
    fileprivate var record: Substring {
        let head = "{\"decidedBy\":\(decidedBy),\"sequence\":\(sequence),\"reason\":\"\(reason.code)\","
        return line.dropFirst(head.count).dropLast()
    }
}
