// The dashboard on a socket. It reads the board and nothing else, so no browser can hold up the monitor.
//
// It runs on Swift's cooperative pool: nothing here blocks but `start` and `stop`, which are for other threads.

import CoreMetrics
import Dispatch
import FlyingFox
import FlyingSocks
import Glibc
public import Logging
public import PipelineHost
import Synchronization

/// Serves page, API and metrics until stopped.
///
/// ```swift
/// let settings = HTTPSettings(address: try HTTPAddress("127.0.0.1:8080"))
/// let server = try DashboardServer(settings, board: board, logger: logger)
/// defer { server.stop() }
/// ```
public final class DashboardServer: Sendable {
    /// Where it listens.
    public let address: HTTPAddress

    private let server: HTTPServer
    private let hub: EventHub
    private let watcher: Task<Void, Never>

    /// Starts listening. Blocks its thread, which must be none of Swift's cooperative pool, until it does.
    ///
    /// - Parameters:
    ///   - settings: where, port 0 for a free one, and whom it answers.
    ///   - board: where a monitor leaves its views.
    ///   - logger: told where it listens.
    /// - Throws: `HostError` where it cannot listen there.
    public init(_ settings: HTTPSettings, board: ViewBoard, logger: Logger) throws {
        let address = settings.address
        let metrics = DashboardServer.metrics
        let hub = EventHub()
        let handler = DashboardHandler(
            router: DashboardRouter(board: board, metrics: metrics, settings: settings), metrics: metrics, board: board,
            hub: hub)
        guard let socketAddress = try? sockaddr_in.inet(ip4: address.host, port: address.port) else {
            throw HostError(.system, "'\(address.host)' is no IPv4 address", remedy: "write one, such as 127.0.0.1")
        }
        let server = HTTPServer(address: socketAddress, logger: .disabled, handler: handler)
        self.address = try DashboardServer.start(server, at: address)
        self.server = server
        self.hub = hub
        watcher = Task.detached { await hub.watch(board) { metrics.update($0) } }
        logger.info("dashboard", metadata: ["url": "http://\(self.address)/"])
        if !address.isLocal {
            logger.warning("the dashboard asks nobody for a password, and other machines can reach it")
        }
    }

    /// Ends all streams and connections. Blocks its thread for a second at most.
    public func stop() {
        watcher.cancel()
        hub.close()
        let done = DispatchSemaphore(value: 0)
        let server = server
        Task.detached {
            await server.stop(timeout: 1)
            done.signal()
        }
        done.wait()
    }

    // One registry for the process, because swift-metrics takes a back end once.
    private static let registry = PrometheusRegistry()
    private static let metrics = DashboardMetrics(registry: registry, factory: MetricsSystem.factory)

    /// Makes the dashboard's registry the back end of swift-metrics, so that `/metrics` shows what any library of the
    /// process measures. Once per process, before anything is measured; without it, or with another back end, metrics go
    /// where that sends them and `/metrics` shows none.
    public static func collectMetrics() { MetricsSystem.bootstrap(registry) }

    private static func start(_ server: HTTPServer, at address: HTTPAddress) throws -> HTTPAddress {
        let outcome = StartOutcome()
        Task.detached {
            // Stopping ends in an error, too; by then the outcome is known.
            do { try await server.run() } catch { outcome.settle(.failure(refusal(error, address))) }
        }
        Task.detached {
            do {
                try await server.waitUntilListening(timeout: 5)
                guard case .ip4(let host, let port)? = await server.listeningAddress else { throw CancellationError() }
                outcome.settle(.success(try HTTPAddress("\(host):\(port)")))
            } catch { outcome.settle(.failure(refusal(error, address))) }
        }
        return try outcome.wait()
    }

    private static func refusal(_ error: any Error, _ address: HTTPAddress) -> HostError {
        HostError(
            .system, "cannot listen on http://\(address)/: \(error.localizedDescription)",
            remedy: "choose another address or port, or stop what listens there")
    }
}

/// What starting came to: the first of two tasks that knows says it.
private final class StartOutcome: Sendable {
    private let outcome = Mutex<Result<HTTPAddress, HostError>?>(nil)
    private let isKnown = DispatchSemaphore(value: 0)

    func settle(_ result: Result<HTTPAddress, HostError>) {
        outcome.withLock { if $0 == nil { $0 = result } }
        isKnown.signal()
    }

    func wait() throws -> HTTPAddress {
        isKnown.wait()
        guard let result = outcome.withLock({ $0 }) else { preconditionFailure("the semaphore says that it is known") }
        return try result.get()
    }
}
