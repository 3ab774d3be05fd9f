// Where the dashboard listens, for every command that has a monitor.

import ArgumentParser
import Dashboard
import Logging
import PipelineHost
import ScoringRecords

/// The dashboard; off unless the configuration or an option asks for it. Options win.
struct DashboardOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Serve page, API and metrics there, such as 127.0.0.1:8080; port 0 takes a free one. Replaces http.address; "
                + "'none' serves nothing.",
            valueName: "host:port"))
    var http: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The model's age from which /readyz says no. Replaces http.staleAfter; 300 without either.",
            valueName: "seconds"))
    var staleAfter: Double?

    func validate() throws {
        if let staleAfter, !(staleAfter > 0 && staleAfter < DashboardOption.longestAge) {
            throw ValidationError("--stale-after takes seconds above 0")
        }
        if let http, http != DashboardOption.off {
            do { _ = try HTTPAddress(http) } catch {
                throw ValidationError("--http: \(error.message). Remedy: \(error.remedy).")
            }
        }
    }

    private static let off = "none"
    // A hundred years: no model is as old, and as microseconds it is no overflow.
    private static let longestAge = 3.2e9

    /// Starts the dashboard over `board`; `nil` where none was asked for.
    func start(_ configured: HTTPSettings?, _ board: ViewBoard, logger: Logger) throws -> DashboardServer? {
        guard var settings = try settings(configured) else { return nil }
        if let staleAfter { settings.staleAfter = TimeSpan(microseconds: Int64((staleAfter * 1e6).rounded(.up))) }
        DashboardServer.collectMetrics()
        return try DashboardServer(settings, board: board, logger: logger)
    }

    private func settings(_ configured: HTTPSettings?) throws -> HTTPSettings? {
        guard let http else { return configured }
        guard http != DashboardOption.off else { return nil }
        let address = try HTTPAddress(http)
        guard var settings = configured else { return HTTPSettings(address: address) }
        settings.address = address
        return settings
    }
}
