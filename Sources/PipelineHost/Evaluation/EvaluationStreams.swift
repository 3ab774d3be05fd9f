// One reader for the streams of all configurations.

/// Reads a file once, for as many streams as the configurations need. Confined to one thread.
final class EvaluationStreams {
    private var streams: [EvaluationStream] = []
    // Which stream each configuration plays.
    private let assignment: [Int]
    private let reader: RowReader

    /// Rows read so far.
    private(set) var rows: UInt64 = 0
    /// Whether the file is read to its end.
    private(set) var isEnded = false

    init(_ configurations: [Configuration], file: String) throws {
        var known: [EvaluationStream.Key: Int] = [:]
        var assignment: [Int] = []
        for configuration in configurations {
            let key = EvaluationStream.Key(configuration)
            if known[key] == nil {
                known[key] = streams.count
                streams.append(
                    try EvaluationStream(configuration: configuration, source: ReplayHost.source(of: file)))
            }
            assignment.append(known[key] ?? 0)
        }
        self.assignment = assignment
        var names: [String] = []
        for stream in streams {
            for column in stream.columns where !names.contains(column) { names.append(column) }
        }
        for stream in streams { stream.read(names) }
        reader = try RowReader(
            path: file, names: names, required: streams.reduce(into: []) { $0.formUnion($1.requiredColumns) })
    }

    /// How much of the file has been read, 0 to 1; `nil` for a pipe.
    var progress: Double? { reader.progress }

    /// Reads at most `count` rows and gives each configuration its batches.
    func read(rows count: UInt64) throws -> [[EvaluatedBatch]] {
        let end = rows + count
        while rows < end {
            guard let row = try reader.next() else {
                for stream in streams { stream.end() }
                isEnded = true
                break
            }
            rows += 1
            for stream in streams { try stream.take(row, fields: reader.fields, number: rows) }
        }
        let batches = streams.map { $0.takeBatches() }
        return assignment.map { batches[$0] }
    }
}
