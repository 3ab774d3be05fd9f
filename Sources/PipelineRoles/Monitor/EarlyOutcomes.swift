// What labels say before their windows close. Advisory: nothing here reaches the detector, a ratio or a verdict.

import ByteCoding
public import Calibration
import OnlineLearning
public import ScoringRecords

/// Outcomes at a fixed age held against p·F̂(age), epoch by epoch, with the newest hint.
///
/// Kept for binary heads whose silence is a negative: elsewhere an event without a label says nothing about how many will
/// have one. Events are looked at when event time has passed their age and the grace.
///
/// A hint stands until an epoch has passed without another. Memory: O(1), a counter per step of ``LabelDelays``.
public struct EarlyOutcomes: Hashable, Sendable {
    /// Delays, sums and evidence.
    public private(set) var warning: EarlyWarning
    /// The newest hint, while it stands.
    public private(set) var hint: EarlyWarningHint?
    /// The start of the epoch whose sums `warning` holds; `nil` before the first event.
    public private(set) var epochStart: Timestamp?
    private let epoch: TimeSpan

    init(_ warning: EarlyWarning, epoch: TimeSpan) {
        self.warning = warning
        self.epoch = epoch
    }

    mutating func observe(servedLogit: Double, isPositive: Bool, at time: Timestamp) {
        if epochStart.map({ time.since($0) >= epoch }) ?? true { beginEpoch(at: time) }
        if let hint = warning.observe(servedLogit: servedLogit, isPositive: isPositive, at: time) { self.hint = hint }
    }

    mutating func addMaturePositive(delay: TimeSpan) { warning.addMaturePositive(delay: delay) }

    mutating func restart() {
        warning.reset()
        hint = nil
        epochStart = nil
    }

    private mutating func beginEpoch(at time: Timestamp) {
        // Epochs of all outputs and runs agree: they count from 1970.
        let rest = time.microseconds % epoch.microseconds
        let start = Timestamp(microseconds: time.microseconds &- (rest < 0 ? rest + epoch.microseconds : rest))
        if let hint, let epochStart, hint.time < epochStart || start.since(epochStart) > epoch { self.hint = nil }
        epochStart = start
        warning.restartSums()
    }

    /// Writes what is there `u8` (1 hint, 2 epoch), hint, epoch's start in µs `i64`, and the warning.
    func encode(into writer: inout ByteWriter) {
        writer.writeUInt8((hint == nil ? 0 : 1) | (epochStart == nil ? 0 : 2))
        if let hint {
            writer.write(hint.direction)
            writer.writeInt64(hint.since.microseconds)
            writer.writeInt64(hint.time.microseconds)
        }
        if let epochStart { writer.writeInt64(epochStart.microseconds) }
        warning.encode(into: &writer)
    }

    /// Reads what `encode` wrote into an empty state of the same settings.
    mutating func decode(_ reader: inout ByteReader) throws {
        let marks = try reader.readUInt8()
        guard marks < 4 else { throw FoldStateError.outOfDomain }
        if marks & 1 != 0 {
            hint = EarlyWarningHint(
                direction: try reader.readDirection(), since: Timestamp(microseconds: try reader.readInt64()),
                time: Timestamp(microseconds: try reader.readInt64()))
        }
        if marks & 2 != 0 { epochStart = Timestamp(microseconds: try reader.readInt64()) }
        warning = try EarlyWarning(
            &reader, age: warning.age, window: warning.delays.window, settings: warning.settings)
    }
}
