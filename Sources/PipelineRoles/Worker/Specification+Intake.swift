// What the intake must know of a specification.

public import OnlineLearning
import ScoringRecords
public import WireFormat

extension Specification {
    /// The members of an event and the heads of a label.
    public var intakeSchema: IntakeSchema {
        let extractor = FeatureExtractor(definitions: features, bits: bits)
        return IntakeSchema(
            event: EventSchema(idField: idField, timeField: timeField, fields: extractor.fields),
            heads: heads.map { head in
                let classes = if case .classes(let task) = head.task { task.classes } else { [String]() }
                return IntakeHead(name: head.name, group: head.group, classes: classes)
            })
    }
}
