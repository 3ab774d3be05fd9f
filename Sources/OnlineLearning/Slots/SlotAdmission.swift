// Which slots may learn: those of features that have been met often enough. Features met once or twice teach little and
// take a slot from others.

import ByteCoding
import ScoringRecords

/// Counts features in a small sketch and admits the slot of one that has come often enough.
///
/// The sketch has two rows of bytes, half the slot count each, that a feature's index is hashed into; the lesser of its
/// two counts is not below what it was met since the counts were halved, and only the lesser is raised (the conservative
/// update of Estan & Varghese, *New Directions in Traffic Measurement and Accounting*, SIGCOMM 2002, §3.3). After (k −
/// 1)/4 occurrences per byte of a row, k being the threshold, all counts are halved, so that rare features do not add up
/// (the reset of Einziger, Friedman & Manes, *TinyLFU*, ACM Transactions on Storage 13(4), 2017, §3.3): a byte then has at
/// most (k − 1)/2 on average, and a feature met for the first time finds both of its bytes at k − 1 by chance in 15 % of
/// all cases for k = 2, 7 % for 3, 4 % for 4 (Poisson). A feature must come k times within about k/8 of a slot count of
/// occurrences of features not yet let in.
///
/// A byte and an eighth per slot. Confined to one thread.
struct SlotAdmission: ~Copyable {
    private let threshold: UInt8
    private let rowMask: UInt64
    private let lastSlot: UInt32
    private var counts: [UInt8]
    private var admitted: [UInt64]
    private var increments: UInt64 = 0
    private let incrementsPerHalving: UInt64

    private static let rows = 2
    private static let leastRow = 256
    // Mixed in per row, so that two features that meet in one row rarely meet in the other.
    private static let salts: [UInt64] = [0x51D7_348D_2F5B_9C07, 0xC2B2_AE3D_27D4_EB4F]

    init(threshold: Int, slotCount: Int) {
        precondition(SlotRules.admissionRange.contains(threshold), "counts have a byte")
        self.threshold = UInt8(threshold)
        let row = max(SlotAdmission.leastRow, slotCount / 2)
        rowMask = UInt64(row - 1)
        incrementsPerHalving = UInt64(row * (threshold - 1) / 4)
        lastSlot = UInt32(slotCount - 1)
        counts = Array(repeating: 0, count: row * SlotAdmission.rows)
        admitted = Array(repeating: 0, count: (slotCount + 63) / 64)
    }

    /// Counts one occurrence of the feature with this index.
    mutating func meet(_ index: UInt32) {
        let slot = Int(index & lastSlot)
        if admitted[slot >> 6] >> UInt64(slot & 63) & 1 == 1 { return }
        let places = (place(index, 0), place(index, 1))
        let least = min(counts[places.0], counts[places.1])
        if least + 1 >= threshold {
            admitted[slot >> 6] |= 1 << UInt64(slot & 63)
            return
        }
        if counts[places.0] == least { counts[places.0] = least + 1 }
        if counts[places.1] == least { counts[places.1] = least + 1 }
        increments += 1
        if increments >= incrementsPerHalving {
            increments = 0
            for position in counts.indices { counts[position] >>= 1 }
        }
    }

    private func place(_ index: UInt32, _ row: Int) -> Int {
        row * Int(rowMask + 1) + Int(FeatureHash.combine(UInt64(index), SlotAdmission.salts[row]) & rowMask)
    }

    /// Whether the slot of this index may learn.
    func isAdmitted(_ index: UInt32) -> Bool {
        let slot = Int(index & lastSlot)
        return admitted[slot >> 6] >> UInt64(slot & 63) & 1 == 1
    }

    /// Sends a slot back to where it came from: its features must be met again.
    mutating func dismiss(_ slot: UInt32) { admitted[Int(slot >> 6)] &= ~(1 << UInt64(slot & 63)) }

    func encode(into writer: inout ByteWriter) {
        writer.writeVarint(increments)
        writer.writeByteString(counts)
        for word in admitted { writer.writeUInt64(word) }
    }

    mutating func decode(_ reader: inout ByteReader) throws {
        increments = try reader.readVarint()
        let restored = try reader.readByteString(maximumByteCount: counts.count)
        guard restored.count == counts.count else { throw ModelStateError.shape }
        counts = restored
        for position in admitted.indices { admitted[position] = try reader.readUInt64() }
    }
}
