// Where the dashboard listens, checked before a socket sees it.

/// An IPv4 address or `localhost`, and a port: `127.0.0.1:8080`.
public struct HTTPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four numbers with dots.
    public let host: String
    /// The port; 0 for one that is free.
    public let port: UInt16

    /// Reads an address.
    ///
    /// - Throws: `SettingError` for any other text.
    public init(_ text: String) throws(SettingError) {
        let remedy = "write an IPv4 address and a port, such as 127.0.0.1:8080"
        guard let colon = text.lastIndex(of: ":") else { throw SettingError("'\(text)' names no port", remedy: remedy) }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy(HTTPAddress.isDigit), let port = UInt16(digits) else {
            throw SettingError("port '\(digits)' is outside 0…65535", remedy: remedy)
        }
        let name = String(text[..<colon])
        let host = name == "localhost" ? "127.0.0.1" : name
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 4, numbers.allSatisfy({ $0.utf8.allSatisfy(HTTPAddress.isDigit) && UInt8($0) != nil })
        else {
            throw SettingError("'\(name)' is no IPv4 address", remedy: remedy)
        }
        self.host = host
        self.port = port
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Whether only this machine can reach it.
    public var isLocal: Bool { host.hasPrefix("127.") }

    /// `127.0.0.1:8080`.
    public var description: String { "\(host):\(port)" }
}
