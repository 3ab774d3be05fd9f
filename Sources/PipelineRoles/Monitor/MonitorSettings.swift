// What a monitor looks for. No part of the specification: it decides what is said of a journal, never what is in it.

import ByteCoding
public import Calibration
import OnlineLearning
public import ScoringRecords

/// Settings of a ``MonitorFold``.
public struct MonitorSettings: Hashable, Sendable {
    /// By what events are told apart; empty for no slices.
    public var slices: [SliceKey]
    /// How many values of each slice key are followed at once; see `SliceSettings.valuesPerField`.
    public var slicesPerField: Int
    /// The expected share of wrong findings among the slices flagged, at most; in (0, 1).
    public var sliceFalseDiscovery: Double
    /// How long the evidence about slices gathers before it starts anew.
    public var sliceEpoch: TimeSpan
    /// How often the drift alarms of all outputs together may be wrong.
    public var budget: FalseAlarmBudget
    /// τ in 1…2: odds wrong by a factor within [1/τ, τ] are no drift.
    public var tolerance: Double

    /// Settings by their parts.
    public init(
        slices: [SliceKey] = [], slicesPerField: Int = 200, sliceFalseDiscovery: Double = 0.05,
        sliceEpoch: TimeSpan = .days(1), budget: FalseAlarmBudget = MonitorSettings.standardBudget,
        tolerance: Double = DriftDetectorSettings.defaultTolerance
    ) {
        self.slices = slices
        self.slicesPerField = slicesPerField
        self.sliceFalseDiscovery = sliceFalseDiscovery
        self.sliceEpoch = sliceEpoch
        self.budget = budget
        self.tolerance = tolerance
    }

    /// One false alarm a year at a hundred mature events a second.
    public static let standardBudget: FalseAlarmBudget = {
        guard let budget = FalseAlarmBudget(alarmsPerYear: 1, eventsPerSecond: 100) else {
            preconditionFailure("both numbers are positive")
        }
        return budget
    }()

    /// The fields whose values scored events must carry, each once, in order of appearance.
    public var sliceFields: [String] {
        var seen: Set<String> = []
        return slices.flatMap(\.fields).filter { seen.insert($0).inserted }
    }

    /// What slices are watched for; `nil` without any, and where the bounds of `SliceSettings` are not kept.
    public var sliceSettings: SliceSettings? {
        SliceSettings(
            fields: slices.map(\.name), valuesPerField: slicesPerField, alpha: sliceFalseDiscovery, epoch: sliceEpoch)
    }

    /// What one output is watched for.
    ///
    /// The budget of false alarms is shared evenly. Of the detector's standard bets those within the tolerated band, which
    /// could never win, are left out.
    ///
    /// - Parameters:
    ///   - baseRate: the output's expected share of positives, in (0, 1).
    ///   - outputCount: how many outputs share the budget, at least 1.
    public func head(baseRate: Double, outputCount: Int) -> HeadCalibrationSettings {
        do throws(DriftSettingsError) {
            return HeadCalibrationSettings(
                detector: try DriftDetectorSettings(
                    threshold: min(budget.threshold() * Double(outputCount), 1e300), baseRate: baseRate,
                    tolerance: tolerance,
                    shiftOdds: DriftDetectorSettings.defaultShiftOdds.filter { $0 > tolerance || $0 < 1 / tolerance }),
                slices: sliceSettings)
        } catch {
            preconditionFailure("settings that the configuration reader has not checked: \(error)")
        }
    }

    /// A unique encoding: equal bytes exactly when states of one journal are equal.
    public var canonicalBytes: [UInt8] {
        var writer = ByteWriter()
        writer.writeVarint(UInt64(slices.count))
        for key in slices {
            writer.writeVarint(UInt64(key.fields.count))
            for field in key.fields { writer.writeString(field) }
        }
        writer.writeVarint(UInt64(slicesPerField))
        writer.writeDouble(sliceFalseDiscovery)
        writer.writeInt64(sliceEpoch.microseconds)
        writer.writeDouble(budget.alarmsPerYear)
        writer.writeDouble(budget.eventsPerSecond)
        writer.writeDouble(tolerance)
        return writer.bytes
    }
}
