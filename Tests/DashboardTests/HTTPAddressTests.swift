// Where a dashboard may listen.

import PipelineHost
import Testing

struct HTTPAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080, true), ("localhost:1", "127.0.0.1", 1, true),
        ("0.0.0.0:65535", "0.0.0.0", 65535, false), ("10.1.2.3:0", "10.1.2.3", 0, false),
    ])
    func addresses(text: String, host: String, port: UInt16, isLocal: Bool) throws {
        let address = try HTTPAddress(text)
        #expect(address.host == host && address.port == port && address.isLocal == isLocal)
    }

    @Test(arguments: [
        "", ":", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80 ", "256.0.0.1:80",
        "127.0.0:80", "127.0.0.1.5:80", "::1:80", "[::1]:80", "example.org:80", "127.0.0.+1:80", "http://127.0.0.1:80",
    ])
    func othersAreRefused(text: String) {
        #expect(throws: SettingError.self) { try HTTPAddress(text) }
    }
}
