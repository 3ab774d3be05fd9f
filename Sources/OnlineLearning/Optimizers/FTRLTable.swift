// The state of an online logistic model under FTRL-Proximal: one flat table of (z, n), owned by one thread.
// How it scores and learns is in FTRLTable+Learning.swift; hashing features to slots is the feature specification's.

import CKernels
public import ScoringRecords

/// A hashed linear model learned by FTRL-Proximal, scored as offset + Σ wᵢ xᵢ.
///
/// The slots are interleaved pairs of `Float`, 8 bytes, so that one cache line brings all that a step needs:
///
///     slot i:  z (bytes 8i … 8i+3)   n (bytes 8i+4 … 8i+7)
///
/// The weight of a slot is computed from the pair and stored nowhere. The offset is constant: learning starts at the base
/// rate (`CompositeMap.initialOffset`) and an ordinary bias feature learns the rest.
///
///     let loss = BinaryLoss.bce
///     let base = CompositeMap(loss: loss).initialOffset(baseRate: rate)
///     let table = FTRLTable(bits: 22, parameters: try FTRLParameters(alpha: 0.3), offset: base)
///     let before = table.learn(features, loss: loss, label: 1, weight: 1)
///
/// Every score, weight and state is finite, whatever the stream (`FTRLSlot` has the proof), and a function of the calls in
/// order alone: the same bits on every machine.
///
/// Not `Sendable`: one owner at a time, also for scoring, which uses the table's working memory.
///
/// Source: McMahan et al., *Ad Click Prediction: a View from the Trenches*, KDD 2013, Algorithm 1.
public final class FTRLTable {
    /// The parameters learned with.
    public let parameters: FTRLParameters
    /// The constant part of every score.
    public let offset: Logit
    /// The base-2 logarithm of the slot count.
    public let bits: Int
    /// How many slots there are: 2 to the power of `bits`.
    public let slotCount: Int

    /// The domain of `bits`: 2 slots to 2²⁸, which take 2 GiB.
    public static let bitsRange: ClosedRange<Int> = 1...28

    let kernel: FTRLKernel
    /// (z, n) of every slot. Owned: allocated in `init`, freed in `deinit`, never handed out.
    let slots: UnsafeMutablePointer<SIMD2<Float>>
    let changed: ChangedSlots
    var scratch = EventScratch()

    /// An empty table of 2^`bits` slots: every weight is 0 and every score the offset.
    ///
    /// `bits` outside `bitsRange` traps: configurations are checked where they are read.
    ///
    /// - Complexity: O(slot count), to zero the memory: 8⅛ bytes per slot.
    public init(bits: Int, parameters: FTRLParameters, offset: Logit) {
        precondition(FTRLTable.bitsRange.contains(bits), "a table has 2^1 to 2^28 slots")
        self.parameters = parameters
        self.offset = offset
        self.bits = bits
        slotCount = 1 << bits
        kernel = FTRLKernel(parameters)
        slots = .allocate(capacity: slotCount)
        slots.initialize(repeating: .zero, count: slotCount)
        changed = ChangedSlots(slotCount: slotCount)
    }

    deinit { slots.deallocate() }

    /// The state of slot `index`; an index beyond the table traps.
    public func slot(at index: UInt32) -> FTRLSlot {
        precondition(index < slotCount, "a slot number lies below the slot count")
        // index < slotCount, checked above.
        let pair = slots[Int(index)]
        return FTRLSlot(unchecked: pair.x, pair.y)
    }

    /// The weight w of slot `index`, as scoring uses it; an index beyond the table traps.
    public func weight(at index: UInt32) -> Float {
        let slot = slot(at: index)
        return kernel.weights(z: SIMD8(repeating: slot.z), rootOfN: kernel.roots(SIMD8(repeating: slot.n)))[0]
    }

    /// Overwrites slot `index`, as a checkpoint or a delta says; counts as a change unless the slot held the same.
    ///
    /// An index beyond the table traps.
    public func setSlot(_ slot: FTRLSlot, at index: UInt32) {
        precondition(index < slotCount, "a slot number lies below the slot count")
        store(SIMD2(slot.z, slot.n), at: index)
    }

    /// Calls `body` for every slot that is not empty, in ascending order of slot numbers.
    ///
    /// `body` must not change this table.
    ///
    /// - Complexity: O(slot count).
    public func forEachTouchedSlot(_ body: (UInt32, FTRLSlot) throws -> Void) rethrows {
        for index in 0..<slotCount {
            // index < slotCount by the loop.
            let pair = slots[index]
            if pair != .zero { try body(UInt32(index), FTRLSlot(unchecked: pair.x, pair.y)) }
        }
    }

    /// Replaces `slots` by the slots changed since the last call, each once, in ascending order, and starts afresh.
    ///
    /// - Complexity: O(slot count / 4,096 + changed slots); no allocation where `slots` has room for them.
    public func takeChangedSlots(into slots: inout [UInt32]) {
        slots.removeAll(keepingCapacity: true)
        changed.drain(into: &slots)
    }

    /// Writes a slot and marks it, unless nothing changes. The caller has checked `index`.
    @inline(__always)
    func store(_ pair: SIMD2<Float>, at index: UInt32) {
        // index < slotCount, checked by the caller.
        if slots[Int(index)] != pair {
            slots[Int(index)] = pair
            changed.insert(index)
        }
    }
}
