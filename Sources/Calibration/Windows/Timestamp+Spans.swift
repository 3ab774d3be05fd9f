// Time cut into equal spans that all windows agree on.

import ScoringRecords

extension Timestamp {
    /// ⌊time/span⌋: which span since 1970 the instant lies in, for a positive span.
    @inline(__always)
    func index(ofSpan span: TimeSpan) -> Int64 {
        let quotient = microseconds / span.microseconds
        return microseconds < quotient &* span.microseconds ? quotient - 1 : quotient
    }
}
