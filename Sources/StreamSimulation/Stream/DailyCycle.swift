// The hour of day: how traffic and clicks rise and fall with it.

import ScoringRecords

/// A triangle wave over the 24 hours with mean zero: +`amplitude` at the peak hour, −`amplitude` twelve hours later.
struct DailyCycle {
    static let hours = 24

    private let values: [Double]

    init(peakHour: Int, amplitude: Double) {
        let half = DailyCycle.hours / 2
        values = (0..<DailyCycle.hours).map { hour in
            let apart = abs(hour - peakHour)
            let distance = min(apart, DailyCycle.hours - apart)
            // The distances of the 24 hours from any one average 6.
            return amplitude * (1 - Double(2 * distance) / Double(half))
        }
    }

    /// The value in `hour`, 0 to 23.
    subscript(hour: Int) -> Double { values[hour] }
}
