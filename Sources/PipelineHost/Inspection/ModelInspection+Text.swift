// A model's inspection as text and as JSON.

import OnlineLearning
import WireFormat

extension ModelInspection {
    /// Lines of text, ending in a line feed.
    public var text: String {
        var lines = ["\(path): model after \(sequence) records, \(1 << bits) slots"]
        for head in heads {
            lines += ["", "head \(head.name)"]
            if !head.summary.laneWeights.isEmpty {
                lines.append("  learners weigh " + head.summary.laneWeights.map { fixed($0, 3) }.joined(separator: " "))
            }
            for (index, line) in head.summary.lines.enumerated() {
                let output = head.summary.lines.count > 1 ? " of output \(index)" : ""
                lines.append("  served through \(fixed(line.intercept, 4)) + \(fixed(line.slope, 4)) s\(output)")
            }
            if head.summary.lines.isEmpty { lines.append("  served as mapped") }
            lines.append(
                "  \(head.summary.cutLessons) lessons cut at the gradient limit, "
                    + "\(head.summary.heldLessons) held at the bias limit")
            for output in head.outputs {
                let name = output.className.map { "class \($0): " } ?? ""
                lines.append(
                    "  \(name)\(output.summary.usedSlots) slots learned, offset \(fixed(output.summary.offset, 4))")
                for (weight, name) in zip(output.summary.heaviest, output.names) {
                    let value = fixed(weight.weight, 4)
                    lines.append(
                        "    " + String(repeating: " ", count: max(0, 9 - value.count)) + value
                            + "  \(name ?? "slot \(weight.slot)")")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One JSON object, indented, ending in a line feed.
    public var json: String {
        var json = JSONWriter(indented: true)
        json.object { json in
            json.text("journal", path)
            json.number("sequence", sequence)
            json.number("slots", 1 << bits)
            json.key("heads")
            json.array { json in for head in heads { json.object { $0.members(of: head) } } }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }
}

extension JSONWriter {
    fileprivate mutating func members(of head: ModelInspection.Head) {
        text("name", head.name)
        key("laneWeights")
        array { json in for weight in head.summary.laneWeights { json.number(weight) } }
        key("recalibration")
        array { json in
            for line in head.summary.lines {
                json.object { json in
                    json.key("intercept")
                    json.number(line.intercept)
                    json.key("slope")
                    json.number(line.slope)
                }
            }
        }
        number("cutLessons", head.summary.cutLessons)
        number("heldLessons", head.summary.heldLessons)
        key("outputs")
        array { json in
            for output in head.outputs {
                json.object { json in
                    if let name = output.className { json.text("class", name) }
                    json.key("offset")
                    json.number(output.summary.offset)
                    json.number("usedSlots", output.summary.usedSlots)
                    json.key("heaviest")
                    json.array { json in
                        for (weight, name) in zip(output.summary.heaviest, output.names) {
                            json.object { json in
                                json.number("slot", weight.slot)
                                json.key("weight")
                                json.number(weight.weight)
                                json.key("feature")
                                if let name { json.string(name) } else { json.null() }
                            }
                        }
                    }
                }
            }
        }
    }
}
