// What the intake must know of a specification.

public import OnlineLearning
import ScoringRecords
public import WireFormat

extension Specification {
    /// The members of an event and the heads of a label.
    ///
    /// - Parameter fields: members that are read for the monitor besides those of features, and come after them.
    public func intakeSchema(slicedBy fields: [String] = []) -> IntakeSchema {
        let extractor = FeatureExtractor(definitions: features, bits: bits)
        return IntakeSchema(
            event: EventSchema(
                idField: idField, timeField: timeField,
                fields: extractor.fields + fields.filter { !extractor.fields.contains($0) }),
            heads: heads.map { head in
                let classes = if case .classes(let task) = head.task { task.classes } else { [String]() }
                return IntakeHead(name: head.name, group: head.group, classes: classes)
            })
    }
}
