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
    }

    /// All sources heard of and not gone, ascending by id.
    public private(set) var sources: [Source] = []
    /// Windows that end before this instant are closed. It never goes back while a source lives.
    public private(set) var watermark = Timestamp.distantPast

    /// A clock that has heard nothing.
    public init() {}

    /// The position a source has reached; 0 for one never heard.
    public func position(of id: UInt64) -> UInt64 { sources.first { $0.id == id }?.position ?? 0 }

    /// Whether a watermark of this source can be taken: it is known, or the bound is not reached.
    func hasRoom(for id: UInt64) -> Bool {
        sources.count < Limits.sources || sources.contains { $0.id == id }
    }

    /// Takes a watermark; `true` where the last open stream has ended by it, so that every window closes.
    mutating func advance(_ mark: Watermark) -> Bool {
        let index = sources.firstIndex { $0.id >= mark.source } ?? sources.count
        if index < sources.count, sources[index].id == mark.source {
            sources[index].time = max(sources[index].time, mark.time)
            sources[index].position = max(sources[index].position, mark.position)
        } else {
            sources.insert(Source(id: mark.source, time: mark.time, position: mark.position), at: index)
        }
        return settle()
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
        }
    }

    init(decoding reader: inout ByteReader) throws {
        watermark = Timestamp(microseconds: try reader.readInt64())
        for _ in 0..<(try reader.readCount(maximum: Limits.sources)) {
            sources.append(
                Source(
                    id: try reader.readUInt64(), time: Timestamp(microseconds: try reader.readInt64()),
                    position: try reader.readVarint()))
        }
    }
}
