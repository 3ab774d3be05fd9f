// The scores of one event as members of a reply.

import ElementaryMath
import ScoringRecords
import WireFormat

/// Writes heads by the scores of an event's outputs, which stand in `results` from `first` on.
struct OutputTexts {
    let scores: [OutputScore]
    let standardErrors: [Float?]
    let first: Int

    init(results: IntakeResults, first: Int) {
        scores = results.scores
        standardErrors = results.standardErrors
        self.first = first
    }

    // Heads of their own stand side by side; those of a group stand in one object with its name.
    func write(_ heads: [ReplyHead], to json: inout JSONWriter) {
        var next = 0
        while next < heads.count {
            let head = heads[next]
            let end = head.group == nil ? next + 1 : heads[next...].firstIndex { $0.group != head.group } ?? heads.count
            json.key(head.group ?? head.name)
            json.object { json in
                if head.group == nil { return write(head, to: &json) }
                for member in heads[next..<end] {
                    json.key(member.labelName)
                    json.object { write(member, to: &$0) }
                }
            }
            next = end
        }
    }

    func write(_ head: ReplyHead, to json: inout JSONWriter) {
        guard !head.classes.isEmpty else { return write(output: head.outputs.lowerBound, to: &json) }
        // The most probable class, the first where several are.
        var top = head.outputs.lowerBound
        for output in head.outputs where scores[first + output].served > scores[first + top].served { top = output }
        json.plainKey("class")
        json.string(head.classes[top - head.outputs.lowerBound])
        write(output: top, to: &json)
        json.plainKey("classes")
        json.object { json in
            for (name, output) in zip(head.classes, head.outputs) {
                json.key(name)
                json.object { write(output: output, to: &$0) }
            }
        }
    }

    private func write(output: Int, to json: inout JSONWriter) {
        json.plainKey("probability")
        json.number(IntakeReply.probability(scores[first + output].served).value)
        json.plainKey("logit")
        json.number(scores[first + output].raw.value)
        guard !standardErrors.isEmpty, let error = standardErrors[first + output] else { return }
        json.plainKey("standardError")
        json.number(error)
    }
}
