// HMAC-SHA256 (RFC 2104, FIPS 198-1), from libsodium like SHA-256.

import CSodium

/// Signs messages with a secret.
public enum MessageAuthentication {
    /// The 32 bytes of HMAC-SHA256 of `message` under `key`, which may have any length.
    public static func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        precondition(sodium_init() >= 0, "libsodium could not start")
        var state = crypto_auth_hmacsha256_state()
        var code = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        crypto_auth_hmacsha256_init(&state, key, key.count)
        crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
        crypto_auth_hmacsha256_final(&state, &code)
        return code
    }
}
