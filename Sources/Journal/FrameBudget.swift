// How many frames one read returns.

/// Admits frames until their bytes are spent, and the first one always: a reader must never be stuck on a large frame.
struct FrameBudget {
    private var remainingBytes: Int
    private var isFirst = true

    init(maximumBytes: Int) {
        remainingBytes = max(0, maximumBytes)
    }

    /// Whether one more frame fits; if so it is paid for.
    mutating func admits(payloadBytes: Int) -> Bool {
        let cost = payloadBytes + JournalLimits.frameOverheadBytes
        guard isFirst || cost <= remainingBytes else { return false }
        isFirst = false
        remainingBytes = max(0, remainingBytes - cost)
        return true
    }
}
