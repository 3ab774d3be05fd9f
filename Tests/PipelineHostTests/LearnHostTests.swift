// A learner's host by itself: what it leaves behind when it fails.

import Glibc
import Journal
import Logging
import PipelineHost
import ScoringRecords
import Testing
import WireFormat
import ZeroMQ

@Suite("a learner's host")
struct LearnHostTests {
    private static let endpoints = LearnHost.Endpoints(
        journal: "inproc://journal", model: "inproc://model", tail: "inproc://tail")

    @Test("one that fails lets go of its journal, so that the same process may open it again")
    func failing() throws {
        var folder = Array("/tmp/weir-learn-host-XXXXXX".utf8CString)
        _ = try #require(mkdtemp(&folder))
        let path = String(decoding: folder.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let configuration = try Configuration.parse(
            yaml: """
                name: failing
                event: { id: id }
                features: [{ hash: merchant }]
                heads: [{ name: fraud, baseRate: 0.1, window: 1s, missingLabel: unlabelled }]
                model: { bits: 10 }
                journal: { path: "\(path)/weir.journal" }
                """, source: "weir.yaml")
        let context = try Context()
        let host = LearnHost(
            context: context, endpoints: Self.endpoints, configuration: configuration, newEpoch: false,
            stop: try StopFlag(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let worker = try Socket(.dealer, in: context, options: SocketOptions())
        // A worker that was told of frames that this journal does not have.
        let hello = WorkerHello(
            writer: 1, specification: configuration.specification.digest, durable: 5, recorded: 5)
        try worker.connect(Self.endpoints.journal)
        _ = try worker.send(PipelineMessage.hello(hello).encoded(), mode: .immediate)
        #expect { try host.run() } throws: { ($0 as? HostError)?.code == .data }
        _ = try SQLiteJournal(path: "\(path)/weir.journal")
    }
}
