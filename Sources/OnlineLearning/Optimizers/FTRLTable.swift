// The state of an online logistic model under FTRL-Proximal: one flat table of (z, √n), owned by one thread.
// How it scores and learns is in FTRLTable+Learning.swift; hashing features to slots is the feature specification's.

public import ScoringRecords

/// Hashed linear models learned by FTRL-Proximal, one per output, each scored as offset + Σ wᵢ xᵢ.
///
/// The state is interleaved pairs of `Float`, 8 bytes, so that one cache line brings all that a step needs, and the
/// pairs of all outputs of a slot lie together:
///
///     pair j = i · outputs + o of slot i, output o:  z (bytes 8j … 8j+3)   √n (bytes 8j+4 … 8j+7)
///
/// √n is never negative, so its sign is free to mark pairs that have been stepped since changes were taken last; nothing
/// that leaves the table shows it. The weight of a slot is computed from the pair and stored nowhere. The offset is constant: learning starts at the base
/// rate (`CompositeMap.initialOffset`) and an ordinary bias feature learns the rest.
///
///     let loss = BinaryLoss.bce
///     let base = CompositeMap(loss: loss).initialOffset(baseRate: rate)
///     let table = FTRLTable(bits: 22, parameters: try FTRLParameters(alpha: 0.3), offsets: [base])
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
    /// The constant part of every score, per output.
    public let offsets: [Logit]
    /// The base-2 logarithm of the slot count.
    public let bits: Int
    /// How many slots there are: 2 to the power of `bits`.
    public let slotCount: Int

    /// The domain of `bits`: 2 slots to 2²⁸, which take 2 GiB.
    public static let bitsRange: ClosedRange<Int> = 1...28
    /// The most pairs of all outputs together.
    public static let pairLimit = 1 << 28

    let kernel: FTRLKernel
    /// The distance from a slot's pair to the next slot's, in pairs: the number of outputs.
    let stride: Int
    // The offsets' values: what a score starts from. Owned like the slots.
    private let offsetValues: UnsafeMutablePointer<Float>
    /// (z, ±√n) of every slot, of its outputs one after the other. Owned: allocated in `init`, freed in `deinit`, never handed out.
    let slots: UnsafeMutablePointer<SIMD2<Float>>
    let changed: ChangedSlots
    let scratch = EventScratch()
    // Owned like the slots: `listLimit` listed events, and one for features that nobody has listed.
    let events: UnsafeMutablePointer<EventPlaces>
    /// The sign of √n: set from the first step of a pair until its slot is taken out of `changed`.
    static var mark: UInt32 { 0x8000_0000 }

    /// An empty table of 2^`bits` slots with an output per offset: every weight is 0 and every score its offset.
    ///
    /// `bits` outside `bitsRange`, no offset, or more pairs than `pairLimit` trap: configurations are checked where they
    /// are read.
    ///
    /// - Complexity: O(slot count × outputs), to zero the memory: 8 bytes per pair and an eighth per slot.
    public init(bits: Int, parameters: FTRLParameters, offsets: [Logit]) {
        precondition(FTRLTable.bitsRange.contains(bits), "a table has 2^1 to 2^28 slots")
        precondition(
            !offsets.isEmpty && offsets.count <= FTRLTable.pairLimit >> bits,
            "a table has an output, and at most 2^28 pairs in all")
        self.parameters = parameters
        self.offsets = offsets
        self.bits = bits
        slotCount = 1 << bits
        kernel = FTRLKernel(parameters)
        stride = offsets.count
        offsetValues = .allocate(capacity: offsets.count)
        for (output, offset) in offsets.enumerated() { offsetValues[output] = offset.value }
        slots = TableMemory.allocateZeroed(SIMD2<Float>.self, count: slotCount * offsets.count)
        changed = ChangedSlots(slotCount: slotCount)
        events = .allocate(capacity: FTRLTable.listLimit + 1)
        for place in 0...FTRLTable.listLimit { (events + place).initialize(to: EventPlaces(outputs: offsets.count)) }
    }

    deinit {
        events.deinitialize(count: FTRLTable.listLimit + 1)
        events.deallocate()
        slots.deallocate()
        offsetValues.deallocate()
    }

    /// The constant part of an output's score; the caller has checked that there is such an output.
    @inline(__always)
    func offset(_ output: Int) -> Float { offsetValues[output] }

    /// The state of slot `index` for `output`; either beyond the table traps.
    public func slot(at index: UInt32, output: Int = 0) -> FTRLSlot {
        // The place is checked by `place`.
        let pair = slots[place(index, output)]
        return FTRLSlot(unchecked: pair.x, pair.y.magnitude)
    }

    /// The weight w of slot `index` for `output`, as scoring uses it; either beyond the table traps.
    public func weight(at index: UInt32, output: Int = 0) -> Float {
        let slot = slot(at: index, output: output)
        return kernel.weights(z: SIMD8(repeating: slot.z), rootOfN: SIMD8(repeating: slot.rootOfN))[0]
    }

    /// The learning rate α/(β + √n + αL2) of slot `index` for `output`; either beyond the table traps.
    public func rate(at index: UInt32, output: Int = 0) -> Float {
        rate(rootOfN: slot(at: index, output: output).rootOfN)
    }

    /// The learning rate of a slot nothing was learned in, the greatest there is.
    public var emptyRate: Float { rate(rootOfN: 0) }

    private func rate(rootOfN: Float) -> Float {
        Float(1 / ((Double(rootOfN) + parameters.beta) / parameters.alpha + parameters.l2))
    }

    /// Overwrites slot `index` for `output`, as a checkpoint says; counts as a change unless the slot held the same.
    ///
    /// Either beyond the table traps.
    public func setSlot(_ slot: FTRLSlot, at index: UInt32, output: Int = 0) {
        let place = place(index, output)
        // The place is checked by `place`.
        if slots[place].x == slot.z, slots[place].y.magnitude == slot.rootOfN { return }
        slots[place] = SIMD2(slot.z, -slot.rootOfN)
        changed.insert(index)
    }

    /// Calls `body` for every slot that is not empty for `output`, in ascending order of slot numbers.
    ///
    /// `body` may overwrite the slot it is called for, and nothing else of this table.
    ///
    /// - Complexity: O(slot count).
    public func forEachTouchedSlot(output: Int = 0, _ body: (UInt32, FTRLSlot) throws -> Void) rethrows {
        for index in 0..<UInt32(slotCount) {
            // The place is checked by `place`.
            let pair = slots[place(index, output)]
            if pair != .zero { try body(index, FTRLSlot(unchecked: pair.x, pair.y.magnitude)) }
        }
    }

    /// Where a pair lies, checked.
    private func place(_ index: UInt32, _ output: Int) -> Int {
        precondition(index < slotCount, "a slot number lies below the slot count")
        precondition(output >= 0 && output < offsets.count, "an output has an offset")
        return Int(index) * offsets.count + output
    }

    /// Replaces `slots` by those that a gradient other than 0 has stepped, or `setSlot` has changed, since the last call:
    /// each once, in ascending order. Then starts afresh.
    ///
    /// - Complexity: O(slot count / 4,096 + changed slots); no allocation where `slots` has room for them.
    public func takeChangedSlots(into slots: inout [UInt32]) {
        slots.removeAll(keepingCapacity: true)
        changed.drain(into: &slots)
        // Their marks go: the next step of each is noted again.
        for slot in slots {
            // Slots of the set lie below the slot count, outputs below the stride.
            let pairs = self.slots + Int(slot) * stride
            for output in 0..<stride { pairs[output].y = pairs[output].y.magnitude }
        }
    }
}
