// Whether to trust what the workers serve now: an orchestrator's question, answered with a reason.

import PipelineHost

/// What `/readyz` says.
enum Readiness {
    case ready(MonitorView.Link)
    case notReady(code: String, message: String)

    /// - Parameters:
    ///   - view: the newest; `nil` before the first.
    ///   - staleAfter: the model's age in seconds from which it is stale.
    init(_ view: MonitorView?, staleAfter: Double) {
        guard let view else {
            self = .notReady(code: "no-view-yet", message: "the monitor has not read anything yet")
            return
        }
        if view.link == .learnerGone {
            self = .notReady(code: "tail-silent", message: "the journal's tail does not answer: is the learner up?")
        } else if let age = view.modelAge, age >= staleAfter {
            self = .notReady(
                code: "model-stale",
                message: "the model has not moved for \(Int(age)) s, the limit being \(Int(staleAfter)) s")
        } else {
            self = .ready(view.link)
        }
    }

    var answer: DashboardAnswer {
        switch self {
        case .notReady(let code, let message): .error(503, code: code, message)
        case .ready(let link):
            .json { json in
                json.object { json in
                    json.key("status")
                    json.string("ready")
                    json.key("link")
                    json.string(link.rawValue)
                }
            }
        }
    }
}
