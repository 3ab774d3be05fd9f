// The workload as a file, so that programs in other languages learn from the same events.

import ScoringRecords

extension KernelWorkload {
    /// The bytes of the file, little-endian:
    ///
    ///     "WEIRWRK1"   events   indicators per event   valued features per event   0         four UInt32
    ///     per event    the indicators, UInt32;   the valued features, UInt32 and Float each;   the label, Float
    ///
    /// Indices have 32 bits, whatever the table: a slot is what the low bits say.
    public var fileBytes: [UInt8] {
        var bytes = Array("WEIRWRK1".utf8)
        func append(_ word: UInt32) {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(UInt32(vectors.count))
        append(UInt32(vectors.first?.indicators.count ?? 0))
        append(UInt32(vectors.first?.valued.count ?? 0))
        append(0)
        for (features, label) in zip(vectors, labels) {
            for index in features.indicators { append(index) }
            for feature in features.valued {
                append(feature.index)
                append(feature.value.bitPattern)
            }
            append(label.bitPattern)
        }
        return bytes
    }
}
