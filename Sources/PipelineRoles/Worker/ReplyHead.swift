// A head as replies show it.

import OnlineLearning

/// A head's names and the outputs its numbers come from.
struct ReplyHead: Hashable, Sendable {
    var name: String
    /// The multi-label head it is a label of.
    var group: String?
    /// Its classes' names; empty for a binary head.
    var classes: [String]
    var outputs: Range<Int>

    /// What the head is called within its group.
    var labelName: String { group.map { String(name.dropFirst($0.count + 1)) } ?? name }

    static func heads(of specification: Specification) -> [ReplyHead] {
        zip(specification.heads, specification.outputRanges).map { head, outputs in
            let classes = if case .classes(let task) = head.task { task.classes } else { [String]() }
            return ReplyHead(name: head.name, group: head.group, classes: classes, outputs: outputs)
        }
    }
}
