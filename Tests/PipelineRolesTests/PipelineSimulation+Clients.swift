// Clients of a simulated pipeline: what they ask, and what they were promised.

import PipelineRoles
import ScoringRecords
import Testing
import WireFormat

/// What one line of a message carries.
enum SimulatedLine {
    case nonsense
    case label(id: Int, JournalRecord)
    case event(id: Int)
}

/// What clients were told.
struct SimulatedPromises {
    /// Labels that are durable, and the worker that said so.
    var labels: [(record: JournalRecord, writer: UInt64)] = []
    /// Events that are durable, and the worker that said so.
    var events: [(id: Int, writer: UInt64)] = []
    /// Events that were scored and are not in the journal.
    var shed: [Int] = []
}

extension PipelineSimulation {
    func request() {
        nextRequest += 1
        let lines = (0..<1 + random.below(4)).map { _ in line() }
        asked[nextRequest] = lines.map(\.carries)
        let client: ScoreWorker.Client = [Array("\(nextRequest)".utf8)]
        let writer = random.pick(workers.keys.sorted())
        step(worker: writer, .request(client, Array(lines.map(\.text).joined(separator: "\n").utf8)))
        if random.chance(0.7) { step(worker: writer, .flush) }
    }

    private func line() -> (carries: SimulatedLine, text: String) {
        let seconds = Double(now.microseconds) / 1e6
        switch random.below(10) {
        case 0:
            return (.nonsense, random.pick(["{", "{}", "{\"id\":1,\"amount\":\"x\"}", "{\"id\":1,\"time\":99999999}"]))
        case 1..<5:
            // Every label has a time of its own, by which it is found again in the journal. Some come before their
            // events, which other workers may still be bringing.
            nextID += 1
            let id = max(0, nextID - random.below(40) + 4)
            let time = seconds + Double(nextID) * 1e-6
            let head = random.below(2)
            let text =
                "{\"label\":{\"id\":\(id),\"head\":\"\(head == 0 ? "chargeback" : "refund")\",\"value\":\(nextID % 2),"
                + "\"time\":\"\(ISO8601.text(at(time)))\"}}"
            return (.label(id: id, .outcome("\(id)", time, head: UInt8(head), value: Float(nextID % 2))), text)
        default:
            nextID += 1
            let country = random.pick(["DE", "FR", "US"])
            return (
                .event(id: nextID),
                "{\"id\":\(nextID),\"country\":\"\(country)\",\"amount\":\(random.below(900))}"
            )
        }
    }

    func answered(_ client: ScoreWorker.Client, _ reply: [UInt8], by writer: UInt64) {
        let text = String(decoding: reply, as: UTF8.self)
        guard let number = Int(String(decoding: client.frames[0], as: UTF8.self)),
            let lines = asked.removeValue(forKey: number)
        else { return faults.append("a request was answered twice") }
        let answers = objects(of: text)
        // A message that was refused whole is one error.
        if answers.count == 1, answers[0].contains("\"code\":\"busy\"") { return }
        guard answers.count == lines.count else {
            return faults.append("\(lines.count) lines have \(answers.count) answers: \(text)")
        }
        for (line, answer) in zip(lines, answers) { note(line, answer, by: writer) }
    }

    private func note(_ line: SimulatedLine, _ answer: String, by writer: UInt64) {
        switch line {
        case .nonsense:
            if !answer.hasPrefix("{\"error\"") { faults.append("nonsense was taken: \(answer)") }
        case .label(let id, let record):
            if answer == "{\"id\":\(id),\"ack\":\"label\",\"durable\":true}" {
                promises.labels.append((record, writer))
            } else if !answer.contains("\"code\":\"busy\"") {
                faults.append("a label was answered without an acknowledgement: \(answer)")
            }
        case .event(let id):
            guard answer.hasPrefix("{\"id\":\(id),\"probability\"") else {
                return faults.append("an event was answered without a score: \(answer)")
            }
            if answer.hasSuffix("\"durable\":true}") { promises.events.append((id, writer)) }
            if answer.hasSuffix("\"durable\":false,\"shed\":true}") { promises.shed.append(id) }
        }
    }

    /// The objects of a reply: itself, or an array's elements.
    private func objects(of text: String) -> [String] {
        var objects: [String] = []
        var (depth, isText, isEscaped) = (0, false, false)
        var current = ""
        for character in text {
            if depth == 0, character != "{" { continue }
            current.append(character)
            if isText {
                if character == "\"", !isEscaped { isText = false }
                isEscaped = character == "\\" && !isEscaped
                continue
            }
            switch character {
            case "\"": isText = true
            case "{": depth += 1
            case "}":
                depth -= 1
                if depth == 0 {
                    objects.append(current)
                    current = ""
                }
            default: break
            }
        }
        return objects
    }
}
