// The state of an online logistic model under a diagonal Kalman filter: one flat table of (w, V), owned by one thread.
// How it scores and learns is in EKFTable+Learning.swift.

import CKernels
public import ScoringRecords

/// Hashed linear models learned by a diagonal extended Kalman filter, one per output: each weight has a variance, which is also its
/// learning rate.
///
/// The slots are interleaved pairs of `Float`, 8 bytes, as in `FTRLTable`; an untouched one is (0, v₀). Against
/// FTRL-Proximal it learns a little faster on rare positives, gives the variance of every score, and has a scale v₀
/// that breaks a stream when it is too large (above 1).
///
///     let table = EKFTable(bits: 22, parameters: try EKFParameters(priorVariance: 0.3), offsets: [base])
///     let score = table.learn(features, loss: .bce, label: 1, weight: 1)     // score.logit, score.variance
///
/// Every score, weight and variance is finite, whatever the stream (`EKFSlot` has the proof), and a function of the
/// calls in order alone.
///
/// Not `Sendable`: one owner at a time.
///
/// Sources: the online Laplace approximation of Chapelle & Li, *An Empirical Evaluation of Thompson Sampling*, NIPS
/// 2011, Algorithm 3; in probit form Graepel et al., *Web-Scale Bayesian Click-Through Rate Prediction*, ICML 2010.
public final class EKFTable {
    /// The parameters learned with.
    public let parameters: EKFParameters
    /// The constant part of every score, per output.
    public let offsets: [Logit]
    /// The base-2 logarithm of the slot count.
    public let bits: Int
    /// How many slots there are: 2 to the power of `bits`.
    public let slotCount: Int

    /// (w, V) of every slot, of its outputs one after the other. Owned: allocated in `init`, freed in `deinit`, never handed out.
    let slots: UnsafeMutablePointer<SIMD2<Float>>
    let changed: ChangedSlots
    /// v₀ rounded once.
    let prior: Float

    /// An empty table of 2^`bits` slots with an output per offset: every weight is 0 with variance v₀, and every score
    /// its offset.
    ///
    /// `bits` outside `FTRLTable.bitsRange`, no offset, or more pairs than `FTRLTable.pairLimit` trap: configurations are
    /// checked where they are read.
    ///
    /// - Complexity: O(slot count × outputs): 8 bytes per pair and an eighth per slot.
    public init(bits: Int, parameters: EKFParameters, offsets: [Logit]) {
        precondition(FTRLTable.bitsRange.contains(bits), "a table has 2^1 to 2^28 slots")
        precondition(
            !offsets.isEmpty && offsets.count <= FTRLTable.pairLimit >> bits,
            "a table has an output, and at most 2^28 pairs in all")
        self.parameters = parameters
        self.offsets = offsets
        self.bits = bits
        slotCount = 1 << bits
        prior = Float(parameters.priorVariance)
        slots = TableMemory.allocateZeroed(SIMD2<Float>.self, count: slotCount * offsets.count)
        slots.update(repeating: SIMD2(0, prior), count: slotCount * offsets.count)
        changed = ChangedSlots(slotCount: slotCount)
    }

    deinit { slots.deallocate() }

    /// A slot nothing was learned in: (0, v₀).
    public var emptySlot: EKFSlot { EKFSlot(unchecked: 0, prior) }

    /// The state of slot `index` for `output`; either beyond the table traps.
    public func slot(at index: UInt32, output: Int = 0) -> EKFSlot {
        // The place is checked by `place`.
        let pair = slots[place(index, output)]
        return EKFSlot(unchecked: pair.x, pair.y)
    }

    /// Overwrites slot `index` for `output`, as a checkpoint says; counts as a change unless the slot held the same.
    ///
    /// A variance above v₀ is taken as v₀, as after a step. Either beyond the table traps.
    public func setSlot(_ slot: EKFSlot, at index: UInt32, output: Int = 0) {
        let place = place(index, output)
        store(SIMD2(slot.weight, min(slot.variance, prior)), at: place, of: index)
    }

    /// Calls `body` for every slot that is not empty for `output`, in ascending order of slot numbers.
    ///
    /// `body` may overwrite the slot it is called for, and nothing else of this table.
    ///
    /// - Complexity: O(slot count).
    public func forEachTouchedSlot(output: Int = 0, _ body: (UInt32, EKFSlot) throws -> Void) rethrows {
        let empty = SIMD2(0, prior)
        for index in 0..<UInt32(slotCount) {
            // The place is checked by `place`.
            let pair = slots[place(index, output)]
            if pair != empty { try body(index, EKFSlot(unchecked: pair.x, pair.y)) }
        }
    }

    /// Where a pair lies, checked.
    private func place(_ index: UInt32, _ output: Int) -> Int {
        precondition(index < slotCount, "a slot number lies below the slot count")
        precondition(output >= 0 && output < offsets.count, "an output has an offset")
        return Int(index) * offsets.count + output
    }

    /// Replaces `slots` by the slots changed since the last call, each once, in ascending order, and starts afresh.
    ///
    /// - Complexity: O(slot count / 4,096 + changed slots); no allocation where `slots` has room for them.
    public func takeChangedSlots(into slots: inout [UInt32]) {
        slots.removeAll(keepingCapacity: true)
        changed.drain(into: &slots)
    }

    /// Writes a pair and marks its slot, unless nothing changes. The caller has checked both places.
    @inline(__always)
    func store(_ pair: SIMD2<Float>, at place: Int, of index: UInt32) {
        // place < slotCount × outputs, checked by the caller.
        if slots[place] != pair {
            slots[place] = pair
            changed.insert(index)
        }
    }
}
