// What the router reads of a request. Not an HTTP library's type, so that routing is tested without sockets.

/// One request, as far as an answer depends on it.
package struct DashboardRequest: Sendable {
    /// `GET`, in capitals.
    package var method: String
    /// The path as it was sent, percent-encoded.
    package var path: String
    /// The query's names and values, decoded.
    package var query: [(name: String, value: String)]
    /// The `Accept` header; empty where none was sent.
    package var accept: String
    /// The `Host` header; `nil` where none was sent.
    package var host: String?

    /// A request by its parts.
    package init(
        method: String = "GET", path: String, query: [(name: String, value: String)] = [], accept: String = "",
        host: String? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.accept = accept
        self.host = host
    }

    /// The path's parts, each decoded by itself, so that a name may hold a slash; `nil` where one is no UTF-8.
    var segments: [String]? {
        var segments: [String] = []
        for part in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            guard let segment = DashboardRequest.decoded(part) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    private static func decoded(_ bytes: some Sequence<UInt8>) -> String? {
        var result: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(hexadecimal), let low = iterator.next().flatMap(hexadecimal)
            else { return nil }
            result.append(high << 4 | low)
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
