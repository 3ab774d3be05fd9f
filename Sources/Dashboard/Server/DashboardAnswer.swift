// What is sent back. Bodies are whole, but for the stream of events, which never ends.

import WireFormat

/// One answer.
package struct DashboardAnswer: Sendable {
    /// What follows the headers.
    package enum Body: Sendable {
        /// All of it.
        case bytes([UInt8])
        /// Server-sent events until one side goes.
        case events
    }

    /// The HTTP status.
    package var status: Int
    /// Headers that are this answer's own; see ``securityHeaders`` for the others.
    package var headers: [(name: String, value: String)]
    /// What follows.
    package var body: Body

    /// A whole body of a media type. Nothing is cached unless told: numbers change.
    init(
        status: Int = 200, type: String, _ bytes: [UInt8], caching: String = "no-store",
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.headers = [("Content-Type", type), ("Cache-Control", caching)] + headers
        body = .bytes(bytes)
    }

    /// The stream of events.
    static var events: DashboardAnswer {
        // A reverse proxy that collects answers would hold the events back.
        var answer = DashboardAnswer(type: "text/event-stream", [], headers: [("X-Accel-Buffering", "no")])
        answer.body = .events
        return answer
    }

    /// A JSON body.
    static func json(
        status: Int = 200, headers: [(name: String, value: String)] = [], _ write: (inout JSONWriter) -> Void
    ) -> DashboardAnswer {
        var json = JSONWriter()
        write(&json)
        return DashboardAnswer(status: status, type: "application/json", json.bytes, headers: headers)
    }

    /// An error in the one shape that all errors have.
    static func error(
        _ status: Int, code: String, _ message: String, headers: [(name: String, value: String)] = []
    ) -> DashboardAnswer {
        .json(status: status, headers: headers) { json in
            json.object { json in
                json.key("error")
                json.object { json in
                    json.key("code")
                    json.string(code)
                    json.key("message")
                    json.string(message)
                }
            }
        }
    }

    /// Sent with every answer: the page runs its own files only, talks to its own server only, and sits in no frame.
    package static let securityHeaders: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}
