// Where the dashboard listens and whom it answers.

public import ScoringRecords

/// The `http` section.
public struct HTTPSettings: Hashable, Sendable {
    /// Where it listens.
    public var address: HTTPAddress
    /// The model's age from which `/readyz` says no.
    public var staleAfter: TimeSpan
    /// Names by which it may be asked for, besides `localhost` and addresses; small letters. See ``answers(host:)``.
    public var hosts: [String]

    /// Five minutes.
    public static let standardStaleAfter = TimeSpan.seconds(300)

    /// Settings by their parts.
    public init(
        address: HTTPAddress, staleAfter: TimeSpan = HTTPSettings.standardStaleAfter, hosts: [String] = []
    ) {
        self.address = address
        self.staleAfter = staleAfter
        self.hosts = hosts
    }

    /// Whether a request for this `Host` is answered.
    ///
    /// A page of another site can have its own name resolve to 127.0.0.1 ("DNS rebinding"), and then reads a dashboard of
    /// this machine as if it were its own. Its requests bear that name. So on a loopback address, or once names are
    /// listed, only `localhost`, addresses and those names are answered. A request without `Host` comes from no browser.
    ///
    /// - Parameter host: the header's value, with or without a port; `nil` where there is none.
    public func answers(host: String?) -> Bool {
        guard let host, address.isLocal || !hosts.isEmpty else { return true }
        let name = HTTPSettings.name(of: host)
        return name == "localhost" || hosts.contains(name) || HTTPSettings.isAddress(name)
    }

    private static func name(of host: String) -> String {
        // An IPv6 address stands in brackets and has colons of its own.
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return (name.hasSuffix(".") ? name.dropLast() : name).lowercased()
    }

    private static func isAddress(_ name: String) -> Bool {
        if name.hasPrefix("["), name.hasSuffix("]") { return true }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil && $0.utf8.allSatisfy { $0 != 0x2B } }
    }
}
