// Which path answers what. A function of the board, the metrics and the request: no socket, no clock.

package import PipelineHost

/// Answers requests from the newest view.
package struct DashboardRouter: Sendable {
    let board: ViewBoard
    let metrics: DashboardMetrics
    let settings: HTTPSettings

    /// A router.
    ///
    /// - Parameters:
    ///   - board: where the monitor leaves its views.
    ///   - metrics: what `/metrics` shows.
    ///   - settings: whom it answers, and which model is stale.
    package init(board: ViewBoard, metrics: DashboardMetrics, settings: HTTPSettings) {
        self.board = board
        self.metrics = metrics
        self.settings = settings
    }

    /// The answer, with its body also for HEAD, which the server leaves out.
    package func answer(_ request: DashboardRequest) -> DashboardAnswer {
        guard settings.answers(host: request.host) else {
            return .error(
                421, code: "unknown-host",
                "this is no name of this dashboard: ask for localhost or its address, or list the name under http.hosts"
            )
        }
        let segments = request.segments ?? []
        guard let route = Route(segments) else {
            return .error(
                404, code: "unknown-path", "nothing is here; /api/v1/openapi.json lists what there is")
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return .error(
                405, code: "method-not-allowed", "the dashboard only reads: use GET", headers: [("Allow", "GET, HEAD")])
        }
        return answer(route, request)
    }

    private func answer(_ route: Route, _ request: DashboardRequest) -> DashboardAnswer {
        switch route {
        case .asset(let asset): return asset.answer
        case .health: return DashboardAnswer(type: "text/plain; charset=utf-8", Array("ok\n".utf8))
        case .readiness: return Readiness(board.current?.view, staleAfter: settings.staleAfter.inSeconds).answer
        case .metrics: return metrics.answer(accept: request.accept, view: board.current?.view)
        case .events: return .events
        case .heads: return withView { number, view in .json { $0.headList(view, number: number) } }
        case .alarms: return withView { _, view in .json { $0.alarmList(view) } }
        case .view:
            guard let slices = SliceLimit(request.query) else { return DashboardRouter.badSlices }
            return withView { number, view in .json { $0.view(view, number: number, slices: slices) } }
        case .head(let name):
            guard let range = HeadRange(request.query) else {
                return .error(400, code: "bad-range", "range is hour, days or all")
            }
            guard let slices = SliceLimit(request.query) else { return DashboardRouter.badSlices }
            return withView { number, view in
                guard let index = view.heads.firstIndex(where: { $0.name == name }) else {
                    return .error(404, code: "unknown-head", "there is no head of that name; /api/v1/heads lists them")
                }
                return .json { $0.head(view, number: number, index: index, range: range, slices: slices) }
            }
        }
    }

    private static let badSlices = DashboardAnswer.error(400, code: "bad-slices", "slices is a whole number from 0")

    private func withView(_ body: (UInt64, MonitorView) -> DashboardAnswer) -> DashboardAnswer {
        guard let (number, view) = board.current else {
            return .error(
                503, code: "no-view-yet", "the monitor has not read anything yet", headers: [("Retry-After", "1")])
        }
        return body(number, view)
    }
}

/// The places there are.
private enum Route {
    case asset(Asset), health, readiness, metrics, events, view, heads, alarms
    case head(String)

    init?(_ segments: [String]) {
        switch segments {
        case ["healthz"]: self = .health
        case ["readyz"]: self = .readiness
        case ["metrics"]: self = .metrics
        case ["api", "v1", "view"]: self = .view
        case ["api", "v1", "heads"]: self = .heads
        case ["api", "v1", "alarms"]: self = .alarms
        case ["api", "v1", "events"]: self = .events
        case ["api", "v1", "openapi.json"]: self = .asset(.openAPI)
        default:
            if segments.count == 4, Array(segments[..<3]) == ["api", "v1", "heads"] {
                self = .head(segments[3])
            } else if segments.count == 1, let asset = Asset.named[segments[0]] {
                self = .asset(asset)
            } else {
                return nil
            }
        }
    }
}
