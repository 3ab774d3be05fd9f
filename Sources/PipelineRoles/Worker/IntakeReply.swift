// Replies to clients as JSON. Docs/PROTOCOL.md shows each.

import ElementaryMath
import OnlineLearning
import ScoringRecords
import WireFormat

/// What became of one record of a message.
enum IntakeResult {
    case score(rawID: Range<Int>, Scored)
    case label(rawID: Range<Int>)
    case watermark(WatermarkDirective)
    case error(IntakeError)
}

/// An event's scores and what is known of their footing.
struct Scored {
    /// Whether it was scored only, and is not on its way to the journal.
    var isShed: Bool
    var outputs: [OutputScore]
    /// One standard deviation of each output's raw logit, where the model tells.
    var standardErrors: [Float?]
    /// Features the model has never learned from.
    var unseenFeatures: Int
}

enum IntakeReply {
    /// What all results of one message share.
    struct Context {
        var message: [UInt8]
        var heads: [ReplyHead]
        var version: ModelVersion
        var modelAge: Double?
        var durable: Bool
    }

    /// The probability served for a calibrated logit.
    static func probability(_ served: Logit) -> Probability { Probability(clamping: sigmoid(Double(served.value))) }

    static func encode(_ results: [IntakeResult], asArray: Bool, context: Context) -> [UInt8] {
        var json = JSONWriter()
        if asArray {
            json.array { json in for result in results { write(result, context, to: &json) } }
        } else {
            for result in results { write(result, context, to: &json) }
        }
        return json.bytes
    }

    static func error(_ error: IntakeError, in message: [UInt8]) -> [UInt8] {
        var json = JSONWriter()
        write(error, message, to: &json)
        return json.bytes
    }

    private static func write(_ result: IntakeResult, _ context: Context, to json: inout JSONWriter) {
        switch result {
        case .error(let error):
            write(error, context.message, to: &json)
        case .label(let rawID):
            json.object { json in
                json.key("id")
                json.raw(context.message[rawID])
                json.key("ack")
                json.string("label")
                json.key("durable")
                json.boolean(context.durable)
            }
        case .watermark(let mark):
            json.object { json in
                json.key("ack")
                json.string("watermark")
                json.key("position")
                json.integer(mark.position)
                json.key("durable")
                json.boolean(context.durable)
            }
        case .score(let rawID, let scored):
            json.object { json in
                json.key("id")
                json.raw(context.message[rawID])
                if let first = context.heads.first { write(scored, first, to: &json) }
                if context.heads.count > 1 {
                    json.key("heads")
                    json.object { write(scored, context.heads, to: &$0) }
                }
                json.key("unseenFeatures")
                json.integer(scored.unseenFeatures)
                json.key("modelVersion")
                json.integer(context.version.records)
                json.key("modelEpoch")
                json.integer(context.version.epoch)
                json.key("modelAge")
                if let age = context.modelAge { json.number(Float(age)) } else { json.null() }
                json.key("durable")
                json.boolean(context.durable && !scored.isShed)
                if scored.isShed {
                    json.key("shed")
                    json.boolean(true)
                }
            }
        }
    }

    // Heads of their own stand side by side; those of a group stand in one object with its name.
    private static func write(_ scored: Scored, _ heads: [ReplyHead], to json: inout JSONWriter) {
        var next = 0
        while next < heads.count {
            let head = heads[next]
            let end = head.group == nil ? next + 1 : heads[next...].firstIndex { $0.group != head.group } ?? heads.count
            json.key(head.group ?? head.name)
            json.object { json in
                if head.group == nil { return write(scored, head, to: &json) }
                for member in heads[next..<end] {
                    json.key(member.labelName)
                    json.object { write(scored, member, to: &$0) }
                }
            }
            next = end
        }
    }

    private static func write(_ scored: Scored, _ head: ReplyHead, to json: inout JSONWriter) {
        guard !head.classes.isEmpty else { return write(scored, output: head.outputs.lowerBound, to: &json) }
        // The most probable class, the first where several are.
        var top = head.outputs.lowerBound
        for output in head.outputs where scored.outputs[output].served > scored.outputs[top].served { top = output }
        json.key("class")
        json.string(head.classes[top - head.outputs.lowerBound])
        write(scored, output: top, to: &json)
        json.key("classes")
        json.object { json in
            for (name, output) in zip(head.classes, head.outputs) {
                json.key(name)
                json.object { write(scored, output: output, to: &$0) }
            }
        }
    }

    private static func write(_ scored: Scored, output: Int, to json: inout JSONWriter) {
        json.key("probability")
        json.number(probability(scored.outputs[output].served).value)
        json.key("logit")
        json.number(scored.outputs[output].raw.value)
        if let error = scored.standardErrors[output] {
            json.key("standardError")
            json.number(error)
        }
    }

    private static func write(_ error: IntakeError, _ message: [UInt8], to json: inout JSONWriter) {
        json.object { json in
            json.key("error")
            json.object { json in
                json.key("code")
                json.string(error.reason.code)
                json.key("message")
                json.string(error.message)
                if let rawID = error.rawID {
                    json.key("id")
                    json.raw(message[rawID])
                }
            }
        }
    }

    // A batch of bad records is described by its first few errors: the journal counts them all.
    private static let errorsPerBatch = 8

    static func batch(_ batch: BatchDirective, results: [IntakeResult], message: [UInt8]) -> [UInt8] {
        let errors = results.enumerated().compactMap { index, result in
            if case .error(let error) = result { (index, error) } else { nil }
        }
        var json = JSONWriter()
        json.object { json in
            json.key("batch")
            json.integer(batch.number)
            json.key("part")
            json.integer(batch.part)
            json.key("accepted")
            json.integer(results.count - errors.count)
            json.key("rejected")
            json.integer(errors.count)
            json.key("errors")
            json.array { json in
                for (index, error) in errors.prefix(errorsPerBatch) {
                    json.object { json in
                        json.key("index")
                        json.integer(index)
                        json.key("code")
                        json.string(error.reason.code)
                        json.key("message")
                        json.string(error.message)
                    }
                }
            }
        }
        return json.bytes
    }
}

extension IntakeError {
    static let directiveRefused = IntakeError(
        reason: .directiveRefused,
        message: "watermarks and batches are a replay's: workers take them under `clock: stream`, a batch only as the "
            + "first line of its message and not too many at once")

    static let busy = IntakeError(
        reason: .busy, message: "the journal is behind or unreachable: send again later")

    init(busy rawID: Range<Int>) {
        self.init(reason: .busy, message: IntakeError.busy.message, rawID: rawID)
    }

    static func missingTime(_ rawID: Range<Int>) -> IntakeError {
        IntakeError(reason: .missingTime, message: "with `clock: stream` every record needs a time", rawID: rawID)
    }

    static func timeTooFarAhead(_ rawID: Range<Int>) -> IntakeError {
        IntakeError(
            reason: .timeTooFarAhead, message: "the time lies more than a day ahead of the worker's clock",
            rawID: rawID)
    }

    init(_ error: FieldError, rawID: Range<Int>) {
        let message =
            switch error.reason {
            case .wrongType: "'\(error.field)' has the wrong type: numbers take JSON numbers, categories take scalars"
            case .numberOutOfRange:
                "'\(error.field)' is beyond ±\(Limits.numberMagnitude) after its transform: check its unit"
            default: "'\(error.field)' cannot be used"
            }
        self.init(reason: error.reason, message: message, rawID: rawID)
    }
}
