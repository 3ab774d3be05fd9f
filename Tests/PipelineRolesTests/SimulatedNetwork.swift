// Links between a learner and its workers that lose, double, delay and overtake.

import WireFormat

/// Messages under way.
struct SimulatedNetwork {
    /// One direction between the learner and a worker.
    enum Link: Hashable {
        case toWorker(UInt64)
        case fromWorker(UInt64)
    }

    private struct Packet {
        var due: Int
        var link: Link
        var bytes: [UInt8]
    }

    private var packets: [Packet] = []
    private var lastDue: [Link: Int] = [:]

    var isEmpty: Bool { packets.isEmpty }

    /// Sends a message that arrives sometime, perhaps twice, or never.
    mutating func send(
        _ message: PipelineMessage, _ link: Link, at tick: Int, in weather: SimulatedWeather,
        _ random: inout SeededGenerator
    ) {
        if random.chance(weather.loss) { return }
        for _ in 0..<(random.chance(weather.duplication) ? 2 : 1) {
            var due = tick + random.below(weather.delay + 1)
            if weather.keepsOrder { due = max(due, lastDue[link, default: 0]) }
            lastDue[link] = due
            packets.append(Packet(due: due, link: link, bytes: message.encoded()))
        }
    }

    /// Takes out what has arrived.
    mutating func arrived(at tick: Int) -> [(link: Link, bytes: [UInt8])] {
        let due = packets.filter { $0.due <= tick }
        packets.removeAll { $0.due <= tick }
        return due.map { ($0.link, $0.bytes) }
    }
}
