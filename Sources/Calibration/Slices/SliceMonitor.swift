// Where is it wrong? The same question asked of every slice at once, with a bound on wrong answers.
// Not the detector: it starts anew with every epoch and sees levels only, no slopes.

public import ScoringRecords

/// Calibration of the most frequent values of configured fields, epoch by epoch.
///
/// Every followed slice carries the evidence e(1) of a ``GammaPoissonSequence`` started with the epoch, and a look runs
/// e-BH over all of them (``FalseDiscovery``): at each look the expected share of wrong flags is at most α, whatever the
/// dependence between slices, however overlapping. K is the configured number of slices, not the number found, so that
/// it is fixed before any label. Flags stay until the epoch ends; the bound is about the flags of a look, and only
/// roughly about all flags of an epoch together.
///
/// An epoch begins with the first event in or after it, by event time; events dated earlier count in the running epoch.
/// At the bound of values per field, frequent values are followed and others counted (``unfollowed``).
///
/// Memory: O(slices), some 400 bytes for each and its value.
public struct SliceMonitor: Equatable, Sendable {
    /// What is asked.
    public let settings: SliceSettings
    /// The number of the running epoch since 1970; `nil` before the first event.
    public internal(set) var epochIndex: Int64?
    /// The findings of the last epoch that ended, as at its last look.
    public internal(set) var lastFindings: [SliceFinding] = []
    var fields: [SliceField]

    /// A monitor that has seen nothing.
    public init(_ settings: SliceSettings) {
        self.settings = settings
        fields = settings.fields.map { _ in SliceField(capacity: settings.valuesPerField) }
    }

    /// Takes one event into account.
    ///
    /// - Parameters:
    ///   - score: the served score and its mature outcome.
    ///   - time: the event's time.
    ///   - values: one per field of the settings, in order; `nil` where the event has none. Another number traps.
    @inline(__always)
    public mutating func add(_ score: JudgedScore, at time: Timestamp, values: [String?]) {
        precondition(values.count == fields.count, "an event has one value, or none, for every field")
        advance(to: time)
        for index in fields.indices {
            if let value = values[index] { fields[index].add(score, value: value, at: time) }
        }
    }

    /// Ends the running epoch if `time` lies after it: the findings become `lastFindings`, and evidence starts anew.
    @inline(__always)
    public mutating func advance(to time: Timestamp) {
        let index = time.index(ofSpan: settings.epoch)
        if let epochIndex, index <= epochIndex { return }
        startEpoch(index)
    }

    private mutating func startEpoch(_ index: Int64) {
        if epochIndex != nil {
            lastFindings = look()
            for field in fields.indices {
                fields[field].age()
                fields[field].start()
            }
        }
        epochIndex = index
    }

    /// Forgets the evidence of the running epoch, for a model or configuration replaced on purpose.
    public mutating func reset() {
        for field in fields.indices { fields[field].start() }
    }

    /// Events of this epoch in no slice of the field, because there was no room.
    public var unfollowed: [Int] { fields.map(\.unfollowed) }

    /// Looks at all slices, flags what e-BH rejects, and returns the flagged slices, the strongest evidence first.
    ///
    /// Slices that expect less than ``SliceSettings/leastPredicted`` positives are never returned, flagged or not.
    ///
    /// - Complexity: O(K log K).
    public mutating func look() -> [SliceFinding] {
        let places = slicePlaces
        let evidence = places.map { fields[$0.field].slices[$0.slice].sequence.evidence }
        let rejected = FalseDiscovery.rejections(
            evidence: evidence, alpha: settings.alpha, hypotheses: settings.hypotheses)
        for index in rejected { fields[places[index].field].flag(places[index].slice) }
        return findings.filter(\.isFlagged).sorted { $0.evidence > $1.evidence }
    }

    /// All slices worth showing, in the order of fields and of their first appearance. Flags nothing.
    public var findings: [SliceFinding] {
        let flagged = fields.reduce(0) { $0 + $1.slices.count { $0.isFlagged } }
        let flaggedLevel = settings.alpha * Double(flagged) / Double(settings.hypotheses)
        return slicePlaces.compactMap { place in
            let slice = fields[place.field].slices[place.slice]
            let sequence = slice.sequence
            guard sequence.predicted >= SliceSettings.leastPredicted, let ratio = sequence.ratio else { return nil }
            let isUnder = sequence.observed > sequence.predicted
            return SliceFinding(
                field: settings.fields[place.field], value: slice.value, count: slice.count,
                observed: sequence.observed, predicted: sequence.predicted, ratio: ratio,
                interval: sequence.interval(alpha: slice.isFlagged ? flaggedLevel : settings.alpha),
                evidence: sequence.evidence, isFlagged: slice.isFlagged,
                direction: isUnder ? .underPredicting : .overPredicting,
                since: isUnder ? slice.rising.start : slice.falling.start)
        }
    }

    private var slicePlaces: [(field: Int, slice: Int)] {
        fields.indices.flatMap { field in fields[field].slices.indices.map { (field, $0) } }
    }
}
