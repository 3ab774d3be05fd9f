// When each terminal or card is in the hands of thieves.

import ScoringRecords

/// Spells of a fixed length, one after another for each member, with exponential pauses between them.
///
/// Every member is an alternating renewal process in its stationary state, so that `share` of them are compromised at any
/// time, the first included. Only the present spell is kept: times must not decrease.
struct CompromiseHistory {
    private struct Member {
        var random: RandomStream
        var from: Timestamp
        var until: Timestamp
    }

    private let duration: TimeSpan
    private let meanPause: Double
    private var members: [Member]

    /// `count` members of which `share`, in (0, 1), are compromised at any time.
    init(count: Int, duration: TimeSpan, share: Double, seed: UInt64, domain: RandomDomain, start: Timestamp) {
        self.duration = duration
        // share = duration / (duration + pause)
        let meanPause = Double(duration.microseconds) * (1 - share) / share
        self.meanPause = meanPause
        members = (0..<count).map { index in
            var random = RandomStream(seed: seed, domain, index)
            // Seen at an arbitrary moment, a spell of fixed length has a uniform part of it behind it; an exponential pause
            // has no memory, so what is left of it is exponential again.
            let wait =
                random.uniform() < share
                ? -random.uniform() * Double(duration.microseconds) : random.exponential() * meanPause
            let from = start.advanced(by: TimeSpan(microseconds: Int64(wait)))
            return Member(random: random, from: from, until: from.advanced(by: duration))
        }
    }

    /// Whether a member is compromised at `time`, which is not before the last time asked about it.
    mutating func isCompromised(_ index: Int, at time: Timestamp) -> Bool {
        while time >= members[index].until {
            let pause = TimeSpan(microseconds: Int64(members[index].random.exponential() * meanPause))
            members[index].from = members[index].until.advanced(by: pause)
            members[index].until = members[index].from.advanced(by: duration)
        }
        return time >= members[index].from
    }
}
