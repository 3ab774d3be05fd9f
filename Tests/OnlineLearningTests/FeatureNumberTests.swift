// Numbers on their way to features: transforms, the bound, standardisation, buckets and their edges.

import OnlineLearning
import ScoringRecords
import Testing

@Suite("Numbers as features")
struct FeatureNumberTests {
    private func value(_ number: Double, _ transform: NumberTransform) throws -> Float? {
        let extractor = FeatureExtractor(.number(field: "a", transform: transform, standardized: false))
        return try extractor(["a": .number(number)]).features.valued.first?.value
    }

    @Test("a raw number is its own value, and zero is no feature at all")
    func raw() throws {
        #expect(try value(2.5, .raw) == 2.5)
        #expect(try value(-1e6, .raw) == -1e6)
        #expect(try value(0, .raw) == nil)
        #expect(try value(1e-300, .raw) == nil)
    }

    @Test("the logarithm is odd, zero at zero, and takes any finite number")
    func logarithm() throws {
        #expect(NumberTransform.log.apply(0) == 0)
        // ln 10 to 1 ulp.
        #expect(abs(NumberTransform.log.apply(9) - 2.302_585_092_994_046) <= 2.302_585_092_994_046.ulp)
        #expect(NumberTransform.log.apply(-9) == -NumberTransform.log.apply(9))
        #expect(NumberTransform.log.apply(.greatestFiniteMagnitude).isFinite)
        #expect(try value(1e300, .log) == Float(NumberTransform.log.apply(1e300)))
    }

    @Test("a number beyond a million refuses the event: after the transform, not before")
    func outOfRange() throws {
        let refused = FieldError(reason: .numberOutOfRange, field: "a")
        #expect(throws: refused) { try value(1_000_000.001, .raw) }
        #expect(throws: refused) { try value(-1.1e6, .raw) }
        #expect(try value(-1e6, .raw) == -1e6)
        #expect(try value(-1e18, .log) != nil)
        // Before standardisation: a mean near the value does not help.
        let standardized = FeatureExtractor(.number(field: "a", transform: .raw, standardized: true))
        let moments = [NumberMoments(count: 100, mean: 2e6, squaredDeviations: 1e14)]
        #expect(throws: refused) { try standardized(["a": .number(2e6)], moments: moments) }
        let bucket = FeatureExtractor(.bucket(field: "a", scale: .width(1e6)))
        #expect(throws: refused) { try bucket(["a": .number(1e7)]) }
        #expect(try bucket(["a": .number(-1e6)]).indicators.count == 1)
    }

    @Test("a standardised number is observed before it is standardised")
    func observation() throws {
        let extractor = FeatureExtractor(
            .number(field: "a", transform: .log, standardized: true),
            .number(field: "b", transform: .raw, standardized: false),
            .number(field: "c", transform: .raw, standardized: true))
        let moments = [
            NumberMoments(count: 16, mean: 0, squaredDeviations: 16),
            NumberMoments(count: 16, mean: 1, squaredDeviations: 64),
        ]
        let result = try extractor(["a": .number(0.5), "b": .number(3), "c": .number(5)], moments: moments)
        let logarithm = Float(NumberTransform.log.apply(0.5))
        #expect(
            result.numbers == [
                NumberObservation(ordinal: 0, value: logarithm), NumberObservation(ordinal: 1, value: 5),
            ])
        // Standard deviations 1 and 2: (v − 0) / 1 and (5 − 1) / 2.
        #expect(result.features.valued.map(\.value) == [logarithm, 3, 2])
    }

    @Test("a standardised number is silent until sixteen values were seen, and while they never vary")
    func warmUp() {
        var moments = NumberMoments()
        for count in 0..<16 {
            #expect(moments.standardized(100) == 0)
            moments.observe(count.isMultiple(of: 2) ? 1 : 3)
        }
        // Mean 2, standard deviation 1.
        #expect(moments.count == 16)
        #expect(moments.standardized(3.5) == 1.5)
        #expect(moments.standardized(2) == 0)
        var constant = NumberMoments()
        for _ in 0..<1_000 { constant.observe(0.1) }
        #expect(constant.standardized(5) == 0)
    }

    @Test("standardised values are cut at eight deviations")
    func clipping() {
        let moments = NumberMoments(count: 100, mean: 0, squaredDeviations: 100)
        #expect(moments.standardized(7.5) == 7.5)
        #expect(moments.standardized(1e6) == 8)
        #expect(moments.standardized(-1e6) == -8)
    }

    @Test("moments agree with the two-pass formulas, far from zero too")
    func moments() {
        var random = NumericTestGenerator(for: "moments")
        let values = (0..<5_000).map { _ in 900_000 + Double.random(in: -1...1, using: &random) }
        var moments = NumberMoments()
        for value in values { moments.observe(value) }
        let mean = values.reduce(0, +) / 5_000
        let deviations = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        // Welford's error is a few roundings of the mean, 900,000 · 2⁻⁵³ ≈ 1e−10, per value of deviation ≈ 1.
        #expect(abs(moments.mean - mean) < 1e-8)
        #expect(abs(moments.squaredDeviations - deviations) < 1e-6 * deviations)
    }

    @Test("buckets of equal width include their lower edge")
    func widthBuckets() {
        let scale = BucketScale.width(2.5)
        for (number, bucket) in [
            (0, 0), (-0.0, 0), (2.4, 0), (2.5, 1), (-0.1, -1), (-2.5, -1), (-2.6, -2), (1e6, 400_000),
        ] as [(Double, Int64)] {
            #expect(scale.bucket(of: number) == bucket, "\(number)")
        }
        #expect(BucketScale.width(.leastNonzeroMagnitude).bucket(of: 1) == .max)
        #expect(BucketScale.width(.leastNonzeroMagnitude).bucket(of: -1) == .min)
        #expect(BucketScale.width(1e300).bucket(of: -1) == -1)
    }

    @Test("the logarithmic scale has four buckets per doubling, and tells small numbers' signs apart")
    func logarithmicBuckets() {
        let scale = BucketScale.logarithmic
        for (number, bucket) in [(0, 0), (0.1, 0), (-0.1, -1), (0.19, 1), (1, 4), (3, 8), (-1, -5), (-3, -9)]
            as [(Double, Int64)]
        {
            #expect(scale.bucket(of: number) == bucket, "\(number)")
        }
        for doublings in 1...19 {
            let number = Double(1 << doublings) - 1
            #expect(scale.bucket(of: number) == Int64(4 * doublings))
            #expect(scale.bucket(of: number - 0.01) == Int64(4 * doublings - 1))
        }
    }

    @Test("a bucket between edges counts the edges at or below the number")
    func edgeBuckets() {
        let scale = BucketScale.edges([-1, 0, 10])
        for (number, bucket) in [(-2, 0), (-1, 1), (-0.5, 1), (-0.0, 2), (0, 2), (9.9, 2), (10, 3), (1e6, 3)]
            as [(Double, Int64)]
        {
            #expect(scale.bucket(of: number) == bucket, "\(number)")
        }
    }
}
