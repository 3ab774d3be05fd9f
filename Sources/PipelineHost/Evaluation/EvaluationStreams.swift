// One reader for the streams of all configurations.

/// Reads a file once, for as many streams as the configurations need. Confined to one thread.
final class EvaluationStreams {
    private var streams: [EvaluationStream] = []
    // Which stream each configuration plays.
    private let assignment: [Int]
    private let reader: RowReader

    /// Rows at the file's beginning that are learned and not judged.
    let skippedRows: UInt64
    /// Rows read so far.
    private(set) var rows: UInt64 = 0
    /// Whether the file is read to its end.
    private(set) var isEnded = false

    init(_ configurations: [Configuration], file: String, skippedShare: Double) throws {
        skippedRows = skippedShare > 0 ? UInt64(skippedShare * Double(try Self.countRows(of: file))) : 0
        var known: [EvaluationStream.Key: Int] = [:]
        var assignment: [Int] = []
        for configuration in configurations {
            let key = EvaluationStream.Key(configuration)
            if known[key] == nil {
                known[key] = streams.count
                streams.append(
                    try EvaluationStream(
                        configuration: configuration, source: ReplayHost.source(of: file), skippedRows: skippedRows))
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

    // A share of the rows is known only when all of them are: the file is read twice.
    private static func countRows(of file: String) throws -> UInt64 {
        let reader = try RowReader(path: file, names: [], required: [])
        guard reader.canBeReadAgain else {
            throw HostError(
                .data, "\(file) can be read only once, and a share of its rows is to be skipped",
                remedy: "write it to a file first, or leave out --skip")
        }
        var count: UInt64 = 0
        while try reader.next() != nil { count += 1 }
        return count
    }
}
