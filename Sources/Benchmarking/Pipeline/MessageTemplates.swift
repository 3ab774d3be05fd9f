// Messages as a client sends them, made once: only the ids are written anew before each is sent.

import OnlineLearning

/// NDJSON messages of the canonical stream's events, with the labels of positives behind the events unless left out.
///
/// A client that made its JSON while it is measured would be the slower half of every case.
struct MessageTemplates {
    private struct Template {
        var bytes: [UInt8]
        /// Where the digits of ids stand, and which event of the message each belongs to.
        var places: [(start: Int, event: Int)]
    }

    private var templates: [Template] = []
    /// Events per message.
    let batch: Int
    /// A hash of all bytes.
    let hash: UInt64

    private static let digits = 13

    /// Messages of `batch` events each, of `workload`'s first events; at least one message.
    ///
    /// - Parameter labelled: whether positives' labels come along. An answer to one waits for the commit.
    init(_ workload: IntakeWorkload, batch: Int, labelled: Bool = true) {
        self.batch = batch
        let labels = labelled ? workload.labels : Array(repeating: 0, count: workload.count)
        var hash = ResultHash()
        for first in stride(from: 0, to: max(batch, workload.count - batch + 1), by: batch) {
            var template = Template(bytes: [], places: [])
            func append(_ head: String, _ rest: some Sequence<UInt8>, event: Int) {
                template.bytes += head.utf8
                template.places.append((template.bytes.count, event))
                template.bytes += repeatElement(UInt8(ascii: "0"), count: MessageTemplates.digits)
                template.bytes += rest
                template.bytes.append(UInt8(ascii: "\n"))
            }
            for offset in 0..<batch {
                let index = (first + offset) % workload.count
                // Id and time give way: ids are counted, times are stamped by the worker.
                let fields = workload.json(index, .inOrder).utf8.split(separator: UInt8(ascii: ","), maxSplits: 2)[2]
                append("{\"id\":\"", "\",".utf8 + Array(fields), event: offset)
            }
            for offset in 0..<batch where labels[(first + offset) % workload.count] > 0 {
                append("{\"label\":{\"id\":\"", "\",\"value\":1}}".utf8, event: offset)
            }
            template.bytes.removeLast()
            for byte in template.bytes { hash.add(UInt64(byte)) }
            templates.append(template)
        }
        self.hash = hash.value
    }

    /// Calls `body` with message `number`, whose events have the ids from `number` · `batch` on, under `prefix`,
    /// which is below a thousand.
    mutating func withMessage<Result>(
        _ number: Int, prefix: Int, _ body: ([UInt8]) throws -> Result
    ) rethrows -> Result {
        let index = number % templates.count
        for (start, event) in templates[index].places {
            var left = prefix * 10_000_000_000 + (number * batch + event) % 10_000_000_000
            for digit in (0..<MessageTemplates.digits).reversed() {
                templates[index].bytes[start + digit] = UInt8(ascii: "0") + UInt8(left % 10)
                left /= 10
            }
        }
        return try body(templates[index].bytes)
    }
}
