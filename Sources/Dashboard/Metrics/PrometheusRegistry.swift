// The back end of swift-metrics that keeps values for a Prometheus server to fetch. Writing them is PrometheusText's.

package import CoreMetrics
import Synchronization

/// All time series of a process, by name and labels.
///
/// Bounded: beyond ``familyLimit`` names, or ``seriesLimit`` label combinations of one name, and where a name is used for
/// two kinds, a metric counts but is not shown.
package final class PrometheusRegistry: MetricsFactory {
    enum Series {
        case value(SeriesHandler)
        case histogram(HistogramHandler)

        var identity: ObjectIdentifier {
            switch self {
            case .value(let handler): ObjectIdentifier(handler)
            case .histogram(let handler): ObjectIdentifier(handler)
            }
        }
    }

    struct Family {
        let kind: MetricDescription.Kind
        /// By their labels as text, which orders them.
        var series: [String: Series] = [:]
    }

    /// The most names.
    package static let familyLimit = 1_000
    /// The most label combinations of a name.
    package static let seriesLimit = 10_000
    /// For distributions that are in no catalogue, such as those of other libraries.
    private static let standardBounds = [0.001, 0.01, 0.1, 1, 10, 100]

    let descriptions: [String: MetricDescription]
    private let families = Mutex<[String: Family]>([:])

    /// A registry that knows the help texts and buckets of `catalogue`.
    package init(catalogue: [MetricDescription] = MetricCatalogue.all) {
        descriptions = Dictionary(uniqueKeysWithValues: catalogue.map { ($0.name, $0) })
    }

    /// A copy of all families, in the order of their names.
    var snapshot: [(name: String, family: Family)] {
        families.withLock { $0.map { ($0.key, $0.value) } }.sorted { $0.0 < $1.0 }
    }

    private func series(
        _ label: String, _ dimensions: [(String, String)], _ kind: MetricDescription.Kind, make: () -> Series
    ) -> Series {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        return families.withLock { families in
            if families[name] == nil {
                guard families.count < PrometheusRegistry.familyLimit else { return make() }
                families[name] = Family(kind: kind)
            }
            guard let family = families[name], family.kind == kind else { return make() }
            if let known = family.series[labels] { return known }
            let made = make()
            if family.series.count < PrometheusRegistry.seriesLimit { families[name]?.series[labels] = made }
            return made
        }
    }

    private func value(
        _ label: String, _ dimensions: [(String, String)], _ kind: MetricDescription.Kind
    ) -> SeriesHandler {
        guard case .value(let handler) = series(label, dimensions, kind, make: { .value(SeriesHandler()) }) else {
            preconditionFailure("a counter or gauge is a value")
        }
        return handler
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramHandler {
        var bounds = PrometheusRegistry.standardBounds
        if case .histogram(let known)? = descriptions[label]?.kind { bounds = known }
        let made = series(label, dimensions, .histogram(bounds)) { .histogram(HistogramHandler(bounds: bounds)) }
        guard case .histogram(let handler) = made else { preconditionFailure("a histogram is no value") }
        return handler
    }

    private func remove(_ handler: AnyObject) {
        families.withLock { families in
            for (name, family) in families {
                for (labels, series) in family.series where series.identity == ObjectIdentifier(handler) {
                    families[name]?.series[labels] = nil
                }
            }
        }
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        value(label, dimensions, .counter)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { value(label, dimensions, .counter) }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        value(label, dimensions, .gauge)
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { histogram(label, dimensions) } else { value(label, dimensions, .gauge) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
