// The journal's tail as a thread of its own: monitors read what is durable, without the learner noticing.

import Journal
import Logging
import ScoringRecords
import WireFormat
import ZeroMQ

/// Answers `fetch` from a read-only connection to the journal.
struct TailHost: Sendable {
    let context: Context
    let endpoint: String
    let journalPath: String
    let readers: ReaderPositions
    let stop: StopFlag
    let logger: Logger

    private static let maximumBytes = 8 << 20

    func run() throws {
        let journal = try SQLiteJournalReader(path: journalPath)
        let socket = try Socket(.router, in: context, options: SocketSettings.pipeline)
        let lock = try EndpointLock.bind(socket, to: endpoint)
        defer { withExtendedLifetime(lock) {} }
        var poller = Poller()
        let requests = poller.add(socket)
        _ = poller.add(fileDescriptor: stop.wakeup.fileDescriptor)
        while !stop.isRaised {
            try poller.wait(milliseconds: loopMilliseconds)
            guard poller.isReadable(requests) else { continue }
            while let parts = try socket.receiveParts() {
                guard parts.count == 2, case .fetch(let from, let maximum)? = try? PipelineMessage(decoding: parts[1])
                else {
                    logger.warning("the journal's tail was asked something else than frames; ignored")
                    continue
                }
                let answer = try answer(journal, from: from, maximumBytes: Int(maximum))
                // One that was refused will not come for more: retention must not wait for it.
                if case .frames = answer { readers.note(parts[0], at: from) }
                do throws(ZeroMQError) {
                    _ = try socket.sendMultipart([parts[0], answer.encoded()], mode: .immediate)
                } catch {
                    if error.code != .hostUnreachable { throw error }
                }
            }
        }
    }

    private func answer(_ journal: SQLiteJournalReader, from: UInt64, maximumBytes: Int) throws -> PipelineMessage {
        let end = try journal.endSequence
        guard from < end else { return .frames(end: end, frames: []) }
        do throws(JournalError) {
            let frames = try journal.frames(from: from, maximumBytes: min(maximumBytes, TailHost.maximumBytes))
            return .frames(
                end: end,
                frames: frames.map {
                    TailFrame(firstSequence: $0.firstSequence, recordCount: $0.recordCount, payload: $0.payload)
                })
        } catch {
            switch error.code {
            case .pruned: return .refused(.recordsRemoved, reason: error.message)
            case .damaged:
                // Old damage: what the learner builds on it has checked. It must not end because somebody reads the past.
                logger.error("a monitor asked for damaged records", metadata: ["why": "\(error)"])
                return .refused(.journalDamaged, reason: error.message)
            default: throw error
            }
        }
    }
}
