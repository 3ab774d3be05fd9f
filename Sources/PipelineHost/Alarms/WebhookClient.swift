// One POST over plain HTTP/1.1 (RFC 9112): a connection, a request, a status line. TLS is a proxy's on this machine: a
// TLS library would be the largest dependency of all, and a tool beside the program may not be there.

import Glibc
import ScoringRecords

/// Posts JSON to one address. Blocks its thread, for a limited time once the host's name is resolved: that is the system's,
/// which has no limit that could be set here. With the resolver's defaults two servers that do not answer cost about 20 s;
/// an address in digits costs nothing.
struct WebhookClient: Sendable {
    /// What came of a POST.
    enum Outcome: Equatable, Sendable {
        /// A status from 200 to 299.
        case accepted
        /// The receiver is there and will never take it: any other status below 500 but 408, 425 and 429.
        case refused(status: Int)
        /// It may be taken later.
        case failed(String)
    }

    let webhook: MonitorConfiguration.Webhook
    /// Behind the resolution of the name: how long connecting, sending and the answer's first line may take together.
    let timeLimit: TimeSpan

    private static let statusLineBytes = 512

    /// Posts `body`, signed where there is a secret.
    func post(_ body: [UInt8], secret: [UInt8]?) -> Outcome {
        let deadline = MonotonicDeadline(after: timeLimit)
        let descriptor: Int32
        switch connection(deadline) {
        case .success(let connected): descriptor = connected
        case .failure(let failure): return .failed(failure.message)
        }
        defer { close(descriptor) }
        guard send(request(body, secret: secret), to: descriptor, deadline) else {
            return .failed("the receiver did not take the request")
        }
        return answer(of: descriptor, deadline)
    }

    private func request(_ body: [UInt8], secret: [UInt8]?) -> [UInt8] {
        let name = webhook.host.contains(":") ? "[\(webhook.host)]" : webhook.host
        let place = webhook.port == 80 ? name : "\(name):\(webhook.port)"
        var lines = [
            "POST \(webhook.path) HTTP/1.1", "Host: \(place)", "User-Agent: weir/\(weirVersion)",
            "Content-Type: application/json", "Content-Length: \(body.count)", "Connection: close",
        ]
        if let secret {
            let code = MessageAuthentication.hmacSHA256(body, key: secret).hexadecimal
            lines.append("Weir-Signature: sha256=\(code)")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }

    private struct Failure: Error {
        var message: String
    }

    private func connection(_ deadline: MonotonicDeadline) -> Result<Int32, Failure> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(webhook.host, String(webhook.port), &hints, &found)
        guard status == 0 else { return .failure(Failure(message: String(cString: gai_strerror(status)))) }
        defer { freeaddrinfo(found) }
        var message = "no address"
        var next = found
        while let address = next?.pointee {
            next = address.ai_next
            let type = address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let descriptor = socket(address.ai_family, type, address.ai_protocol)
            guard descriptor >= 0 else { continue }
            if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return .success(descriptor) }
            var code = errno
            if code == EINPROGRESS {
                code = ETIMEDOUT
                if deadline.wait(descriptor, Int16(POLLOUT)) {
                    var length = socklen_t(MemoryLayout<Int32>.size)
                    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
                    if code == 0 { return .success(descriptor) }
                }
            }
            message = String(cString: strerror(code))
            close(descriptor)
        }
        return .failure(Failure(message: message))
    }

    private func send(_ bytes: [UInt8], to descriptor: Int32, _ deadline: MonotonicDeadline) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let sent = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset, Int32(MSG_NOSIGNAL))
            }
            if sent > 0 {
                offset += sent
            } else if errno == EAGAIN || errno == EINTR {
                guard deadline.wait(descriptor, Int16(POLLOUT)) else { return false }
            } else {
                return false
            }
        }
        return true
    }

    private func answer(of descriptor: Int32, _ deadline: MonotonicDeadline) -> Outcome {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: WebhookClient.statusLineBytes)
        while !line.contains(UInt8(ascii: "\n")), line.count < WebhookClient.statusLineBytes {
            guard deadline.wait(descriptor, Int16(POLLIN)) else { return .failed("no answer in time") }
            let got = recv(descriptor, &buffer, buffer.count, 0)
            if got < 0, errno == EAGAIN || errno == EINTR { continue }
            guard got > 0 else { break }
            line += buffer[..<got]
        }
        let words = line.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }.split(separator: 0x20)
        guard words.count >= 2, words[0].starts(with: Array("HTTP/1.".utf8)),
            let status = Int(String(decoding: words[1], as: UTF8.self)), (100...599).contains(status)
        else { return .failed("the answer is not HTTP/1.1") }
        switch status {
        case 200...299: return .accepted
        case 408, 425, 429, 500...599: return .failed("status \(status)")
        default: return .refused(status: status)
        }
    }
}
