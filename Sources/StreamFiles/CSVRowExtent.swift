// What a scan of one row found out about it, cells apart. Not public.

/// How far a row reaches.
struct CSVRowExtent {
    /// Fields found; those beyond the row's capacity are counted but not stored.
    var fieldCount = 0
    /// Bytes up to and with the terminator.
    var byteCount = 0
    /// Physical lines covered, one more than the line feeds inside quoted fields.
    var lineCount = 1
}
