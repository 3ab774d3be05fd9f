// Which bin a logit falls into, edge by edge.

import Calibration
import ScoringRecords
import Testing

@Suite("Placing logits in bins")
struct BinPlacementTests {
    @Test(
        "A bin holds its lower edge and not its upper one",
        arguments: [
            (0.0, 256), (-0.0, 256), (0.0625, 257), (0.0625.nextDown, 256), (-Double.leastNonzeroMagnitude, 255),
            (-0.0625, 255),
            ((-0.0625).nextDown, 254),
        ])
    func edges(logit: Double, position: Int) {
        #expect(LogitHistogram.position(ofLogit: logit) == position)
    }

    @Test(
        "Logits beyond ±16 are counted in the outermost bins",
        arguments: [
            (-16.0, 0), (-16.5, 0), (-1e4, 0), (-Double.infinity, 0), (15.9375, 511), (15.9375.nextDown, 510),
            (1e4, 511), (Double.infinity, 511),
        ])
    func extremes(logit: Double, position: Int) {
        #expect(LogitHistogram.position(ofLogit: logit) == position)
    }

    @Test("The logit ranges of all bins tile the domain, each starting where its own labels fall")
    func ranges() {
        var edge = -Double(Logit.bound)
        for position in 0..<LogitHistogram.binCount {
            let range = LogitHistogram.logits(atPositions: position...position)
            #expect(range.lowerBound == edge)
            #expect(LogitHistogram.position(ofLogit: range.lowerBound) == position)
            #expect(LogitHistogram.position(ofLogit: range.upperBound.nextDown) == position)
            edge = range.upperBound
        }
        #expect(edge == Double(Logit.bound))
    }

    @Test("A Logit and the same number as a Double leave the same sketch")
    func overloads() {
        var (byLogit, byDouble) = (CalibrationSketch(), CalibrationSketch())
        for value: Float in [-10_000, -3.3, 0, 0.1, 7, 10_000] {
            byLogit.add(logit: Logit(clamping: value), outcome: 1, weight: 0.5)
            byDouble.add(servedLogit: Double(value), outcome: 1, weight: 0.5)
        }
        #expect(byLogit == byDouble)
    }
}
