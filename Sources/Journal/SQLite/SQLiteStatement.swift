// A prepared statement, made once and used many times.

import CSQLite

/// A prepared statement. Parameters count from 1, columns from 0, as everywhere in SQLite.
///
/// After its rows are read a statement must be ``reset()``, else it keeps its view of the database open.
final class SQLiteStatement {
    private let connection: SQLiteConnection
    private let handle: OpaquePointer

    init(_ sql: String, on connection: SQLiteConnection) throws(JournalError) {
        var prepared: OpaquePointer?
        try connection.check(
            sqlite3_prepare_v3(connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil))
        guard let prepared else { throw JournalError(.storage, "'\(sql)' is no statement") }
        self.handle = prepared
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Moves to the next row; `false` at the end.
    func step() throws(JournalError) -> Bool {
        try checkStep(sqlite3_step(handle))
    }

    /// Runs a statement that returns no rows.
    func run() throws(JournalError) {
        defer { reset() }
        _ = try step()
    }

    /// Runs a statement that returns no rows, with `blob` as one of its parameters, without copying the blob.
    func run(blob: [UInt8], at index: Int32) throws(JournalError) {
        let status = blob.withUnsafeBytes { bytes in
            // The binding points into the array, so it must be gone when this closure ends. A null pointer would bind
            // NULL.
            defer { reset() }
            let bound =
                bytes.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), nil)
            return bound == SQLITE_OK ? sqlite3_step(handle) : bound
        }
        _ = try checkStep(status)
    }

    /// Ends the current run and forgets all parameters.
    func reset() {
        // Its result repeats the failure of the last step, which has been reported.
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    func bind(_ value: Int64, at index: Int32) {
        checkBinding(sqlite3_bind_int64(handle, index, value))
    }

    /// Stores all 64 bits; SQLite has no unsigned integers.
    func bind(bitPattern value: UInt64, at index: Int32) {
        bind(Int64(bitPattern: value), at: index)
    }

    /// Copies the text: meant for short keys.
    func bind(_ value: String, at index: Int32) {
        // SQLITE_TRANSIENT is this very bit pattern; the macro does not import, and SQLite never calls it.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        checkBinding(sqlite3_bind_text(handle, index, value, -1, transient))
    }

    /// The column as an integer, or `nil` if damage has made it something else.
    func integer(_ column: Int32) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_INTEGER ? sqlite3_column_int64(handle, column) : nil
    }

    /// The column as text, or `nil` if damage has made it something else.
    func text(_ column: Int32) -> String? {
        guard sqlite3_column_type(handle, column) == SQLITE_TEXT else { return nil }
        return sqlite3_column_text(handle, column).map { String(cString: $0) }
    }

    /// The length of the column's blob, or `nil` if damage has made it something else.
    func blobByteCount(_ column: Int32) -> Int? {
        sqlite3_column_type(handle, column) == SQLITE_BLOB ? Int(sqlite3_column_bytes(handle, column)) : nil
    }

    /// A copy of the column's blob, or `nil` if damage has made it something else.
    func blob(_ column: Int32) -> [UInt8]? {
        guard let count = blobByteCount(column) else { return nil }
        // SQLite promises `count` bytes here until the next step; an empty blob has a null pointer.
        return Array(UnsafeRawBufferPointer(start: sqlite3_column_blob(handle, column), count: count))
    }

    private func checkStep(_ status: Int32) throws(JournalError) -> Bool {
        switch status {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw .sqlite(status, on: connection.handle, path: connection.path)
        }
    }

    private func checkBinding(_ status: Int32) {
        precondition(status == SQLITE_OK, "parameters are numbered when the statement is written")
    }
}
