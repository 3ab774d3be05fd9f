// The version, in one place.

/// The released version, as semantic versioning means it.
public let weirVersion = "0.1.0"
