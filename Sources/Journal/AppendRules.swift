// What may be appended: the rules that every journal shares, as pure functions.

enum AppendRules {
    /// Checks whether frames are well formed and continue at `end` without gap or overlap.
    static func checkOrder(_ frames: [JournalFrame], from end: UInt64) throws(JournalError) {
        guard frames.count <= JournalLimits.maximumFramesPerAppend else {
            throw JournalError(
                .invalidFrame, "\(frames.count) frames in one append, over \(JournalLimits.maximumFramesPerAppend)")
        }
        var expected = end
        for frame in frames {
            guard frame.firstSequence == expected else {
                throw JournalError(
                    .outOfOrder, "a frame starts at record \(frame.firstSequence) where \(expected) comes next",
                    sequence: expected)
            }
            try checkForm(frame)
            expected = frame.endSequence
        }
    }

    /// Checks whether a frame is new for its writer, whose last frame so far is `last`.
    static func checkWriterSequence(of frame: JournalFrame, after last: UInt64?) throws(JournalError) {
        guard let last, frame.writerSequence <= last else { return }
        throw JournalError(
            .duplicateFrame,
            "frame \(frame.writerSequence) of writer \(frame.writer) comes after its frame \(last)",
            sequence: frame.firstSequence)
    }

    /// Checks whether metadata may be kept under `key`. The alphabet is narrow so that no two keys look or compare
    /// alike.
    static func checkMetadataKey(_ key: String) throws(JournalError) {
        let isAllowed = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isAllowed, (1...JournalLimits.maximumMetadataKeyBytes).contains(key.utf8.count) else {
            throw JournalError(
                .invalidMetadata,
                "the metadata key '\(key.prefix(JournalLimits.maximumMetadataKeyBytes))' is not allowed")
        }
    }

    /// Checks whether a metadata value is within the limit.
    static func checkMetadataValue(_ value: [UInt8], of key: String) throws(JournalError) {
        guard value.count <= JournalLimits.maximumMetadataValueBytes else {
            throw JournalError(.invalidMetadata, "the metadata value of '\(key)' has \(value.count) bytes")
        }
    }

    private static func checkForm(_ frame: JournalFrame) throws(JournalError) {
        let sequence = frame.firstSequence
        guard frame.recordCount >= 1 else {
            throw JournalError(.invalidFrame, "the frame at record \(sequence) holds no records", sequence: sequence)
        }
        guard frame.payload.count <= JournalLimits.maximumPayloadBytes else {
            throw JournalError(
                .invalidFrame, "the frame at record \(sequence) has a payload of \(frame.payload.count) bytes",
                sequence: sequence)
        }
        guard frame.endSequence <= JournalLimits.maximumEndSequence else {
            throw JournalError(
                .invalidFrame, "no sequence numbers are left after record \(sequence)", sequence: sequence)
        }
    }
}
