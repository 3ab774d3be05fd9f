// Over which span of event time a head is shown.

/// What `range` may be.
enum HeadRange: String, CaseIterable {
    /// The last hour, by the minute.
    case hour
    /// The last two days, by the hour; also where nothing is asked.
    case days
    /// Since the start, as `weir monitor report` prints it; the history is that of `days`.
    case all

    /// `nil` for a value that is none of these, or for more than one.
    init?(_ query: [(name: String, value: String)]) {
        let values = query.filter { $0.name == "range" }.map(\.value)
        guard values.count <= 1 else { return nil }
        self.init(rawValue: values.first ?? HeadRange.days.rawValue)
    }
}

/// How many slices of an output are listed, most evidence first: all, unless `slices` says fewer.
struct SliceLimit {
    let count: Int

    /// `nil` for anything but one whole number from 0.
    init?(_ query: [(name: String, value: String)]) {
        let values = query.filter { $0.name == "slices" }.map(\.value)
        guard values.count <= 1 else { return nil }
        guard let text = values.first else {
            count = .max
            return
        }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text) else { return nil }
        self.count = count
    }
}
