// All cases of a benchmark, as text for a person and as JSON for a program.

import WireFormat

/// What `weir bench` prints.
public struct BenchmarkReport: Hashable, Sendable {
    /// Which benchmark: `kernel`.
    public var benchmark: String
    /// What its workload was drawn from.
    public var seed: UInt64
    /// The cases, in the order they ran.
    public var cases: [BenchmarkResult]

    /// A report by its parts.
    public init(benchmark: String, seed: UInt64, cases: [BenchmarkResult]) {
        self.benchmark = benchmark
        self.seed = seed
        self.cases = cases
    }

    /// One JSON object; `resultHash` has 16 hexadecimal digits.
    public var json: String {
        var writer = JSONWriter(indented: true)
        writer.object { writer in
            writer.key("benchmark")
            writer.string(benchmark)
            writer.key("seed")
            writer.integer(seed)
            writer.key("cases")
            writer.array { writer in
                for result in cases { result.write(to: &writer) }
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// A table with a line per case.
    public var text: String {
        let width = max(4, cases.map(\.name.count).max() ?? 0)
        let head = "case".padded(to: width) + "        ns/event       least     events/s  result"
        let lines = cases.map { result in
            let figures = result.figures.map { "  \($0.name)=\($0.value.rounded(toPlaces: 3))" }.joined()
            return result.name.padded(to: width)
                + "\(result.nanosecondsPerEvent.rounded(toPlaces: 1))".leftPadded(to: 16)
                + "\(result.leastNanosecondsPerEvent.rounded(toPlaces: 1))".leftPadded(to: 12)
                + "\(Int(result.eventsPerSecond))".leftPadded(to: 13) + "  " + result.hexadecimalHash + figures
        }
        return ([head] + lines).joined(separator: "\n")
    }
}

extension BenchmarkResult {
    var hexadecimalHash: String {
        let digits = String(resultHash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("name")
            writer.string(name)
            writer.key("eventsPerSecond")
            writer.number(eventsPerSecond)
            writer.key("nanosecondsPerEvent")
            writer.number(nanosecondsPerEvent)
            writer.key("leastNanosecondsPerEvent")
            writer.number(leastNanosecondsPerEvent)
            writer.key("rounds")
            writer.integer(rounds)
            writer.key("resultHash")
            writer.string(hexadecimalHash)
            for figure in figures {
                writer.key(figure.name)
                writer.number(figure.value)
            }
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double {
        let scale = [1.0, 10, 100, 1_000][places]
        return (self * scale).rounded() / scale
    }
}
