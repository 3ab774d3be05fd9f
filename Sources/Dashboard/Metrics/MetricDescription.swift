// What is known of a metric before it has a value.

/// A metric's name, kind, help and labels.
package struct MetricDescription: Sendable {
    /// What its value does.
    package enum Kind: Sendable, Equatable {
        /// Grows, or starts again at 0.
        case counter
        /// Goes up and down; NaN while undetermined.
        case gauge
        /// A distribution over buckets with these upper bounds, ascending and finite.
        case histogram([Double])

        /// Prometheus's word for it.
        var word: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// `weir_…`; a counter's ends in `_total`.
    package let name: String
    /// What its value does.
    package let kind: Kind
    /// One sentence.
    package let help: String
    /// The names of its labels.
    package let labels: [String]

    init(_ name: String, _ kind: Kind, labels: [String] = [], _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
    }
}
