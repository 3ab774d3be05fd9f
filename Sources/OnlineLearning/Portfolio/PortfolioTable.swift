// The state of eight online logistic models that share features, events and memory: one table, owned by one thread.
// How it scores and learns is in PortfolioTable+Learning.swift; how the eight become one is PortfolioMixture's.

import CKernels
public import ScoringRecords

/// Eight hashed linear models that differ in their learning rate alone, for each of one or more outputs.
///
/// The learning rate is the largest lever an online learner has, and the best one is known only afterwards. Learning
/// with all of them costs little more than learning with one, because it is memory that costs: every slot of every
/// output is one cache line,
///
///     line of (slot i, output o), at 64 (i · outputs + o):  w of lanes 0…7 (bytes 0…31)   √n of lanes 0…7 (bytes 32…63)
///
///     let table = PortfolioTable(bits: 22, offsets: [base], parameters: .standard)
///     let logits = table.logits(of: features, output: 0)
///     table.learn(features, output: 0, gradients: slopes)   // dL/dz at each lane's own logit
///
/// The first sign among the √n, which are never negative, marks lines that have been stepped since changes were taken last;
/// nothing that leaves the table shows it.
///
/// Gradients come from the caller, so that a loss, the retraction of a label and a softmax over the outputs are all the
/// same to it.
///
/// Every score, weight and state is finite, whatever the stream (`PortfolioLine` has the proof), and a function of the
/// calls in order alone: the same bits on every machine.
///
/// Not `Sendable`: one owner at a time.
///
/// Sources: McMahan et al., *Ad Click Prediction: a View from the Trenches*, KDD 2013, Algorithm 1 and §5.1, which
/// keeps many models in one table as well.
public final class PortfolioTable {
    /// The parameters learned with.
    public let parameters: PortfolioParameters
    /// The constant part of every score, per output.
    public let offsets: [Logit]
    /// The base-2 logarithm of the slot count.
    public let bits: Int
    /// How many slots there are: 2 to the power of `bits`.
    public let slotCount: Int

    /// The domain of `bits`: 2 slots to 2²⁶.
    public static let bitsRange: ClosedRange<Int> = 1...26
    /// The most lines of all outputs together: 2²⁶, which take 4 GiB.
    public static let lineLimit = 1 << 26

    let kernel: PortfolioKernel
    /// Weights and √n of every line, by turns. Owned: allocated in `init`, freed in `deinit`, never handed out.
    let lines: UnsafeMutablePointer<SIMD8<Float>>
    let changed: ChangedSlots
    /// The sign of the first √n of a line: set from its first step until its slot is taken out of `changed`.
    static var mark: SIMD8<UInt32> { SIMD8(0x8000_0000, 0, 0, 0, 0, 0, 0, 0) }
    let newRoots = StepRoots()

    /// An empty table of 2^`bits` slots with an output per offset: every weight is 0 and every score its offset.
    ///
    /// `bits` outside `bitsRange`, no offset, or more lines than `lineLimit` trap: configurations are checked where
    /// they are read.
    ///
    /// - Complexity: O(slot count × outputs), to zero the memory: 64 bytes per line.
    public init(bits: Int, offsets: [Logit], parameters: PortfolioParameters) {
        precondition(PortfolioTable.bitsRange.contains(bits), "a portfolio has 2^1 to 2^26 slots")
        precondition(
            !offsets.isEmpty && offsets.count <= PortfolioTable.lineLimit >> bits,
            "a portfolio has an output, and at most 2^26 lines in all")
        self.parameters = parameters
        self.offsets = offsets
        self.bits = bits
        slotCount = 1 << bits
        kernel = PortfolioKernel(parameters)
        let count = 2 * slotCount * offsets.count
        // On cache lines, so that no line straddles two.
        lines = TableMemory.allocateZeroed(SIMD8<Float>.self, count: count)
        changed = ChangedSlots(slotCount: slotCount)
    }

    deinit { UnsafeMutableRawPointer(lines).deallocate() }

    /// The state of slot `index` for `output`; either beyond the table traps.
    public func line(at index: UInt32, output: Int) -> PortfolioLine {
        // The address is checked by `address`.
        let line = address(index, output)
        return PortfolioLine(unchecked: line[0], weir_magnitude8(line[1]))
    }

    /// The weights of slot `index` for `output`, as scoring uses them; either beyond the table traps.
    public func weights(at index: UInt32, output: Int) -> SIMD8<Float> {
        // The address is checked by `address`.
        address(index, output)[0]
    }

    /// The learning rates α/(β + √n) of slot `index` for `output`; either beyond the table traps.
    public func rates(at index: UInt32, output: Int) -> SIMD8<Float> {
        // The address is checked by `address`.
        kernel.rates(rootOfN: weir_magnitude8(address(index, output)[1]))
    }

    /// The learning rates of a slot nothing was learned in, the greatest there are.
    public var emptyRates: SIMD8<Float> { kernel.rates(rootOfN: .zero) }

    /// Overwrites a line, as a checkpoint says; counts as a change of the slot unless it held the same.
    ///
    /// An index or output beyond the table traps.
    public func setLine(_ new: PortfolioLine, at index: UInt32, output: Int) {
        // The address is checked by `address`.
        let line = address(index, output)
        if line[0] == new.weights, weir_magnitude8(line[1]) == new.rootsOfN { return }
        (line[0], line[1]) = (new.weights, weir_float_of8(weir_bits_of8(new.rootsOfN) | PortfolioTable.mark))
        changed.insert(index)
    }

    /// Calls `body` for every line of `output` that is not empty, in ascending order of slots.
    ///
    /// `body` may overwrite the line it is called for, and nothing else of this table.
    ///
    /// - Complexity: O(slot count).
    public func forEachTouchedLine(output: Int = 0, _ body: (UInt32, PortfolioLine) throws -> Void) rethrows {
        for index in 0..<UInt32(slotCount) {
            // The address is checked by `address`.
            let line = address(index, output)
            let roots = weir_magnitude8(line[1])
            if line[0] != .zero || roots != .zero { try body(index, PortfolioLine(unchecked: line[0], roots)) }
        }
    }

    /// Replaces `slots` by the slots touched by a gradient other than 0 since the last call, each once, in ascending
    /// order, and starts afresh.
    ///
    /// - Complexity: O(slot count / 4,096 + changed slots); no allocation where `slots` has room for them.
    public func takeChangedSlots(into slots: inout [UInt32]) {
        slots.removeAll(keepingCapacity: true)
        changed.drain(into: &slots)
        for slot in slots {
            for output in offsets.indices {
                // Slots of the set are slots of the table; the address is checked by `address`.
                let line = address(slot, output)
                line[1] = weir_magnitude8(line[1])
            }
        }
    }

    /// Where a line starts, checked.
    private func address(_ index: UInt32, _ output: Int) -> UnsafeMutablePointer<SIMD8<Float>> {
        precondition(index < slotCount, "a slot number lies below the slot count")
        precondition(output >= 0 && output < offsets.count, "an output has an offset")
        // index < slotCount and output < offsets.count: inside the allocation.
        return lines + 2 * (Int(index) * offsets.count + output)
    }
}
