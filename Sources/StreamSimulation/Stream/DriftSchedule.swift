// Planted drifts as the event loop asks for them: by event number.

import ElementaryMath

/// The drifts of one stream, compiled. `Field` lists the fields by which it can be sliced.
struct DriftSchedule<Field: RawRepresentable & CaseIterable & Equatable & Sendable>: Sendable
where Field.RawValue == String {
    private struct Shift {
        var events: Range<Int>
        var logFactor: Double
        var isSlope: Bool
        var slice: (field: Field, value: Int)?
    }

    /// New ads and the events among which they appear.
    private(set) var newAds: (events: Range<Int>, count: Int)?
    private var shifts: [Shift] = []
    private var outages: [Range<Int>] = []

    /// - Throws: `SimulationError` for a field that is not the stream's, and for a second set of new ads.
    init(_ drifts: [Drift], events: Int) throws(SimulationError) {
        for drift in drifts {
            let first = Int((drift.from * Double(events)).rounded())
            let range = first..<max(first, Int((drift.until * Double(events)).rounded()))
            switch drift.change {
            case .level(let factor): shifts.append(Shift(events: range, logFactor: log(factor), isSlope: false))
            case .slope(let factor): shifts.append(Shift(events: range, logFactor: log(factor), isSlope: true))
            case .slice(let factor, let name, let value):
                guard let field = Field(rawValue: name) else {
                    let names = Field.allCases.map(\.rawValue).joined(separator: ", ")
                    throw SimulationError("there is no field '\(name)' to slice by", remedy: "name one of \(names)")
                }
                shifts.append(Shift(events: range, logFactor: log(factor), isSlope: false, slice: (field, value)))
            case .newAds(let count):
                guard newAds == nil else {
                    throw SimulationError("new ads enter twice", remedy: "plant one drift of new-ads")
                }
                newAds = (range, count)
            case .outage: outages.append(range)
            }
        }
    }

    /// By how much the log-odds of an event differ from those without drift; 0 where nothing has changed.
    func logOddsShift(at index: Int, valueOf: (Field) -> Int) -> Double {
        var sum = 0.0
        for shift in shifts where index >= shift.events.lowerBound {
            if shift.isSlope {
                let length = Double(max(shift.events.count, 1))
                sum += shift.logFactor * min(Double(index - shift.events.lowerBound) / length, 1)
            } else if index < shift.events.upperBound,
                shift.slice.map({ valueOf($0.field) == $0.value }) ?? true
            {
                sum += shift.logFactor
            }
        }
        return sum
    }

    /// Whether the label of an event never arrives.
    func isLabelLost(at index: Int) -> Bool { outages.contains { $0.contains(index) } }
}
