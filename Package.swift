// swift-tools-version: 6.1
// Which rooms there are and who may know whom. `make build` compiles with
// --explicit-target-dependency-import-check error, so this table is enforced.
import PackageDescription

let package = Package(
    name: "weir",
    products: [.executable(name: "weir", targets: ["weir"])],
    dependencies: [
        // Subcommands, help texts and shell completion that users of Swift tools already know.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // The logging façade of the ecosystem: a deployment can put its own back end behind it.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // A YAML parser that keeps line numbers, which the configuration errors need.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // MARK: Pure — no clock, randomness, file, socket, thread, Foundation
        .target(name: "ByteCoding"),
        .target(name: "CKernels"),
        .target(name: "ElementaryMath", dependencies: ["CKernels"]),
        .target(name: "ScoringRecords"),
        .target(
            name: "OnlineLearning",
            dependencies: ["ByteCoding", "CKernels", "ElementaryMath", "ScoringRecords"]),
        // ByteCoding: a monitor's checkpoint must give equal bytes for equal states.
        .target(name: "Calibration", dependencies: ["ByteCoding", "ElementaryMath", "ScoringRecords"]),
        .target(name: "StreamSimulation", dependencies: ["ElementaryMath", "ScoringRecords"]),
        .target(name: "WireFormat", dependencies: ["ByteCoding", "ScoringRecords"]),
        .target(
            name: "PipelineRoles",
            dependencies: [
                "ByteCoding", "Calibration", "ElementaryMath", "OnlineLearning", "ScoringRecords", "WireFormat",
            ]),

        // MARK: Edges — each owns one way out of the process and knows no word of the domain
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .target(
            name: "ZeroMQ", dependencies: ["CZeroMQ"],
            swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "Journal", dependencies: ["ByteCoding", "CSQLite"]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "StreamFiles", dependencies: ["CZlib"]),
        .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),

        // MARK: Shell
        .target(
            name: "PipelineHost",
            dependencies: [
                "ByteCoding", "Calibration", "CSodium", "ElementaryMath", "Journal", "OnlineLearning", "PipelineRoles",
                "ScoringRecords", "StreamFiles", "WireFormat", "ZeroMQ",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .executableTarget(
            name: "weir",
            dependencies: [
                "Journal", "PipelineHost", "PipelineRoles", "ScoringRecords", "StreamFiles", "StreamSimulation",
                "WireFormat",
                "ZeroMQ",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // MARK: Studies — simulations that a document cites; not installed
        .executableTarget(
            name: "calibration-study",
            dependencies: ["Calibration", "ElementaryMath", "ScoringRecords", "StreamSimulation"],
            path: "Benchmarks/calibration-study",
            exclude: ["README.md", "requirements.txt", "river_peers.py"]),

        // MARK: Tests — public API only, so that they run against the release build that users get
        .testTarget(name: "ByteCodingTests", dependencies: ["ByteCoding"]),
        .testTarget(name: "ElementaryMathTests", dependencies: ["ElementaryMath"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "OnlineLearningTests",
            dependencies: ["ByteCoding", "ElementaryMath", "OnlineLearning", "ScoringRecords"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "CalibrationTests", dependencies: ["ByteCoding", "Calibration", "ElementaryMath", "ScoringRecords"],
            resources: [.copy("Fixtures")]),
        .testTarget(name: "ZeroMQTests", dependencies: ["ZeroMQ"]),
        .testTarget(name: "JournalTests", dependencies: ["Journal", "CSQLite"]),
        .testTarget(name: "StreamFilesTests", dependencies: ["StreamFiles", "CZlib"]),
        .testTarget(
            name: "StreamSimulationTests",
            dependencies: ["ElementaryMath", "ScoringRecords", "StreamSimulation", "WireFormat"]),
        .testTarget(name: "WireFormatTests", dependencies: ["ScoringRecords", "WireFormat"]),
        .testTarget(
            name: "PipelineRolesTests",
            dependencies: [
                "ByteCoding", "Calibration", "ElementaryMath", "OnlineLearning", "PipelineRoles", "ScoringRecords",
                "WireFormat",
            ]),
        .testTarget(
            name: "PipelineHostTests",
            dependencies: ["OnlineLearning", "PipelineHost", "PipelineRoles", "ScoringRecords"]),
    ],
    swiftLanguageModes: [.v6]
)

// An import is public only where the API needs it.
for target in package.targets where [.regular, .executable, .test].contains(target.type) {
    target.swiftSettings = (target.swiftSettings ?? []) + [.enableUpcomingFeature("InternalImportsByDefault")]
}
