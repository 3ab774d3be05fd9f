// Where the dashboard listens, for every command that has a monitor.

import ArgumentParser
import Dashboard
import Logging
import PipelineHost

/// The dashboard; off unless asked for.
struct DashboardOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Serve page, API and metrics there, such as 127.0.0.1:8080; port 0 takes a free one.",
            valueName: "host:port"))
    var http: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The model's age from which /readyz says no.", valueName: "seconds"))
    var staleAfter = DashboardServer.standardStaleAfter

    func validate() throws {
        guard staleAfter > 0, staleAfter.isFinite else { throw ValidationError("--stale-after takes seconds above 0") }
        if let http {
            do { _ = try HTTPAddress(http) } catch {
                throw ValidationError("--http: \(error.message). Remedy: \(error.remedy).")
            }
        }
    }

    /// Starts the dashboard over `board`; `nil` where none was asked for.
    func start(_ board: ViewBoard, logger: Logger) throws -> DashboardServer? {
        guard let http else { return nil }
        DashboardServer.collectMetrics()
        return try DashboardServer(address: HTTPAddress(http), board: board, staleAfter: staleAfter, logger: logger)
    }
}
