// How fields become features: each rule of the extractor, one test.

import OnlineLearning
import ScoringRecords
import Testing

@Suite("Making features of fields")
struct FeatureExtractionTests {
    @Test("the bias comes first, in a slot of its own, whatever the definitions")
    func bias() throws {
        let slot = FeatureHash.index(FeatureHash.hash("bias"), bits: 20)
        #expect(try FeatureExtractor()([:]).features == FeatureVector(indicators: [slot]))
        #expect(try FeatureExtractor(.hash(field: "a"))([:]).features.indicators.first == slot)
    }

    @Test("fields are asked for once each, in the order of their first use")
    func fieldOrder() {
        let extractor = FeatureExtractor(
            .cross(fields: ["b", "a"]), .number(field: "n", transform: .raw, standardized: true), .hash(field: "a"),
            .bucket(field: "n", scale: .logarithmic))
        #expect(extractor.fields == ["b", "a", "n"])
        #expect(extractor.fieldIsNumeric == [false, false, true])
        #expect(extractor.standardizedCount == 1)
    }

    @Test("a category has one indicator per value; equal values share it")
    func category() throws {
        let extractor = FeatureExtractor(.hash(field: "a"))
        let red = try extractor(["a": .text("red")])
        #expect(red.indicators.count == 1)
        #expect(red.features.valued.isEmpty)
        #expect(try extractor(["a": .text("red")]) == red)
        #expect(try extractor(["a": .text("blue")]) != red)
        #expect(try extractor(["a": .text("")]) != extractor([:]))
    }

    @Test("missing gives hash, number and bucket an indicator of their own")
    func missing() throws {
        let definitions: [FeatureDefinition] = [
            .hash(field: "a"), .number(field: "a", transform: .raw, standardized: true),
            .number(field: "a", transform: .raw, standardized: false), .bucket(field: "a", scale: .width(1)),
        ]
        var slots: Set<UInt32> = []
        for definition in definitions {
            let extractor = FeatureExtractor(definition)
            let absent = try extractor([:])
            #expect(absent.indicators.count == 1)
            #expect(absent.features.valued.isEmpty)
            #expect(absent.numbers.isEmpty)
            #expect(try extractor(["a": .missing]) == absent)
            #expect(try extractor(["a": .number(0)]) != absent)
            slots.formUnion(absent.indicators)
        }
        #expect(slots.count == definitions.count)
    }

    @Test("a cross takes missing as a value")
    func missingInCross() throws {
        let extractor = FeatureExtractor(.cross(fields: ["a", "b"]))
        let slots = try [
            extractor([:]), extractor(["a": .text("x")]), extractor(["b": .text("x")]),
            extractor(["a": .text("x"), "b": .text("x")]),
        ].map(\.indicators)
        #expect(slots.allSatisfy { $0.count == 1 })
        #expect(Set(slots).count == 4)
    }

    @Test("a number in a hash is its shortest text, so that 79, 79.0 and \"79\" are one category")
    func numbersAsCategories() throws {
        let extractor = FeatureExtractor(.hash(field: "a"))
        for (number, text) in [
            (79, "79"), (-3, "-3"), (0, "0"), (-0.0, "0"), (0.1, "0.1"), (1e15, "1000000000000000"),
            (9_007_199_254_740_991, "9007199254740991"), (1e21, "1e+21"), (-1.5e-7, "-1.5e-07"),
        ] as [(Double, String)] {
            #expect(canonicalText(of: number) == text)
            #expect(try extractor(["a": .number(number)]) == extractor(["a": .text(text)]))
        }
    }

    @Test("truth values are the categories true and false")
    func truth() throws {
        let extractor = FeatureExtractor(.hash(field: "a"))
        #expect(try extractor(["a": .value(.boolean(true))]) == extractor(["a": .text("true")]))
        #expect(try extractor(["a": .value(.boolean(false))]) == extractor(["a": .text("false")]))
    }

    @Test("one value has another slot in another field, and under another kind of definition")
    func salting() throws {
        let definitions: [FeatureDefinition] = [
            .hash(field: "a"), .hash(field: "b"), .bucket(field: "a", scale: .width(1)),
            .bucket(field: "a", scale: .width(2)), .bucket(field: "a", scale: .logarithmic),
            .bucket(field: "a", scale: .edges([1])), .bucket(field: "a", scale: .edges([1, 2])),
            .cross(fields: ["a", "b"]), .cross(fields: ["b", "a"]), .cross(fields: ["a", "b", "a"]),
        ]
        let values: [String: TestValue] = ["a": .number(1), "b": .number(1)]
        let slots = try definitions.map { try FeatureExtractor($0)(values).indicators[0] }
        #expect(Set(slots).count == definitions.count)
        let numbers = try [NumberTransform.raw, .log].map {
            try FeatureExtractor(.number(field: "a", transform: $0, standardized: false))(values).features.valued[0]
                .index
        }
        #expect(Set(numbers + slots).count == definitions.count + 2)
    }

    @Test("a cross tells its fields' order apart, in names and in values")
    func crossOrder() throws {
        let extractor = FeatureExtractor(.cross(fields: ["a", "b"]))
        let straight = try extractor(["a": .text("x"), "b": .text("y")])
        let swapped = try extractor(["a": .text("y"), "b": .text("x")])
        #expect(straight != swapped)
        // No value can run over into its neighbour.
        #expect(try extractor(["a": .text("xy"), "b": .text("")]) != extractor(["a": .text("x"), "b": .text("y")]))
    }

    @Test("the wrong type refuses the event and names the field")
    func wrongTypes() {
        let number = FeatureExtractor(.number(field: "a", transform: .raw, standardized: false))
        let bucket = FeatureExtractor(.bucket(field: "a", scale: .logarithmic))
        let hash = FeatureExtractor(.hash(field: "a"))
        let cross = FeatureExtractor(.cross(fields: ["b", "a"]))
        let wrong = FieldError(reason: .wrongType, field: "a")
        for extractor in [number, bucket] {
            #expect(throws: wrong) { try extractor(["a": .text("1")]) }
            #expect(throws: wrong) { try extractor(["a": .value(.boolean(true))]) }
        }
        for extractor in [number, bucket, hash, cross] {
            #expect(throws: wrong) { try extractor(["a": .value(.structured)]) }
        }
    }

    @Test("a field that nothing reads may hold anything")
    func unusedFields() throws {
        #expect(try FeatureExtractor(.hash(field: "a"))(["b": .value(.structured)]).indicators.count == 1)
    }

    @Test("features keep the order of the definitions, and outputs forget the event before")
    func order() throws {
        let definitions: [FeatureDefinition] = [
            .hash(field: "a"), .number(field: "n", transform: .raw, standardized: false), .cross(fields: ["a", "b"]),
            .bucket(field: "n", scale: .width(10)),
        ]
        let values: [String: TestValue] = ["a": .text("x"), "b": .text("y"), "n": .number(25)]
        let together = try FeatureExtractor(definitions: definitions, bits: 20)(values)
        let apart = try definitions.map { try FeatureExtractor($0)(values) }
        #expect(together.indicators == apart.flatMap(\.indicators))
        #expect(together.features.valued == apart.flatMap(\.features.valued))
    }

    @Test("an extractor has these very slots")
    func golden() throws {
        let extractor = FeatureExtractor(
            .hash(field: "country"), .number(field: "amount", transform: .log, standardized: false),
            .bucket(field: "amount", scale: .width(10)), .bucket(field: "amount", scale: .logarithmic),
            .bucket(field: "amount", scale: .edges([1, 50])), .cross(fields: ["country", "card"]))
        let full = try extractor(["country": .text("DE"), "amount": .number(42), "card": .number(7)])
        let slots = [1_011_729, 831_566, 103_510, 175_112, 417_468, 504_361] as [UInt32]
        #expect(full.features.indicators.map { $0 & 0xF_FFFF } == slots)
        #expect(full.features.indicators.map { $0 >> 20 } == [2_114, 4_057, 2_628, 1_223, 2_772, 3_226])
        #expect(full.features.valued.map(\.index) == [1_072 << 20 | 770_814])
        let missing = [1_011_729, 796_404, 647_388, 255_516, 258_561, 656_504, 958_574] as [UInt32]
        #expect(try extractor([:]).features.indicators.map { $0 & 0xF_FFFF } == missing)
    }
}
