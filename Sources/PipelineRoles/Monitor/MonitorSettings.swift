// What a monitor looks for. No part of the specification: it decides what is said of a journal, never what is in it.

import ByteCoding
public import Calibration
public import OnlineLearning
public import ScoringRecords

/// Settings of a ``MonitorFold``.
public struct MonitorSettings: Hashable, Sendable {
    /// By what events are told apart; empty for no slices.
    public var slices: [SliceKey]
    /// How many values of each slice key are followed at once; see `SliceSettings.valuesPerField`.
    public var slicesPerField: Int
    /// The expected share of wrong findings among the slices flagged, at most; in (0, 1).
    public var sliceFalseDiscovery: Double
    /// How long the evidence about slices, and the sums of early outcomes, gather before they start anew.
    public var sliceEpoch: TimeSpan
    /// How often the drift alarms of all outputs together may be wrong.
    public var budget: FalseAlarmBudget
    /// τ in 1…2: odds wrong by a factor within [1/τ, τ] are no drift.
    public var tolerance: Double
    /// At which age outcomes are looked at early; `nil` for a quarter of each head's window. A head whose window is no
    /// longer is not looked at early.
    public var earlyAge: TimeSpan?
    /// How many scores make a window of ``ScoreMovement``.
    public var scoreWindow: Int

    /// Settings by their parts.
    public init(
        slices: [SliceKey] = [], slicesPerField: Int = 200, sliceFalseDiscovery: Double = 0.05,
        sliceEpoch: TimeSpan = .days(1), budget: FalseAlarmBudget = MonitorSettings.standardBudget,
        tolerance: Double = DriftDetectorSettings.defaultTolerance, earlyAge: TimeSpan? = nil,
        scoreWindow: Int = MonitorSettings.standardScoreWindow
    ) {
        self.slices = slices
        self.slicesPerField = slicesPerField
        self.sliceFalseDiscovery = sliceFalseDiscovery
        self.sliceEpoch = sliceEpoch
        self.budget = budget
        self.tolerance = tolerance
        self.earlyAge = earlyAge
        self.scoreWindow = scoreWindow
    }

    /// Ten thousand scores: a thousand for each bin of the index.
    public static let standardScoreWindow = 10_000

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
        HeadCalibrationSettings(
            detector: detector(baseRate: baseRate, outputCount: outputCount, tolerance: tolerance),
            slices: sliceSettings)
    }

    /// The age at which a head's outcomes are looked at early; `nil` where they are not.
    public func earlyAge(of head: HeadSpecification) -> TimeSpan? {
        guard case .binary = head.task, head.missingLabel == .negative, LabelDelays(window: head.window) != nil else {
            return nil
        }
        let age = earlyAge ?? TimeSpan(microseconds: head.window.microseconds / 4)
        return age > .zero && age < head.window ? age : nil
    }

    /// What is kept of a head's early outcomes; `nil` where they are not looked at.
    func early(of head: HeadSpecification, baseRate: Double, outputCount: Int) -> EarlyOutcomes? {
        guard let age = earlyAge(of: head), let delays = LabelDelays(window: head.window) else { return nil }
        return EarlyWarning(
            age: age, delays: delays,
            settings: detector(
                baseRate: baseRate, outputCount: outputCount, tolerance: max(tolerance, EarlyWarning.leastTolerance))
        ).map { EarlyOutcomes($0, epoch: sliceEpoch) }
    }

    /// An empty movement of scores.
    var movement: ScoreMovement {
        guard let movement = ScoreMovement(windowLength: scoreWindow) else {
            preconditionFailure("a window of scores that the configuration reader has not checked")
        }
        return movement
    }

    private func detector(baseRate: Double, outputCount: Int, tolerance: Double) -> DriftDetectorSettings {
        do throws(DriftSettingsError) {
            return try DriftDetectorSettings(
                threshold: min(budget.threshold() * Double(outputCount), 1e300), baseRate: baseRate,
                tolerance: tolerance,
                shiftOdds: DriftDetectorSettings.defaultShiftOdds.filter { $0 > tolerance || $0 < 1 / tolerance })
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
        writer.writeInt64(earlyAge?.microseconds ?? 0)
        writer.writeVarint(UInt64(scoreWindow))
        return writer.bytes
    }
}
