// Quarantined labels, sent to a running worker as any client would send them.

import Journal
import OnlineLearning
public import ScoringRecords
import WireFormat
public import ZeroMQ

/// Returns labels from quarantine.
public struct Requeue {
    /// What came of it.
    public struct Outcome: Sendable {
        /// Labels that are durable in the journal once more (or would be sent, in a dry run).
        public var returned = 0
        /// Labels that the intake refused.
        public var refused = 0
        /// Entries passed over, by what keeps them.
        public var passedOver: [(why: String, count: Int)] = []
    }

    let context: Context
    let intake: String
    let configuration: Configuration
    let journalPath: String

    /// A requeue that has not begun.
    public init(context: Context, intake: String, configuration: Configuration, journalPath: String) {
        self.context = context
        self.intake = intake
        self.configuration = configuration
        self.journalPath = journalPath
    }

    private static let labelsPerMessage = 256

    /// Sends every label that another try can help, each at most once in the life of a journal.
    ///
    /// A label is noted as returned after its acknowledgement. Killed in between, the next run sends it again, and the
    /// joiner finds a duplicate: it never counts twice.
    ///
    /// - Parameters:
    ///   - reason: only labels quarantined for it; `nil` for all returnable ones.
    ///   - again: also labels that were returned before.
    ///   - dryRun: send nothing.
    /// - Throws: a reason that cannot be returned; a worker that does not answer or is busy.
    public func run(reason: RejectionReason?, again: Bool, dryRun: Bool) throws -> Outcome {
        let reasons = try Requeue.reasons(reason)
        let journal = try SQLiteJournalReader(path: journalPath)
        let returned = try ReturnedLabels(journalPath: journalPath)
        let selection = try RequeueSelection(
            of: QuarantineListing(journalPath: journalPath), reasons: reasons, in: journal,
            heads: configuration.specification.heads,
            returned: again ? [] : try returned.labels(in: journal))
        var outcome = Outcome()
        outcome.passedOver = [
            ("returned before", selection.repeated), ("made under another configuration", selection.foreign),
            ("removed by retention", selection.removed), ("not to be returned", selection.final),
        ]
        if dryRun {
            outcome.returned = selection.labels.count
        } else {
            try send(selection.labels[...], noting: returned, into: &outcome)
        }
        return outcome
    }

    private static func reasons(_ reason: RejectionReason?) throws -> Set<RejectionReason> {
        guard let reason else { return RequeueSelection.reasons }
        guard RequeueSelection.reasons.contains(reason) else {
            let codes = RequeueSelection.reasons.map(\.code).sorted().joined(separator: ", ")
            throw HostError(
                .data, "records quarantined as \(reason.code) cannot be returned",
                remedy: "choose one of \(codes); send anything else anew, as its client")
        }
        return [reason]
    }

    private func send(
        _ labels: ArraySlice<(sequence: UInt64, label: Label)>, noting returned: ReturnedLabels,
        into outcome: inout Outcome
    ) throws {
        var poller = Poller()
        let clients = try IntakeClients(context: context, endpoints: [intake], poller: &poller)
        var rest = labels
        while !rest.isEmpty {
            let batch = rest.prefix(Requeue.labelsPerMessage)
            rest = rest.dropFirst(batch.count)
            if try deliver(batch, by: clients, &poller) {
                try returned.note(batch)
                outcome.returned += batch.count
                continue
            }
            // One of them was refused: ask for each alone. Those taken already become duplicates, without effect.
            for index in batch.indices {
                let one = batch[index...index]
                guard try deliver(one, by: clients, &poller) else {
                    outcome.refused += 1
                    continue
                }
                try returned.note(one)
                outcome.returned += 1
            }
        }
    }

    /// Whether every label of a message was acknowledged.
    private func deliver(
        _ batch: ArraySlice<(sequence: UInt64, label: Label)>, by clients: IntakeClients, _ poller: inout Poller
    ) throws -> Bool {
        // A leading array bracket makes a message of one label an array, too: its answer has one form.
        var message = [UInt8(ascii: "[")]
        message += batch.map { json(of: $0.label) }.joined(separator: [UInt8(ascii: ",")])
        message.append(UInt8(ascii: "]"))
        try clients.send(message, to: 0)
        var isTaken = false
        try clients.awaitAnswers(poller: &poller) { _, answer in
            let codes: [String?] =
                switch IntakeAnswer(answer) {
                case .refused(let code)?: [code]
                case .records(let codes)?: codes
                case nil: throw ReplayRefusal.unreadable(from: intake)
                }
            // Under `spoolFull: shed` each label is answered by itself.
            guard !codes.contains(RejectionReason.busy.code) else {
                throw HostError(
                    .unavailable, "the worker is busy: the learner is behind or away",
                    remedy: "run the same command again later; it goes on where it stopped")
            }
            isTaken = codes.allSatisfy { $0 == nil }
            return .done
        }
        return isTaken
    }

    /// A label as a client writes it.
    private func json(of label: Label) -> [UInt8] {
        let head = configuration.specification.heads[Int(label.head)]
        var json = JSONWriter()
        json.object { json in
            json.key("label")
            json.object { json in
                json.text("id", label.id.text)
                json.text("head", head.name)
                json.key("value")
                switch (label.value, head.task) {
                case (.share(let value), _): json.number(value)
                case (.category(let category), .classes(let task)): json.string(task.classes[Int(category)])
                case (.category, .binary): preconditionFailure("a selected label fits its head")
                }
                json.text("time", ISO8601.text(label.time))
                json.key("weight")
                json.number(label.weight)
            }
        }
        return json.bytes
    }
}
