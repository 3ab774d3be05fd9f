// The rules of `SlotRules` at work on a table: some slots at every event or tick, never all at once.

import ByteCoding
import ElementaryMath
import ScoringRecords

/// Lets slots in, lets them fade, and gives them up. Confined to one thread.
final class SlotKeeper {
    private let rules: SlotRules
    private let table: WeightTable
    private let lastSlot: UInt32
    private var fading: SlotSweep?
    private var aging: SlotSweep?
    private var admission: SlotAdmission?
    // Rounds since an event last had a feature of the slot; `unused` before any had.
    private var ages: [UInt8]
    /// Slots given up so far.
    private(set) var expired: UInt64 = 0

    // Evidence halves in sixteen steps of 4.2 %, so that the step shows in no score.
    private static let fadingRounds: UInt64 = 16
    /// A slot is given up between its expiry and an eighth more.
    private static let agingRounds: UInt64 = 8
    private static let unused = UInt8.max

    init(rules: SlotRules, table: WeightTable, bits: Int) {
        self.rules = rules
        self.table = table
        let slotCount = 1 << bits
        lastSlot = UInt32(slotCount - 1)
        fading = rules.halfLife.map { SlotSweep(span: $0, rounds: SlotKeeper.fadingRounds, slotCount: slotCount) }
        aging = rules.expiry.map { SlotSweep(span: $0, rounds: SlotKeeper.agingRounds, slotCount: slotCount) }
        admission = rules.admission > 1 ? SlotAdmission(threshold: rules.admission, slotCount: slotCount) : nil
        ages = Array(repeating: SlotKeeper.unused, count: rules.expiry == nil ? 0 : slotCount)
    }

    /// An event with these features was scored.
    func meet(_ features: FeatureVector) {
        for index in features.indicators { meet(index) }
        for feature in features.valued { meet(feature.index) }
        fading?.passEvent(fade)
        aging?.passEvent(age)
    }

    private func meet(_ index: UInt32) {
        admission?.meet(index)
        if !ages.isEmpty { ages[Int(index & lastSlot)] = 0 }
    }

    /// Event time has come to `time`.
    func passTime(_ time: Timestamp) {
        fading?.passTime(time, fade)
        aging?.passTime(time, age)
    }

    /// The features whose slots may learn.
    func admitted(_ features: FeatureVector) -> FeatureVector {
        guard admission != nil else { return features }
        func isAdmitted(_ index: UInt32) -> Bool { admission?.isAdmitted(index) ?? true }
        if features.indicators.allSatisfy(isAdmitted), features.valued.allSatisfy({ isAdmitted($0.index) }) {
            return features
        }
        return FeatureVector(
            indicators: features.indicators.filter(isAdmitted), valued: features.valued.filter { isAdmitted($0.index) })
    }

    private func fade(_ slot: UInt32, times: UInt64) {
        // 2^(−times/16); beyond some thousands it is 0 in Float, as it should be.
        let kept = exp(-SlotKeeper.ln2 * Double(min(times, 1 << 20)) / Double(SlotKeeper.fadingRounds))
        table.fade(slot, keeping: kept)
    }

    private static let ln2 = 0.693_147_180_559_945_3

    private func age(_ slot: UInt32, times: UInt64) {
        let age = ages[Int(slot)]
        if age == SlotKeeper.unused { return }
        // Age 0 at the first visit after an event; at the ninth, eight whole rounds have passed without one.
        if UInt64(age) + times <= SlotKeeper.agingRounds {
            ages[Int(slot)] = age + UInt8(times)
            return
        }
        ages[Int(slot)] = SlotKeeper.unused
        expired += 1
        table.empty(slot)
        admission?.dismiss(slot)
    }

    // MARK: Canonical bytes

    func encode(into writer: inout ByteWriter) {
        writer.writeVarint(expired)
        fading?.encode(into: &writer)
        aging?.encode(into: &writer)
        admission?.encode(into: &writer)
        writer.writeByteString(ages)
    }

    func decode(_ reader: inout ByteReader) throws {
        expired = try reader.readVarint()
        try fading?.decode(&reader)
        try aging?.decode(&reader)
        try admission?.decode(&reader)
        let restored = try reader.readByteString(maximumByteCount: ages.count)
        guard restored.count == ages.count else { throw ModelStateError.shape }
        ages = restored
    }
}
