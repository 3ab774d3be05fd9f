// Forgetting: making labels count for less without counting them again.

extension CalibrationSums {
    /// These sums with every label counting `factor` times what it did: w by the factor, w² by its square.
    ///
    /// Ratios and means stay; intervals widen as they should, because variances keep their w².
    mutating func scale(by factor: Double, count: Int) {
        guard count > 0 else {
            self = CalibrationSums()
            return
        }
        self.count = count
        let squared = factor * factor
        weight *= factor
        observed *= factor
        predicted *= factor
        squaredPrediction *= squared
        variance *= squared
        totalLogLoss *= factor
        totalSquaredError *= factor
        squaredErrorExcess *= factor
        squaredErrorVariance *= squared
    }
}

extension CalibrationSketch {
    /// Makes every label count `factor` (> 0) times what it did.
    ///
    /// A histogram bin that no longer weighs anything is emptied, and its labels are no longer counted.
    mutating func scale(by factor: Double) {
        histogram.scale(by: factor)
        sums.scale(by: factor, count: histogram.bins.reduce(0) { $0 + $1.count })
    }
}
