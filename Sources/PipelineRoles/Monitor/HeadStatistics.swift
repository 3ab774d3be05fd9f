// One head's outputs and what is said of them together.

public import Calibration
import ElementaryMath
import OnlineLearning
import ScoringRecords

/// One head's predictions against mature outcomes.
public struct HeadStatistics: Equatable, Sendable {
    /// Per output: the one of a binary head, or every class against the rest.
    public internal(set) var outputs: [OutputStatistics]
    /// The classes as one prediction; `nil` for a binary head.
    public internal(set) var classes: ClassSums?
    /// Σ of the head's own loss at the raw logits, and of the weights: what it is trained on, by progressive validation.
    public internal(set) var trainingLoss = TrainingLossSums()

    /// A head without outcomes.
    ///
    /// - Parameter outputCount: the outputs of all heads, which share the budget of false alarms.
    init(_ head: HeadSpecification, settings: MonitorSettings, outputCount: Int) {
        outputs = head.task.monitoredRates.map {
            OutputStatistics(
                settings.head(baseRate: $0, outputCount: outputCount),
                early: settings.early(of: head, baseRate: $0, outputCount: outputCount), movement: settings.movement)
        }
        if case .classes(let task) = head.task { classes = ClassSums(classCount: task.classes.count) }
    }

    /// Takes an outcome as it is known at the age of early looks.
    mutating func look(_ score: OutputScore, isPositive: Bool, at time: Timestamp) {
        outputs[0].early?.observe(servedLogit: Double(score.served.value), isPositive: isPositive, at: time)
    }

    /// Learns how long a mature positive took.
    mutating func addMaturePositive(delay: TimeSpan) { outputs[0].early?.addMaturePositive(delay: delay) }

    /// Takes a mature outcome.
    ///
    /// - Parameters:
    ///   - scores: those of the head's outputs.
    ///   - values: one per slice key.
    ///   - alarm: sees every alarm that the outcome raises, with its output.
    mutating func add(
        _ scores: ArraySlice<OutputScore>, outcome: Outcome, task: HeadTask, at time: Timestamp, values: [String?],
        alarm: (Int, DriftAlarm) -> Void
    ) {
        switch (outcome, task) {
        case (.observed(let value, let weight), .binary(let task)):
            let (score, value, weight) = (scores[scores.startIndex], Double(value), Double(weight))
            if let raised = outputs[0].add(score, outcome: value, weight: weight, at: time, values: values) {
                alarm(0, raised)
            }
            trainingLoss.add(
                task.loss.value(
                    logit: Double(score.raw.value), label: task.treatment.smoothed(value), weight: weight),
                weight: weight)
        case (.category(let category, let weight), .classes(let task)):
            let (category, weight) = (Int(category), Double(weight))
            for (k, score) in scores.enumerated() {
                let value = k == category ? 1.0 : 0
                if let raised = outputs[k].add(score, outcome: value, weight: weight, at: time, values: values) {
                    alarm(k, raised)
                }
            }
            classes?.add(servedLogits: scores.map { Double($0.served.value) }, category: category, weight: weight)
            // The logarithms of the raw probabilities are logits of the same softmax.
            let raw = scores.map { -softplus(-Double($0.raw.value)) }
            trainingLoss.add(task.loss.value(logits: raw.span, label: category, weight: weight), weight: weight)
        default:
            break  // unlabelled
        }
    }
}

extension HeadTask {
    /// Where the centre of an output's scores is sought before there are any, per output.
    fileprivate var monitoredRates: [Double] {
        switch self {
        case .binary(let task): [task.baseRate.value]
        case .classes(let task): task.baseRates
        }
    }
}
