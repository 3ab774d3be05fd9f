// The monitor's metrics: complete, as catalogued, and counters that only grow.

import Calibration
import CoreMetrics
import Dashboard
import Foundation
import PipelineHost
import StagedViews
import Testing

struct ViewMetricsTests {
    private struct Sample: Hashable {
        let name: String
        let labels: [String: String]
    }

    private func samples(_ text: String) throws -> [Sample: Double] {
        var result: [Sample: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let match = try #require(line.wholeMatch(of: /([a-z_]+)(?:\{(.*)\})? (\S+)/))
            var labels: [String: String] = [:]
            for pair in (match.2 ?? "").matches(of: /([a-z_]+)="((?:[^"\\]|\\.)*)"/) {
                labels[String(pair.1)] = String(pair.2)
            }
            let value = try #require(Double(match.3 == "NaN" ? "nan" : String(match.3)))
            #expect(result.updateValue(value, forKey: Sample(name: String(match.1), labels: labels)) == nil)
        }
        return result
    }

    private func samples(_ dashboard: TestDashboard) throws -> [Sample: Double] {
        try samples(text(dashboard.get("/metrics")))
    }

    @Test func everyMetricIsCataloguedWithItsLabelsAndEveryCataloguedOneIsShown() throws {
        let registry = PrometheusRegistry()
        let metrics = DashboardMetrics(registry: registry, factory: registry)
        metrics.update(try Scenes.drifted.get())
        Counter(label: "weir_http_requests_total", dimensions: [("code", "200")], factory: registry).increment()
        let shown = try samples(PrometheusText.text.exposition(of: registry))
        var names: Set<String> = []
        for sample in shown.keys {
            let name = sample.name.replacing(/_(bucket|sum|count)$/, with: "")
            let description = try #require(MetricCatalogue.all.first { $0.name == name }, "\(name)")
            names.insert(name)
            #expect(Set(sample.labels.keys).subtracting(["le"]) == Set(description.labels), "\(name)")
        }
        #expect(names == Set(MetricCatalogue.all.map(\.name)))
    }

    @Test func namesFollowTheRules() {
        for metric in MetricCatalogue.all {
            #expect(metric.name.wholeMatch(of: /weir(_[a-z]+)+/) != nil)
            #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"))
            #expect(metric.help.hasSuffix("."))
        }
    }

    @Test func theDocumentListsTheSame() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Docs/METRICS.md")
        let document = try String(contentsOf: path, encoding: .utf8)
        let listed = document.split(separator: "\n").compactMap { line -> [String]? in
            guard let match = line.wholeMatch(of: /\| `(weir_[a-z_]+)` \| (\w+) \| (.*?) \| (.*) \|/) else {
                return nil
            }
            return [String(match.1), String(match.2), String(match.3.replacing("`", with: "")), String(match.4)]
        }
        let expected = MetricCatalogue.all.map { metric -> [String] in
            let kind =
                switch metric.kind {
                case .counter: "counter"
                case .gauge: "gauge"
                case .histogram: "histogram"
                }
            return [metric.name, kind, metric.labels.joined(separator: ", "), metric.help]
        }
        #expect(listed == expected)
    }

    @Test func valuesAreThoseOfTheView() throws {
        let view = try Scenes.drifted.get()
        let shown = try samples(try TestDashboard(view))
        func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
            shown[Sample(name: name, labels: labels)]
        }
        let click = ["head": "click", "class": ""]
        #expect(value("weir_scored_events_total") == Double(view.report.events))
        #expect(value("weir_rejected_inputs_total", ["code": "late-label"]) == 40)
        #expect(value("weir_settled_labels_total", ["fate": "late"]) == 40)
        #expect(value("weir_waiting_labels") == 2)
        #expect(value("weir_monitor_link", ["state": "current"]) == 1)
        let output = view.heads[0].outputs[0]
        let hour = click.merging(["window": "hour"]) { $1 }
        #expect(value("weir_calibration_ratio", hour) == output.lastHour.calibrationRatio)
        #expect(
            value("weir_calibration_ratio", click.merging(["window": "all"]) { $1 })
                == view.report.heads[0].outputs[0].calibration.calibrationRatio)
        #expect(value("weir_verdict", click.merging(["state": "underPredicting"]) { $1 }) == 1)
        #expect(value("weir_verdict", click.merging(["state": "calibrated"]) { $1 }) == 0)
        #expect(value("weir_drift_alarms_total", click) == Double(view.alarms.count))
        #expect(value("weir_flagged_slices", click) == 1)
        let late = ["head": "delivery", "class": "late"]
        #expect(
            value("weir_mature_labels_total", late) == Double(view.report.heads[1].outputs[1].calibration.labelled))
    }

    @Test func countersGrowByWhatIsNewAndStartAgainWithTheFold() throws {
        var view = try Scenes.drifted.get()
        let dashboard = try TestDashboard(view)
        let name = Sample(name: "weir_scored_events_total", labels: [:])
        let first = try samples(dashboard)[name]
        #expect(try samples(dashboard)[name] == first)
        view.report.events += 5
        dashboard.board.publish(view)
        #expect(try samples(dashboard)[name] == Double(view.report.events))
        view.report.events = 3
        dashboard.board.publish(view)
        #expect(try samples(dashboard)[name] == 3)
    }

    @Test func alarmsAreCountedOnceHoweverOftenTheyAreShown() throws {
        var view = try Scenes.drifted.get()
        let dashboard = try TestDashboard(view)
        let name = Sample(name: "weir_drift_alarms_total", labels: ["head": "click", "class": ""])
        let first = try #require(try samples(dashboard)[name])
        let known = try #require(view.alarms.first)
        for number in 1...150 {
            var alarm = known
            alarm.sequence += UInt64(number)
            view.alarms = Array(([alarm] + view.alarms).prefix(100))
            dashboard.board.publish(view)
            #expect(try samples(dashboard)[name] == first + Double(number))
        }
    }

    @Test func whatIsUndeterminedIsNaN() throws {
        var view = try Scenes.tooEarly.get()
        view.modelAge = nil
        view.watermark = nil
        let shown = try samples(try TestDashboard(view))
        #expect(shown[Sample(name: "weir_model_age_seconds", labels: [:])]?.isNaN == true)
        #expect(shown[Sample(name: "weir_watermark_timestamp_seconds", labels: [:])]?.isNaN == true)
    }
}
