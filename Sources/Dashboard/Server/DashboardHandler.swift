// Between the HTTP library's types and the router's.

import FlyingFox
import FlyingSocks
import Foundation
import PipelineHost

/// Hands each request to the router and writes its answer.
struct DashboardHandler: HTTPHandler {
    let router: DashboardRouter
    let metrics: DashboardMetrics
    let board: ViewBoard
    let hub: EventHub

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        let clock = ContinuousClock()
        let begin = clock.now
        var answer = router.answer(
            DashboardRequest(
                method: request.method.rawValue, path: request.target.path(),
                query: request.query.map { ($0.name, $0.value) }, accept: request.headers[HTTPHeader("Accept")] ?? "",
                host: request.headers[.host]))
        let isHead = request.method == .HEAD
        var stream: AsyncStream<Void>?
        if case .events = answer.body, !isHead {
            stream = hub.listen()
            if stream == nil {
                answer = .error(
                    503, code: "too-many-listeners", "\(EventHub.listenerLimit) listen already; poll /api/v1/view")
            }
        }
        metrics.count(status: answer.status, seconds: (clock.now - begin) / .seconds(1))
        return response(answer, isHead: isHead, stream: stream)
    }

    private func response(_ answer: DashboardAnswer, isHead: Bool, stream: AsyncStream<Void>?) -> HTTPResponse {
        var headers = HTTPHeaders()
        for (name, value) in answer.headers + DashboardAnswer.securityHeaders {
            headers.setValues([value], for: HTTPHeader(name))
        }
        let status = HTTPStatusCode(answer.status, phrase: DashboardHandler.phrases[answer.status] ?? "Unknown")
        switch answer.body {
        case .events:
            guard let stream else { return HTTPResponse(statusCode: status, headers: headers) }
            return HTTPResponse(
                statusCode: status, headers: headers,
                body: HTTPBodySequence(from: EventBody(board: board, wakes: stream)))
        case .bytes(let bytes):
            if isHead {
                headers[.contentLength] = String(bytes.count)
                return HTTPResponse(statusCode: status, headers: headers)
            }
            return HTTPResponse(
                statusCode: status, headers: headers,
                body: HTTPBodySequence(data: Data(bytes), suggestedBufferSize: 65_536))
        }
    }

    private static let phrases = [
        200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 421: "Misdirected Request",
        503: "Service Unavailable",
    ]
}
