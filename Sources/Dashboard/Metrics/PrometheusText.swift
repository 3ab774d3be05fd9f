// The two text formats of Prometheus: its own, 0.0.4, and OpenMetrics 1.0.0. They differ in the name of a counter's
// family, in what is escaped in a help text, and in the last line.

/// The names and values of a registry as text.
package enum PrometheusText: Sendable {
    /// `text/plain; version=0.0.4`
    case text
    /// `application/openmetrics-text; version=1.0.0`
    case openMetrics

    /// The one that an `Accept` header asks for: OpenMetrics where it is named and not refused with a quality of 0.
    package init(accept: String) {
        let wantsOpenMetrics = accept.split(separator: ",").contains { part in
            let words = part.lowercased().split(separator: ";").map { $0.filter { $0 != " " } }
            return words.first == "application/openmetrics-text"
                && !words.contains { $0.hasPrefix("q=") && (Double($0.dropFirst(2)) ?? 1) == 0 }
        }
        self = wantsOpenMetrics ? .openMetrics : .text
    }

    /// The `Content-Type`.
    package var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// All series of `registry`, by name and labels.
    package func exposition(of registry: PrometheusRegistry) -> String {
        var text = ""
        for (name, family) in registry.snapshot where !family.series.isEmpty {
            write(name, family, help: registry.descriptions[name]?.help, into: &text)
        }
        if self == .openMetrics { text += "# EOF\n" }
        return text
    }

    private func write(_ name: String, _ family: PrometheusRegistry.Family, help: String?, into text: inout String) {
        let suffix = "_total"
        var (familyName, sampleName) = (name, name)
        if self == .openMetrics, family.kind == .counter {
            if name.hasSuffix(suffix) { familyName.removeLast(suffix.count) } else { sampleName += suffix }
        }
        if let help { text += "# HELP \(familyName) \(escaped(help: help))\n" }
        text += "# TYPE \(familyName) \(family.kind.word)\n"
        for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
            switch series {
            case .value(let handler):
                text += "\(sampleName)\(braced(labels)) \(PrometheusText.number(handler.current))\n"
            case .histogram(let handler): write(sampleName, labels, handler, into: &text)
            }
        }
    }

    private func write(_ name: String, _ labels: String, _ handler: HistogramHandler, into text: inout String) {
        let counts = handler.current
        var below: UInt64 = 0
        let others = labels.isEmpty ? "" : labels + ","
        // The text of a bound names a series, so it must never change: it is Swift's shortest for the number.
        for (bound, count) in zip(handler.bounds.map(\.description) + ["+Inf"], counts.buckets) {
            below += count
            text += "\(name)_bucket{\(others)le=\"\(bound)\"} \(below)\n"
        }
        text += "\(name)_sum\(braced(labels)) \(PrometheusText.number(counts.sum))\n"
        text += "\(name)_count\(braced(labels)) \(below)\n"
    }

    private func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private func escaped(help: String) -> String {
        PrometheusText.escaped(help, quotes: self == .openMetrics)
    }

    private static func escaped(_ value: String, quotes: Bool) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// `head="click",class="a"`, in the order given, values escaped.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { "\(sanitised($0.0, colons: false))=\"\(escaped($0.1, quotes: true))\"" }
            .joined(separator: ",")
    }

    /// A metric's name with an underscore for whatever Prometheus does not allow in one.
    static func name(_ label: String) -> String { sanitised(label, colons: true) }

    private static func sanitised(_ text: String, colons: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
            let isLater = ("0"..."9").contains(scalar) && !result.isEmpty
            result.unicodeScalars.append(isLetter || isLater || (colons && scalar == ":") ? scalar : "_")
        }
        return result.isEmpty ? "_" : result
    }

    /// Whole numbers without a fraction, others by their shortest exact text.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), value.magnitude < 9e15 { return String(Int64(value)) }
        return value.description
    }
}
