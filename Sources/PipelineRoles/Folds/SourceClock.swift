// Event time as the journal tells it: how far every live source has come, and the least of them.

import ByteCoding
public import ScoringRecords

/// The watermarks of all sources, and the one that closes windows.
public struct SourceClock: Hashable, Sendable {
    /// What a source has said last.
    public struct Source: Hashable, Sendable {
        /// The source's number.
        public var id: UInt64
        /// Its watermark; `distantFuture` once its stream has ended.
        public var time: Timestamp
        /// Input records it has sent.
        public var position: UInt64
        // Which ending it was, from 1; 0 while it is open.
        fileprivate(set) var ending: UInt64 = 0
    }

    /// All sources heard of and not gone, ascending by id.
    public private(set) var sources: [Source] = []
    /// Windows that end before this instant are closed. It goes back when all sources have ended, and by a reset.
    public private(set) var watermark = Timestamp.distantPast

    /// A clock that has heard nothing.
    public init() {}

    /// The position a source has reached; 0 for one never heard.
    public func position(of id: UInt64) -> UInt64 { sources.first { $0.id == id }?.position ?? 0 }

    /// Whether a watermark of this source can be taken: it is known, or the bound is not reached, or a source that has
    /// ended can be forgotten for it.
    func hasRoom(for id: UInt64) -> Bool {
        sources.count < Limits.sources || sources.contains { $0.id == id || $0.ending > 0 }
    }

    /// Takes a watermark; `true` where the last open stream has ended by it, so that every window closes.
    mutating func advance(_ mark: Watermark) -> Bool {
        makeRoom(for: mark.source)
        let index = sources.firstIndex { $0.id >= mark.source } ?? sources.count
        let ending = mark.time == .distantFuture ? (sources.map(\.ending).max() ?? 0) + 1 : 0
        if index < sources.count, sources[index].id == mark.source {
            sources[index].time = max(sources[index].time, mark.time)
            sources[index].position = max(sources[index].position, mark.position)
            if sources[index].ending == 0 { sources[index].ending = ending }
        } else {
            sources.insert(
                Source(id: mark.source, time: mark.time, position: mark.position, ending: ending), at: index)
        }
        return settle()
    }

    // At the bound, the stream that ended first is forgotten: played again, it would count as a new one.
    private mutating func makeRoom(for id: UInt64) {
        guard sources.count >= Limits.sources, !sources.contains(where: { $0.id == id }) else { return }
        let ended = sources.indices.filter { sources[$0].ending > 0 }
        if let first = ended.min(by: { sources[$0].ending < sources[$1].ending }) { sources.remove(at: first) }
    }

    /// Forgets how far live sources have come, and event time with them; where replays are, is kept.
    mutating func reset() {
        sources.removeAll { $0.position == 0 && $0.ending == 0 }
        watermark = .distantPast
    }

    /// Stops waiting for a source that went away without ending its stream.
    ///
    /// Time moves with the next watermark of those that stay. With nobody left to speak it stands still, also where
    /// other streams have ended: an outage closes no window.
    mutating func remove(_ id: UInt64) { sources.removeAll { $0.id == id } }

    private mutating func settle() -> Bool {
        let least = sources.lazy.map(\.time).min() ?? .distantPast
        if least == .distantFuture {
            // A later stream may begin anywhere in time, so nothing is late until it says how far it is.
            watermark = .distantPast
            return true
        }
        watermark = max(watermark, least)
        return false
    }

    func encode(into writer: inout ByteWriter) {
        writer.writeInt64(watermark.microseconds)
        writer.writeVarint(UInt64(sources.count))
        for source in sources {
            writer.writeUInt64(source.id)
            writer.writeInt64(source.time.microseconds)
            writer.writeVarint(source.position)
            writer.writeVarint(source.ending)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        watermark = Timestamp(microseconds: try reader.readInt64())
        for _ in 0..<(try reader.readCount(maximum: Limits.sources)) {
            sources.append(
                Source(
                    id: try reader.readUInt64(), time: Timestamp(microseconds: try reader.readInt64()),
                    position: try reader.readVarint(), ending: try reader.readVarint()))
        }
    }
}
