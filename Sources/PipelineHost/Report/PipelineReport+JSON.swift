// The report for programs. Keys are stable; new ones may be added. Docs/REPORT.md explains each.

package import WireFormat

extension PipelineReport {
    /// The report as indented JSON, ending in a line feed.
    public var json: String {
        var json = JSONWriter(indented: true)
        write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    /// Writes the report as one JSON object.
    package func write(to json: inout JSONWriter) {
        json.object { json in
            writeCounts(to: &json)
            json.key("heads")
            json.array { json in for head in heads { json.head(head) } }
            json.member(alarms)
        }
    }

    /// Writes the members that are about the journal and not about a head.
    package func writeCounts(to json: inout JSONWriter) {
        json.key("name")
        json.string(name)
        json.key("events")
        json.integer(events)
        json.key("labels")
        json.integer(labels)
        json.key("labelFates")
        json.object { json in
            for (fate, count) in labelFates {
                json.key(fate)
                json.integer(count)
            }
        }
        json.key("reversals")
        json.integer(reversals)
        json.key("frozen")
        json.boolean(isFrozen)
        json.key("pending")
        json.integer(pending)
        json.key("modelVersion")
        json.integer(modelVersion)
        json.key("modelDigest")
        json.optional(modelDigest)
        json.key("stateDigest")
        json.optional(stateDigest)
        json.key("journalSequence")
        json.integer(journalSequence)
        json.key("slots")
        json.object { json in
            json.key("sampled")
            json.integer(slots.sample)
            json.member("loadFactor", slots.loadFactor)
            json.member("sharedSlots", slots.sharedSlots)
            json.member("collisionRate", slots.collisionRate)
        }
        json.key("rejected")
        json.object { json in
            for (code, count) in rejected {
                json.key(code)
                json.integer(count)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func head(_ head: PipelineReport.Head) {
        object { json in
            json.key("name")
            json.string(head.name)
            if let group = head.group {
                json.key("group")
                json.string(group)
            }
            json.key("loss")
            json.string(head.loss)
            json.member("trainingLoss", head.trainingLoss)
            json.key("labelOutages")
            json.integer(head.labelStream.outages)
            json.key("labelOutage")
            json.boolean(head.labelStream.isOut)
            json.key("silenceWithheld")
            json.integer(head.labelStream.withheld)
            guard let classes = head.classes else {
                json.member(head.outputs[0].verdict)
                json.advisory(early: head.outputs[0].early, movement: head.outputs[0].movement)
                return json.members(of: head.outputs[0])
            }
            json.key("labelled")
            json.integer(classes.count)
            json.member("normalizedEntropy", classes.normalizedEntropy)
            json.member("logLoss", classes.logLoss)
            json.member("brier", classes.brier)
            json.member("accuracy", classes.accuracy)
            json.key("classes")
            json.array { json in
                for output in head.outputs {
                    json.object { json in
                        json.key("name")
                        json.string(output.className ?? "")
                        json.member(output.verdict)
                        json.advisory(early: output.early, movement: output.movement)
                        json.members(of: output)
                    }
                }
            }
        }
    }

    /// The members that tell of one output.
    package mutating func members(of output: PipelineReport.Output) {
        members(of: output.calibration, stages: (raw: output.rawRatio, mapped: output.mappedRatio))
    }
}
