// The metrics of one process: the monitor's and the dashboard's own, and their text.

package import CoreMetrics
package import PipelineHost
import Synchronization

/// What `/metrics` shows.
package final class DashboardMetrics: Sendable {
    private let registry: PrometheusRegistry
    private let factory: any MetricsFactory
    private let view: Mutex<ViewMetrics>
    private let answerTime: Timer

    /// Metrics that go to `factory` and are shown from `registry`.
    ///
    /// Where both are the same, `/metrics` shows the monitor's metrics; with another factory they go where that sends
    /// them, too, provided that it passes them on to the registry.
    package init(registry: PrometheusRegistry, factory: any MetricsFactory) {
        self.registry = registry
        self.factory = factory
        view = Mutex(ViewMetrics(factory: factory))
        answerTime = Timer(label: "weir_http_answer_seconds", dimensions: [], factory: factory)
    }

    /// Takes the numbers of a view.
    package func update(_ newest: MonitorView) {
        view.withLock { $0.update(newest) }
    }

    /// Counts an answer of the dashboard.
    func count(status: Int, seconds: Double) {
        Counter(label: "weir_http_requests_total", dimensions: [("code", String(status))], factory: factory).increment()
        answerTime.recordNanoseconds(Int64(seconds * 1e9))
    }

    func answer(accept: String, view newest: MonitorView?) -> DashboardAnswer {
        if let newest { update(newest) }
        let format = PrometheusText(accept: accept)
        return DashboardAnswer(
            type: format.contentType, Array(format.exposition(of: registry).utf8), headers: [("Vary", "Accept")])
    }
}
