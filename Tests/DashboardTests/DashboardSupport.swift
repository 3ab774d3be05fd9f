// A router over a staged view, and JSON as plain values.

import CoreMetrics
import Dashboard
import Foundation
import PipelineHost
import ScoringRecords
import StagedViews
import Testing

/// Views are folds of a quarter of a million events: each scene is made once.
enum Scenes {
    static let takenAt = Timestamp(microseconds: 1_773_501_601_000_000)
    static let drifted = Result { try StagedView.drifted.view(takenAt: takenAt) }
    static let hostile = Result { try StagedView.hostile.view(takenAt: takenAt) }
    static let tooEarly = Result { try StagedView.tooEarly.view(takenAt: takenAt) }
}

struct TestDashboard {
    let board = ViewBoard()
    let registry = PrometheusRegistry()
    let metrics: DashboardMetrics
    let router: DashboardRouter

    init(
        _ view: MonitorView? = nil, staleAfter: TimeSpan = .seconds(300), address: String = "127.0.0.1:0",
        hosts: [String] = []
    ) throws {
        metrics = DashboardMetrics(registry: registry, factory: registry)
        router = DashboardRouter(
            board: board, metrics: metrics,
            settings: HTTPSettings(address: try HTTPAddress(address), staleAfter: staleAfter, hosts: hosts))
        if let view { board.publish(view) }
    }

    func get(
        _ path: String, _ query: [(String, String)] = [], accept: String = "", host: String? = nil
    ) -> DashboardAnswer {
        router.answer(
            DashboardRequest(
                path: path, query: query.map { (name: $0.0, value: $0.1) }, accept: accept, host: host))
    }

    func json(_ path: String, _ query: [(String, String)] = []) throws -> NSDictionary {
        let answer = get(path, query)
        try #require(answer.status == 200)
        return try object(answer)
    }
}

func text(_ answer: DashboardAnswer) throws -> String {
    guard case .bytes(let bytes) = answer.body else { throw NotWhole() }
    return String(decoding: bytes, as: UTF8.self)
}

struct NotWhole: Error {}

func object(_ answer: DashboardAnswer) throws -> NSDictionary {
    try #require(try JSONSerialization.jsonObject(with: Data(try text(answer).utf8)) as? NSDictionary)
}

func errorCode(_ answer: DashboardAnswer) throws -> String? {
    (try object(answer)["error"] as? NSDictionary)?["code"] as? String
}

func header(_ name: String, _ answer: DashboardAnswer) -> String? { answer.headers.first { $0.name == name }?.value }
