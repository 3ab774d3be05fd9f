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
        // An HTTP server without dependencies of its own, whose responses may stream: the monitor's page and its API.
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
        // The metrics façade of the ecosystem: a program that embeds the hosts can send them to its own back end.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    ],
    targets: [
        // MARK: Pure — no clock, randomness, file, socket, thread, Foundation
        .target(name: "CKernels"),
        .target(name: "ByteCoding", dependencies: ["CKernels"]),
        .target(name: "ElementaryMath", dependencies: ["CKernels"]),
        .target(name: "ScoringRecords"),
        .target(
            name: "OnlineLearning",
            dependencies: ["ByteCoding", "CKernels", "ElementaryMath", "ScoringRecords"]),
        // ByteCoding: a monitor's checkpoint must give equal bytes for equal states.
        .target(name: "Calibration", dependencies: ["ByteCoding", "ElementaryMath", "ScoringRecords"]),
        .target(name: "StreamSimulation", dependencies: ["ElementaryMath", "ScoringRecords"]),
        .target(name: "WireFormat", dependencies: ["ByteCoding", "CKernels", "ScoringRecords"]),
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
        .target(
            name: "Dashboard",
            dependencies: [
                "Calibration", "PipelineHost", "ScoringRecords", "WireFormat",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "Logging", package: "swift-log"),
            ],
            // The page's files are constants of the executable: it needs no folder beside it.
            resources: [
                .embedInCode("Assets/app.js"), .embedInCode("Assets/charts.js"), .embedInCode("Assets/icon.svg"),
                .embedInCode("Assets/index.html"), .embedInCode("Assets/openapi.json"),
                .embedInCode("Assets/style.css"), .embedInCode("Assets/words.js"),
            ]),
        // The cases of `weir bench`: each calls one layer with a workload of its own, hence the tables and the replica
        // directly. WireFormat: the report is JSON. StreamFiles: CSV is read. No host imports it.
        .target(
            name: "Benchmarking",
            dependencies: [
                "ByteCoding", "ElementaryMath", "Journal", "OnlineLearning", "PipelineHost", "PipelineRoles",
                "ScoringRecords", "StreamFiles", "StreamSimulation", "WireFormat", "ZeroMQ",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "weir",
            dependencies: [
                "Benchmarking", "Dashboard", "Journal", "PipelineHost", "PipelineRoles", "ScoringRecords",
                "StreamFiles",
                "StreamSimulation",
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

        // MARK: Stages — views made up for tests of the dashboard, and a server that shows them; not installed
        .target(
            name: "StagedViews",
            dependencies: [
                "Calibration", "ElementaryMath", "PipelineHost", "PipelineRoles", "ScoringRecords",
            ],
            path: "Tests/StagedViews"),
        .executableTarget(
            name: "dashboard-stage",
            dependencies: [
                "Dashboard", "PipelineHost", "StagedViews", .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/dashboard-stage"),

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
        .testTarget(name: "BenchmarkingTests", dependencies: ["Benchmarking"]),
        .testTarget(name: "WireFormatTests", dependencies: ["ScoringRecords", "WireFormat"]),
        .testTarget(
            name: "PipelineRolesTests",
            dependencies: [
                "ByteCoding", "Calibration", "ElementaryMath", "OnlineLearning", "PipelineRoles", "ScoringRecords",
                "WireFormat",
            ]),
        .testTarget(
            name: "PipelineHostTests",
            dependencies: [
                "Journal", "OnlineLearning", "PipelineHost", "PipelineRoles", "ScoringRecords", "WireFormat", "ZeroMQ",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "DashboardTests",
            dependencies: [
                "Calibration", "Dashboard", "PipelineHost", "PipelineRoles", "ScoringRecords", "StagedViews",
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// An import is public only where the API needs it.
for target in package.targets where [.regular, .executable, .test].contains(target.type) {
    target.swiftSettings = (target.swiftSettings ?? []) + [.enableUpcomingFeature("InternalImportsByDefault")]
}
