// The text that Prometheus reads, letter by letter.

import CoreMetrics
import Dashboard
import Testing

struct ExpositionTests {
    private let registry = PrometheusRegistry(catalogue: [])

    private func text(_ format: PrometheusText = .text) -> String { format.exposition(of: registry) }

    @Test func countersAndGaugesByNameAndLabels() {
        Counter(label: "b_total", dimensions: [("code", "404")], factory: registry).increment(by: 3)
        Counter(label: "b_total", dimensions: [("code", "200")], factory: registry).increment()
        Meter(label: "a", dimensions: [], factory: registry).set(0.1)
        #expect(
            text() == """
                # TYPE a gauge
                a 0.1
                # TYPE b_total counter
                b_total{code="200"} 1
                b_total{code="404"} 3

                """)
        #expect(
            text(.openMetrics) == """
                # TYPE a gauge
                a 0.1
                # TYPE b counter
                b_total{code="200"} 1
                b_total{code="404"} 3
                # EOF

                """)
    }

    @Test func labelsAreEscapedAndNamesMadeLegal() {
        Meter(label: "1 a.b", dimensions: [("class-name", "x\\y\"z\n{}, ü")], factory: registry).set(1)
        #expect(text() == "# TYPE __a_b gauge\n__a_b{class_name=\"x\\\\y\\\"z\\n{}, ü\"} 1\n")
    }

    @Test func bucketsAreCumulativeAndTheirBoundsKeepTheirText() throws {
        let recorder = Recorder(label: "size", dimensions: [("head", "h")], aggregate: true, factory: registry)
        for value in [0.0005, 0.001, 0.05, 1, 1000] { recorder.record(value) }
        #expect(
            text() == """
                # TYPE size histogram
                size_bucket{head="h",le="0.001"} 2
                size_bucket{head="h",le="0.01"} 2
                size_bucket{head="h",le="0.1"} 3
                size_bucket{head="h",le="1.0"} 4
                size_bucket{head="h",le="10.0"} 4
                size_bucket{head="h",le="100.0"} 4
                size_bucket{head="h",le="+Inf"} 5
                size_sum{head="h"} 1001.0515
                size_count{head="h"} 5

                """)
    }

    @Test func aTimerIsInSeconds() {
        let timer = Timer(label: "t", dimensions: [], factory: registry)
        timer.recordMilliseconds(250)
        #expect(text().contains("t_sum 0.25\n"))
    }

    @Test(arguments: [
        (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0, "0"), (-0.0, "0"),
        (1e15, "1000000000000000"),
        (1e300, "1e+300"), (1e-9, "1e-09"), (-2.5, "-2.5"),
    ])
    func valuesAreExact(value: Double, written: String) {
        Meter(label: "v", dimensions: [], factory: registry).set(value)
        #expect(text().hasSuffix("v \(written)\n"))
    }

    @Test func aNameOfTwoKindsShowsTheFirstOnly() {
        Counter(label: "x", dimensions: [], factory: registry).increment()
        let other = Meter(label: "x", dimensions: [("a", "b")], factory: registry)
        other.set(7)
        #expect(text() == "# TYPE x counter\nx 1\n")
    }

    @Test func whatIsDestroyedIsShownNoMore() {
        let counter = Counter(label: "gone", dimensions: [], factory: registry)
        counter.increment()
        counter.destroy()
        #expect(text().isEmpty)
    }

    @Test func seriesAreBounded() {
        for index in 0..<PrometheusRegistry.seriesLimit + 10 {
            Counter(label: "many", dimensions: [("i", String(index))], factory: registry).increment()
        }
        for index in 0..<PrometheusRegistry.familyLimit + 10 {
            Counter(label: "family\(index)", dimensions: [], factory: registry).increment()
        }
        let lines = text().split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("many{") } == PrometheusRegistry.seriesLimit)
        #expect(lines.count { $0.hasPrefix("# TYPE") } == PrometheusRegistry.familyLimit)
    }

    @Test(arguments: [
        ("", false), ("*/*", false), ("text/plain;version=0.0.4", false),
        ("application/openmetrics-text", true), ("application/openmetrics-text; version=1.0.0,text/plain;q=0.5", true),
        ("text/plain, Application/OpenMetrics-Text;version=0.0.1;q=0.75", true),
        ("application/openmetrics-text;q=0, text/plain", false),
    ])
    func theAcceptHeaderChooses(accept: String, isOpenMetrics: Bool) {
        let type = PrometheusText(accept: accept).contentType
        let expected = isOpenMetrics ? "application/openmetrics-text; version=1.0.0" : "text/plain; version=0.0.4"
        #expect(type.hasPrefix(expected))
    }
}
