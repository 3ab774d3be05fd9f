// SHA-256 from libsodium, which libzmq brings along: swift-crypto would add minutes to a first build.

import CSodium

/// A running SHA-256.
public struct SHA256 {
    private var state = crypto_hash_sha256_state()

    /// A hash of nothing yet.
    public init() {
        precondition(sodium_init() >= 0, "libsodium could not start")
        crypto_hash_sha256_init(&state)
    }

    /// Takes in more bytes.
    public mutating func update(_ bytes: [UInt8]) { update(bytes[...]) }

    /// Takes in more bytes, without a copy.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        _ = bytes.withUnsafeBufferPointer { crypto_hash_sha256_update(&state, $0.baseAddress, UInt64($0.count)) }
    }

    /// The 32 bytes of the digest; the hash must not be used afterwards.
    public mutating func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256_final(&state, &digest)
        return digest
    }

    /// The digest of `bytes`.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] { digest(bytes[...]) }

    /// The digest of a part of an array, without a copy.
    public static func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }
}

extension [UInt8] {
    /// The bytes as lower-case hexadecimal digits.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
