// The state of an online logistic model under a diagonal Kalman filter: one flat table of (w, V), owned by one thread.
// How it scores and learns is in EKFTable+Learning.swift.

import CKernels
public import ScoringRecords

/// A hashed linear model learned by a diagonal extended Kalman filter: each weight has a variance, which is also its
/// learning rate.
///
/// The slots are interleaved pairs of `Float`, 8 bytes, as in `FTRLTable`; an untouched one is (0, v₀). Against
/// FTRL-Proximal it learns a little faster on rare positives, gives the variance of every score, and has a scale v₀
/// that breaks a stream when it is too large (above 1).
///
///     let table = EKFTable(bits: 22, parameters: try EKFParameters(priorVariance: 0.3), offset: base)
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
    /// The constant part of every score.
    public let offset: Logit
    /// The base-2 logarithm of the slot count.
    public let bits: Int
    /// How many slots there are: 2 to the power of `bits`.
    public let slotCount: Int

    /// (w, V) of every slot. Owned: allocated in `init`, freed in `deinit`, never handed out.
    let slots: UnsafeMutablePointer<SIMD2<Float>>
    let changed: ChangedSlots
    /// v₀ rounded once.
    let prior: Float

    /// An empty table of 2^`bits` slots: every weight is 0 with variance v₀, and every score the offset.
    ///
    /// `bits` outside `FTRLTable.bitsRange` traps: configurations are checked where they are read.
    ///
    /// - Complexity: O(slot count): 8⅛ bytes per slot.
    public init(bits: Int, parameters: EKFParameters, offset: Logit) {
        precondition(FTRLTable.bitsRange.contains(bits), "a table has 2^1 to 2^28 slots")
        self.parameters = parameters
        self.offset = offset
        self.bits = bits
        slotCount = 1 << bits
        prior = Float(parameters.priorVariance)
        slots = .allocate(capacity: slotCount)
        slots.initialize(repeating: SIMD2(0, prior), count: slotCount)
        changed = ChangedSlots(slotCount: slotCount)
    }

    deinit { slots.deallocate() }

    /// A slot nothing was learned in: (0, v₀).
    public var emptySlot: EKFSlot { EKFSlot(unchecked: 0, prior) }

    /// The state of slot `index`; an index beyond the table traps.
    public func slot(at index: UInt32) -> EKFSlot {
        precondition(index < slotCount, "a slot number lies below the slot count")
        // index < slotCount, checked above.
        let pair = slots[Int(index)]
        return EKFSlot(unchecked: pair.x, pair.y)
    }

    /// Overwrites slot `index`, as a checkpoint or a delta says; counts as a change unless the slot held the same.
    ///
    /// A variance above v₀ is taken as v₀, as after a step. An index beyond the table traps.
    public func setSlot(_ slot: EKFSlot, at index: UInt32) {
        precondition(index < slotCount, "a slot number lies below the slot count")
        store(SIMD2(slot.weight, min(slot.variance, prior)), at: index)
    }

    /// Calls `body` for every slot that is not empty, in ascending order of slot numbers.
    ///
    /// `body` must not change this table.
    ///
    /// - Complexity: O(slot count).
    public func forEachTouchedSlot(_ body: (UInt32, EKFSlot) throws -> Void) rethrows {
        let empty = SIMD2(0, prior)
        for index in 0..<slotCount {
            // index < slotCount by the loop.
            let pair = slots[index]
            if pair != empty { try body(UInt32(index), EKFSlot(unchecked: pair.x, pair.y)) }
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
