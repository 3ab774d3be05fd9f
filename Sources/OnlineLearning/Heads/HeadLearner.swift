// One head of the learner's model: what it learns of an outcome, the mixture of its lanes, the recalibrator of what is
// served. Its weights are some outputs of the model's table.

import ByteCoding
import ElementaryMath
import ScoringRecords

/// Learns one head. Confined to one thread.
final class HeadLearner {
    let head: HeadSpecification
    /// The head's outputs in the table.
    let outputs: Range<Int>
    let table: WeightTable
    let task: Task
    private(set) var mixture: PortfolioMixture?
    let guards: LearningGuards
    var lessonGuard: LessonGuard

    /// What the head predicts, and what goes with it.
    enum Task {
        case binary(BinaryTask, BinaryScorer)
        case classes(ClassTask, ClassScorer)
    }

    private enum Recalibrator {
        case binary(EarnedRecalibration)
        case classes(EarnedClassRecalibration)
    }
    private var recalibrator: Recalibrator

    init(
        head: HeadSpecification, outputs: Range<Int>, table: WeightTable, mixture: PortfolioMixture?,
        guards: LearningGuards, bits: Int
    ) {
        self.guards = guards
        lessonGuard = LessonGuard(guards, bits: bits)
        self.head = head
        self.outputs = outputs
        self.table = table
        self.mixture = mixture
        switch head.task {
        case .binary(let task):
            self.task = .binary(task, BinaryScorer(task: task))
            recalibrator = .binary(EarnedRecalibration())
        case .classes(let task):
            self.task = .classes(task, ClassScorer(task: task))
            recalibrator = .classes(EarnedClassRecalibration(classCount: task.classes.count))
        }
    }

    // MARK: Learning

    /// Takes one step from what was learned of an event before to what is known of it now; `nil` is nothing.
    ///
    /// Both gradients are taken at the current logits, of each lane for itself. An outcome that the head's sampling
    /// leaves out teaches nothing, and there is nothing of it to take back.
    ///
    /// - Parameters:
    ///   - place: the number under which a table that lists events has listed the features.
    ///   - waiting: the examples that come after this one. The newest is listed where the processor has time for it.
    func learn(
        _ example: borrowing TrainingExample, listed place: Int, before waiting: LessonQueue, importanceAware: Bool
    ) {
        switch task {
        case .binary(let task, _):
            let old = lesson(example.corrected, of: example.id, task)
            let new = lesson(example.outcome, of: example.id, task)
            if old != new, !guards.watchesBias, case .ftrl = table, !importanceAware || old != nil {
                learnListed(place, waiting, task, from: old, to: new)
            } else {
                learnBinary(
                    example.features, task, from: old, to: new, before: waiting, importanceAware: importanceAware)
            }
        case .classes(let task, _):
            waiting.listNewest(for: table)
            learnClasses(
                example.features, task, from: lesson(example.corrected, of: example.id, task),
                to: lesson(example.outcome, of: example.id, task))
        }
    }

    private func lesson(_ outcome: Outcome?, of id: borrowing EventID, _ task: BinaryTask) -> Lesson? {
        guard case .observed(let value, let weight)? = outcome else { return nil }
        if value == 0, !SampledOutcomes.keeps(id, share: task.treatment.keptNegatives) { return nil }
        return Lesson(value: Double(value), weight: Double(weight))
    }

    private func lesson(_ outcome: Outcome?, of id: borrowing EventID, _ task: ClassTask) -> ClassLesson? {
        guard case .category(let category, let weight)? = outcome else { return nil }
        guard SampledOutcomes.keeps(id, share: task.kept[Int(category)]) else { return nil }
        return ClassLesson(category: Int(category), weight: Double(weight))
    }

    /// Event time has come to `time`.
    func passTime(_ time: Timestamp) {
        lessonGuard.passTime(time) { bias in outputs.map { table.logits(of: bias, output: $0) } }
    }

    // MARK: Judging

    /// Takes a settled outcome into the mixture and the recalibrator, with the scores as they were served.
    ///
    /// Every mature outcome counts here, sampled or not: what is served is judged on what happens.
    func judge(_ scores: ArraySlice<OutputScore>, outcome: Outcome) {
        switch (task, outcome) {
        case (.binary(_, let scorer), .observed(let value, let weight)):
            let score = scores[outputs.lowerBound]
            let (value, weight) = (Double(value), Double(weight))
            if let lanes = score.lanes {
                mixture?.update(logLosses: scorer.laneLosses(lanes, outcome: value, weight: weight))
            }
            guard head.recalibrates, case .binary(var earned) = recalibrator else { return }
            earned.learn(mappedLogit: Double(score.mapped.value), outcome: value, weight: weight)
            recalibrator = .binary(earned)
        case (.classes(_, let scorer), .category(let category, let weight)):
            mixture?.update(
                logLosses: scorer.laneLosses(scores, category: Int(category), weight: Double(weight)))
            guard head.recalibrates, case .classes(var earned) = recalibrator else { return }
            earned.learn(
                mappedLogits: scores.map { Double($0.mapped.value) }, category: Int(category), weight: Double(weight))
            recalibrator = .classes(earned)
        default:
            break  // unlabelled: it proves nothing
        }
    }

    /// What a scorer needs besides weights.
    var serving: HeadServing {
        HeadServing(mixture: mixture?.state ?? [], recalibration: head.recalibrates ? servedLines : [])
    }

    private var servedLines: [HeadServing.Line] {
        switch recalibrator {
        case .binary(let earned):
            earned.isServing
                ? [HeadServing.Line(intercept: earned.platt.intercept, slope: earned.platt.slope)] : []
        case .classes(let earned): earned.isServing ? earned.lines : []
        }
    }

    // MARK: Canonical bytes

    /// Writes the state so that equal states give equal bytes: recalibrator, mixture, guard, then each output of the table.
    func encode(into writer: inout ByteWriter, flush: (inout ByteWriter) -> Void) {
        for number in recalibratorState + (mixture?.state ?? []) { writer.writeDouble(number) }
        lessonGuard.encode(into: &writer)
        for output in outputs { table.encode(output: output, into: &writer, flush: flush) }
    }

    private var recalibratorState: [Double] {
        switch recalibrator {
        case .binary(let earned): earned.state
        case .classes(let earned): earned.state
        }
    }

    /// Reads what `encode` wrote into an untrained head of a model with 2^`bits` slots.
    func decode(_ reader: inout ByteReader, bits: Int) throws {
        func doubles(_ count: Int) throws -> [Double] { try (0..<count).map { _ in try reader.readDouble() } }
        let numbers = try doubles(recalibratorState.count)
        let restored: Recalibrator? =
            switch recalibrator {
            case .binary: EarnedRecalibration(state: numbers).map { .binary($0) }
            case .classes:
                EarnedClassRecalibration(state: numbers, classCount: outputs.count).map { .classes($0) }
            }
        guard let restored else { throw ModelStateError.outOfDomain }
        recalibrator = restored
        if let empty = mixture {
            guard let restored = PortfolioMixture(state: try doubles(empty.state.count), halfLife: empty.halfLife)
            else { throw ModelStateError.outOfDomain }
            mixture = restored
        }
        try lessonGuard.decode(&reader, outputs: outputs.count)
        for output in outputs { try table.decode(output: output, &reader, bits: bits) }
    }
}

/// What is learned of an event by a binary head: an outcome that counts.
struct Lesson: Hashable {
    var value: Double
    var weight: Double
}

/// The same for a head with classes.
struct ClassLesson: Hashable {
    var category: Int
    var weight: Double
}
