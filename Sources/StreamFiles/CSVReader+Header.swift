// The header row: read as any other, then held to more.

extension CSVReader {
    /// Reads the first row as column names. See `init` for its errors.
    func readHeader() throws(StreamFileError) -> [String] {
        guard let count = try readRow() else {
            throw failure(
                .headerMissing, "the file is empty, without a header row",
                remedy: "write the column names as its first row", line: 1)
        }
        if count > options.maximumColumns { throw tooManyColumns(count) }
        row.count = count
        // The cells would otherwise read as those of a row nobody asked for.
        defer { row.count = 0 }
        var names: [String] = []
        var firstIndex: [String: Int] = [:]
        for index in 0..<count {
            let name = try columnName(index)
            if let first = firstIndex.updateValue(index, forKey: name) {
                throw failure(
                    .columnNameDuplicate, "columns \(first + 1) and \(index + 1) are both named '\(name)'",
                    remedy: "rename or drop one of them", column: index)
            }
            names.append(name)
        }
        return names
    }

    private func columnName(_ index: Int) throws(StreamFileError) -> String {
        if row.isEmpty(index) {
            throw failure(
                .columnNameEmpty, "the column has an empty name",
                remedy: "name it in the header row, or drop the column", column: index)
        }
        let name = row.withBytes(index) { span in
            span.withUnsafeBytes { String(validating: $0, as: UTF8.self) }
        }
        guard let name else {
            throw failure(
                .headerNotUTF8, "the column name is not UTF-8",
                remedy: "convert the file to UTF-8, for instance with iconv", column: index)
        }
        return name
    }

    private func tooManyColumns(_ count: Int) -> StreamFileError {
        failure(
            .tooManyColumns,
            "the header has \(count) columns, the maximum is \(options.maximumColumns)",
            remedy: "check the delimiter, or raise the maximum number of columns",
            column: options.maximumColumns)
    }
}
