// One record: decoded, prepared, and a few records later scored or taken. Everything that has an effect is in `finish`, in
// the order of the records; what comes before it depends on nothing that `finish` changes, so that nobody can tell how
// far ahead it was done.

import OnlineLearning
import ScoringRecords
import WireFormat

extension ScoreWorker {
    /// Takes the records of one message; `results` then says what became of them.
    func take(_ ranges: some Collection<Range<Int>>, of bytes: [UInt8], at now: Timestamp) {
        results.removeAll()
        for range in ranges {
            do throws(IntakeError) {
                prepare(try decoder.decode(bytes, range: range), message: 0, at: now)
            } catch { prepare(.error(error), message: 0) }
            if prepared.isFull { finish(prepared.removeFirst(), at: now) }
        }
        while !prepared.isEmpty { finish(prepared.removeFirst(), at: now) }
    }

    // MARK: Without effect

    /// Makes the record that was decoded last the newest of those prepared.
    func prepare(_ item: IntakeItem, message: Int, at now: Timestamp) {
        switch item {
        case .event(let id, let rawID, let time):
            do throws(IntakeError) {
                try extract(rawID: rawID, time: time, into: prepared.next, at: now)
                prepare(.event(id), message: message)
            } catch { prepare(.error(error), message: message) }
        case .labels(let drafts, let rawID): prepare(.labels(drafts, rawID: rawID), message: message)
        case .watermark(let directive): prepare(.watermark(directive), message: message)
        case .batch: prepare(.error(.directiveRefused), message: message)
        }
    }

    private func prepare(_ content: PreparedRecord.Content, message: Int) {
        let place = prepared.next
        prepared[place].content = content
        prepared[place].message = message
        prepared.append()
    }

    private func extract(rawID: Range<Int>, time: Timestamp?, into place: Int, at now: Timestamp) throws(IntakeError) {
        let time = try date(time, rawID: rawID, at: now)
        do throws(FieldError) {
            try prepared.withPlace(place) { record throws(FieldError) in
                record.rawID = rawID
                record.time = time
                try extractor.extract(
                    decoder.fields, moments: replica.moments, scratch: &scratch, into: &record.features,
                    numbers: &record.numbers)
                record.slices = sliceReader.values(of: decoder.fields)
                replica.prefetch(record.features)
            }
        } catch { throw IntakeError(error, rawID: rawID) }
    }

    private func date(_ time: Timestamp?, rawID: Range<Int>, at now: Timestamp) throws(IntakeError) -> Timestamp {
        switch configuration.clock {
        case .wall:
            guard let time else { return now }
            guard time <= now.advanced(by: Limits.timeAhead) else { throw .timeTooFarAhead(rawID) }
            return time
        case .stream:
            guard let time else { throw .missingTime(rawID) }
            return time
        }
    }

    // MARK: With effect

    /// Scores or takes the record in `place`, notes it for the journal, and says in `results` what became of it.
    func finish(_ place: Int, at now: Timestamp) {
        do throws(IntakeError) {
            switch prepared[place].content {
            case .event(let id): score(id, place)
            case .labels(let drafts, let rawID):
                // Never shed: a label that is not journalled must not be acknowledged.
                guard load != .full else { throw IntakeError(busy: rawID) }
                for draft in drafts {
                    let time = try date(draft.time, rawID: rawID, at: now)
                    outbox.append(
                        .label(
                            Label(id: draft.id, head: draft.head, value: draft.value, time: time, weight: draft.weight)
                        ))
                    statistics.labels += 1
                }
                results.list.append(.label(rawID: rawID))
            case .watermark(let directive):
                guard configuration.clock == .stream else { throw IntakeError.directiveRefused }
                guard load != .full else { throw IntakeError.busy }
                outbox.append(
                    .watermark(
                        Watermark(
                            source: FeatureHash.hash(directive.source), time: directive.time,
                            position: directive.position)))
                results.list.append(.watermark(directive))
            case .error(let error): throw error
            }
        } catch {
            reject(error.reason)
            if error.reason == .busy { statistics.busy += 1 } else { statistics.rejected += 1 }
            results.list.append(.error(error))
        }
    }

    // Notes a refusal for the journal, or counts it until there is room.
    func reject(_ reason: RejectionReason) {
        if reason == .busy || load == .full { unjournalled.add(reason) } else { outbox.append(.rejection(reason)) }
    }

    private func score(_ id: EventID, _ place: Int) {
        prepared.withPlace(place) { record in
            replica.score(record.features, into: &scores)
            let isShed = load.sheds
            if isShed {
                unjournalled.add(.shed)
                statistics.shed += 1
            } else {
                outbox.append { writer in
                    RecordCoding.appendScoredEvent(
                        id: id, time: record.time, modelVersion: replica.version, features: record.features,
                        numbers: record.numbers, outputs: scores, slices: record.slices, to: &writer)
                }
            }
            statistics.events += 1
            results.append(
                rawID: record.rawID, isShed: isShed, scores: scores,
                standardErrors: replica.servesStandardErrors ? replica.standardErrors(record.features) : [],
                unseenFeatures: replica.unseenCount(record.features))
        }
    }
}
