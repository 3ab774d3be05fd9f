// How full the table is and how often features meet in one slot, measured on a sample of slots.

public import ByteCoding
public import ScoringRecords

/// Follows at most 4,096 slots, evenly spread, and which features come to them.
///
/// Every event that was scored passes through; a feature is told from another in its slot by the tag above the slot's
/// bits (`FeatureVector`), which misses a share 2^(bits − 32) of all meetings. O(1) memory and a mask per feature. A
/// value, and a function of the events in order.
public struct SlotCensus: Hashable, Sendable {
    private let bits: UInt32
    private let lastSlot: UInt32
    private let stepMask: UInt32
    private let stepBits: UInt32
    // Per sampled slot: 0 while nobody came, else 1 + the tag of the first feature.
    private var tags: [UInt64]
    private var isShared: [Bool]
    private var occurrences: UInt64 = 0
    private var strangers: UInt64 = 0
    private var used = 0
    private var shared = 0

    /// The most slots that are followed.
    public static let sampleLimit = 4_096

    /// A census of a table of 2^`bits` slots nobody has come to.
    public init(bits: Int) {
        precondition((1...31).contains(bits), "a slot number has 1 to 31 bits")
        self.bits = UInt32(bits)
        lastSlot = UInt32(1) << UInt32(bits) - 1
        let sampleBits = min(bits, 12)
        stepBits = UInt32(bits - sampleBits)
        stepMask = UInt32(1) << stepBits - 1
        tags = Array(repeating: 0, count: 1 << sampleBits)
        isShared = Array(repeating: false, count: 1 << sampleBits)
    }

    /// An event with these features was scored.
    public mutating func meet(_ features: FeatureVector) {
        for index in features.indicators { meet(index) }
        for feature in features.valued { meet(feature.index) }
    }

    @inline(__always)
    private mutating func meet(_ index: UInt32) {
        if index & stepMask == 0 { count(index) }
    }

    private mutating func count(_ index: UInt32) {
        let place = Int((index & lastSlot) >> stepBits)
        let tag = UInt64(index >> bits) + 1
        occurrences += 1
        if tags[place] == 0 {
            tags[place] = tag
            used += 1
        } else if tags[place] != tag {
            strangers += 1
            if !isShared[place] {
                isShared[place] = true
                shared += 1
            }
        }
    }

    /// How many slots are followed.
    public var sample: Int { tags.count }

    /// The share of slots that some feature has come to; a standard error of at most .008.
    public var loadFactor: Double { Double(used) / Double(sample) }

    /// The share of used slots that more than one feature has come to; `nil` while none is used.
    public var sharedSlots: Double? { used == 0 ? nil : Double(shared) / Double(used) }

    /// The share of features' occurrences that came to a slot which another feature had come to first; `nil` before any
    /// has come.
    public var collisionRate: Double? { occurrences == 0 ? nil : Double(strangers) / Double(occurrences) }
}

extension SlotCensus {
    /// Writes occurrences and strangers `varint`, then per followed slot the tag `varint` and whether it is shared `u8`.
    public func encode(into writer: inout ByteWriter) {
        writer.writeVarint(occurrences)
        writer.writeVarint(strangers)
        for place in tags.indices {
            writer.writeVarint(tags[place])
            writer.writeUInt8(isShared[place] ? 1 : 0)
        }
    }

    /// Reads what `encode` wrote for a table of 2^`bits` slots.
    ///
    /// - Throws: `ByteCodingError` where the bytes end too soon.
    public init(_ reader: inout ByteReader, bits: Int) throws(ByteCodingError) {
        self.init(bits: bits)
        occurrences = try reader.readVarint()
        strangers = try reader.readVarint()
        for place in tags.indices {
            tags[place] = try reader.readVarint()
            isShared[place] = try reader.readUInt8() == 1
        }
        used = tags.count { $0 != 0 }
        shared = isShared.count { $0 }
    }
}
