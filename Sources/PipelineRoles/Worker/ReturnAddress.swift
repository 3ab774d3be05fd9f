// Where a reply goes: the frames in front of a message's payload, given back as they came.

/// A client's return address: routing frames, none or several, in one piece of memory.
///
/// A DEALER has one frame, the identity its connection was given; a REQ has two, the second empty. Frames stand one behind
/// the other, each behind its length in two bytes.
public struct ReturnAddress: Hashable, Sendable, ExpressibleByArrayLiteral {
    private var bytes: [UInt8] = []

    // What a length of two bytes can tell.
    private static let longestFrame = Int(UInt16.max)

    /// An address without a frame.
    public init() {}

    /// The address of these frames, each of at most 65,535 bytes.
    public init(arrayLiteral frames: [UInt8]...) { self.init(frames) }

    /// The address of these frames, each of at most 65,535 bytes.
    public init(_ frames: [[UInt8]]) {
        for frame in frames { frame.withUnsafeBytes { append($0) } }
    }

    /// Bytes it takes, lengths included.
    public var byteCount: Int { bytes.count }

    /// Whether it has no frame: nobody can be answered.
    public var isEmpty: Bool { bytes.isEmpty }

    /// Its frames as arrays.
    public var frames: [[UInt8]] {
        var frames: [[UInt8]] = []
        forEachFrame { frames.append(Array($0)) }
        return frames
    }

    /// Takes out all frames and keeps the storage.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Adds a frame of at most 65,535 bytes.
    public mutating func append(_ frame: UnsafeRawBufferPointer) {
        precondition(frame.count <= ReturnAddress.longestFrame, "a frame's length has two bytes")
        bytes.append(UInt8(truncatingIfNeeded: frame.count))
        bytes.append(UInt8(truncatingIfNeeded: frame.count >> 8))
        bytes.append(contentsOf: frame)
    }

    /// Lends each frame to `body`, from the first to the last.
    public func forEachFrame<Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
            let bytes = UnsafeRawBufferPointer(bytes)
            var start = 0
            while start < bytes.count {
                // Only `append` writes: every length is whole, and so many bytes stand behind it.
                let end = start + 2 + Int(bytes[start]) + Int(bytes[start + 1]) << 8
                try body(UnsafeRawBufferPointer(rebasing: bytes[(start + 2)..<end]))
                start = end
            }
        }
    }
}
