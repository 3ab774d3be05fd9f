// Which member of an event comes next: clients write their members in one order, so the key is compared, not parsed.

import ScoringRecords

/// The members of a schema, and for each what followed it last and how long its text was.
///
/// What is expected never decides a result, only how soon it is found.
struct MemberOrder: Sendable {
    /// The place of a member that matters: a field by its number, then the id, then the time.
    typealias Role = Int

    /// A member as it is expected.
    struct Member: Sendable {
        /// What stood in front of its value when it was read last, and what it means that it stands there again.
        var gap = Gap()
        /// How long its text was in the last event, as the next one is expected to be.
        var textLength = PlainTextLength()
        /// The member expected behind it.
        var next: Role
        /// The number of the last event that had it.
        var lastEvent: UInt64 = 0
        /// The first eight bytes of its key as it stands in JSON, with quotes and colon: `"amount":`. Zeros where there are
        /// fewer.
        let keyHead: UInt64
        /// Which bits of `keyHead` count.
        let keyHeadMask: UInt64
        /// Bytes of the key, quotes and colon included.
        let keyCount: Int

        init(key: [UInt8], next: Role) {
            var head: UInt64 = 0
            for (index, byte) in key.prefix(8).enumerated() { head |= UInt64(byte) << UInt64(8 * index) }
            keyHead = head
            keyHeadMask = Gap.mask(key.count)
            keyCount = key.count
            self.next = next
        }
    }

    /// By role.
    private(set) var members: [Member]
    let names: MemberNames
    /// The member expected first.
    private var first: Role
    /// Events read.
    private var event: UInt64 = 0

    /// `nil` for a schema with a name that its JSON text cannot equal byte by byte, or with a name that means two members.
    init?(_ schema: EventSchema) {
        let all = schema.fields + [schema.idField] + (schema.timeField.map { [$0] } ?? [])
        guard let names = MemberNames(all) else { return nil }
        self.names = names
        members = all.indices.map { role in
            Member(key: names.key(of: role), next: role)
        }
        // As a replay writes them: id, time, fields.
        let id = schema.fields.count
        first = id
        var last = id
        for role in Array((id + 1)..<all.count) + Array(0..<id) {
            members[last].next = role
            last = role
        }
    }

    /// Lends its tables to `body`, for one event more.
    @inline(__always)
    mutating func withTables<Result>(_ body: (inout Tables) -> Result) -> Result {
        event += 1
        let (event, names, start) = (event, names.index, first)
        var first = start
        // The names live as long as the order, which holds them.
        defer {
            withExtendedLifetime(self.names) {}
            self.first = first
        }
        return members.withUnsafeMutableBufferPointer { members in
            guard let members = members.baseAddress else { preconditionFailure("an event has an id") }
            var tables = Tables(members: members, names: names, event: event, first: start)
            defer { first = tables.first }
            return body(&tables)
        }
    }

    /// The tables while they are lent. Every role in them is an index of `members`.
    struct Tables {
        let members: UnsafeMutablePointer<Member>
        let names: MemberNames.Index
        /// The number of the event being read.
        let event: UInt64
        var first: Role

        /// Notes that the bytes between the value before and `role`'s own were `count` bytes from `gap`, a separator, the
        /// key and a colon, with a quote at their end where `opensText`.
        @inline(never)
        func note(_ role: Role, gap: UnsafeRawPointer, count: Int, opensText: Bool) {
            members[role].gap = Gap(gap, count: count, opensText: opensText)
        }

        /// Notes that `role` followed `previous`, or came first where that is negative.
        mutating func note(_ role: Role, after previous: Role) {
            if previous >= 0 { members[previous].next = role } else { first = role }
        }

        /// Whether the key of `role` stands at `text`, colon included.
        ///
        /// Reads no further than seven bytes behind the first byte that differs.
        @inline(__always)
        func matches(_ role: Role, at text: UnsafeRawPointer) -> Bool {
            let word = UInt64(littleEndian: text.loadUnaligned(as: UInt64.self))
            guard (word ^ members[role].keyHead) & members[role].keyHeadMask == 0 else { return false }
            return members[role].keyCount <= 8 || names.isKey(of: role, at: text)
        }
    }
}
