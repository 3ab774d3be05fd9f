// Replies to clients as JSON. Docs/PROTOCOL.md shows each.

import ElementaryMath
import OnlineLearning
import ScoringRecords
import WireFormat

/// Writes what clients are told.
enum IntakeReply {
    /// What all results of one message share.
    struct Context {
        var heads: [ReplyHead]
        /// The members that name the model.
        var footing: [UInt8]
        var durable: Bool
    }

    /// The probability served for a calibrated logit.
    static func probability(_ served: Logit) -> Probability { Probability(clamping: sigmoid(Double(served.value))) }

    static func write(
        _ results: IntakeResults, of message: [UInt8], asArray: Bool, _ context: Context,
        to json: inout JSONWriter
    ) {
        if asArray {
            json.array { json in
                for index in results.list.indices { write(results, index, message, context, to: &json) }
            }
        } else {
            for index in results.list.indices { write(results, index, message, context, to: &json) }
        }
    }

    static func error(_ error: IntakeError, in message: [UInt8]) -> [UInt8] {
        var json = JSONWriter()
        write(error, message, to: &json)
        return json.bytes
    }

    private static func write(
        _ results: IntakeResults, _ index: Int, _ message: [UInt8], _ context: Context,
        to json: inout JSONWriter
    ) {
        switch results.list[index] {
        case .error(let error):
            write(error, message, to: &json)
        case .label(let rawID):
            json.object { json in
                json.plainKey("id")
                json.raw(message, rawID)
                json.plainKey("ack")
                json.string("label")
                json.plainKey("durable")
                json.boolean(context.durable)
            }
        case .watermark(let mark):
            json.object { json in
                json.plainKey("ack")
                json.string("watermark")
                json.plainKey("position")
                json.integer(mark.position)
                json.plainKey("durable")
                json.boolean(context.durable)
            }
        case .score(let rawID, let scored):
            json.object { json in
                json.plainKey("id")
                json.raw(message, rawID)
                let outputs = OutputTexts(results: results, first: scored.firstOutput)
                if let first = context.heads.first { outputs.write(first, to: &json) }
                if context.heads.count > 1 {
                    json.plainKey("heads")
                    json.object { outputs.write(context.heads, to: &$0) }
                }
                json.plainKey("unseenFeatures")
                json.integer(scored.unseenFeatures)
                json.members(context.footing)
                json.plainKey("durable")
                json.boolean(context.durable && !scored.isShed)
                if scored.isShed {
                    json.plainKey("shed")
                    json.boolean(true)
                }
            }
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
                    json.raw(message, rawID)
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
