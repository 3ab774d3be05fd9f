// A monitor's state in a file, so that a restart folds only the journal's tail.
//
//   magic "WEIRMCKP"  format:u32  sequence:u64  untold:u64  specification:32  body:bytes (the fold's canonical bytes)
//   SHA-256 of everything before it:32
//
// `untold` is the number of the first alarm that was not told for certain; all ones where nobody knew what is news.

import ByteCoding
import Calibration
import Glibc
public import Logging
public import OnlineLearning
public import PipelineRoles

/// A folder with the newest checkpoints of a monitor.
public struct MonitorCheckpoints: Sendable {
    /// The folder.
    public let folder: String
    /// How many are kept.
    public static let keep = 3

    private static let magic = Array("WEIRMCKP".utf8)
    private static let format: UInt32 = 2
    private static let suffix = ".monitor"
    private static let maximumBytes = 1 << 34

    /// The checkpoints in `folder`, which must be there.
    public init(folder: String) { self.folder = folder }

    /// What a checkpoint holds.
    public struct Restored {
        /// The state.
        public var fold: MonitorFold
        /// The number of the first alarm to tell; `nil` where nobody knew what is news.
        public var untold: UInt64?
    }

    /// The bytes of a checkpoint of `fold` as it is now.
    ///
    /// - Parameter untold: the number of the first alarm to tell after a restart.
    public static func encode(_ fold: MonitorFold, untold: UInt64?) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeRaw(magic)
        writer.writeUInt32(format)
        writer.writeUInt64(fold.joins.sequence)
        writer.writeUInt64(untold ?? .max)
        writer.writeRaw(fold.specificationDigest)
        fold.encode(into: &writer)
        writer.writeRaw(SHA256.digest(writer.bytes))
        return writer.bytes
    }

    /// Writes a checkpoint's bytes durably and removes those beyond ``keep``.
    ///
    /// - Throws: `HostError` with code `system`.
    public func write(_ bytes: [UInt8], sequence: UInt64) throws {
        let digits = String(sequence)
        // Twenty digits hold every UInt64, so names sort as numbers do.
        let name = String(repeating: "0", count: 20 - digits.count) + digits + MonitorCheckpoints.suffix
        try DurableFile.write([bytes], to: "\(folder)/\(name)", in: folder)
        // Where they cannot be listed the old ones stay until the next time: the new one is there.
        for old in ((try? names()) ?? []).dropLast(MonitorCheckpoints.keep) { unlink("\(folder)/\(old)") }
    }

    /// The newest state under this specification and these settings; one that is damaged is set aside with a warning.
    ///
    /// - Throws: a folder that cannot be read.
    public func restore(
        specification: Specification, specificationDigest: [UInt8], settings: MonitorSettings, logger: Logger
    ) throws -> Restored? {
        for name in try names().reversed() {
            let path = "\(folder)/\(name)"
            do {
                return try MonitorCheckpoints.read(
                    path, specification: specification, specificationDigest: specificationDigest, settings: settings)
            } catch {
                let why: Logger.Metadata = ["file": "\(path)", "why": "\(error)"]
                if let error = error as? HostError, error.code == .configuration {
                    logger.notice("the monitor's checkpoint is of another configuration", metadata: why)
                    continue
                }
                logger.warning("the monitor's checkpoint is set aside", metadata: why)
                rename(path, path + ".damaged")
            }
        }
        return nil
    }

    private static func read(
        _ path: String, specification: Specification, specificationDigest: [UInt8], settings: MonitorSettings
    ) throws -> Restored {
        let bytes = try readFile(path, maximumBytes: maximumBytes)
        guard bytes.count > 32, SHA256.digest(Array(bytes.dropLast(32))) == Array(bytes.suffix(32)) else {
            throw HostError(.data, "its sum does not fit", remedy: "remove it")
        }
        var reader = ByteReader(Array(bytes.dropLast(32)))
        guard try reader.readRaw(magic.count) == magic, try reader.readUInt32() == format else {
            throw HostError(.data, "it is no checkpoint of a monitor of this version", remedy: "remove it")
        }
        let (sequence, untold) = (try reader.readUInt64(), try reader.readUInt64())
        let other = HostError(.configuration, "made under another configuration", remedy: "it will be replaced")
        guard try reader.readRaw(32) == specificationDigest else { throw other }
        do {
            let fold = try MonitorFold(
                decoding: &reader, specification: specification, specificationDigest: specificationDigest,
                settings: settings)
            guard fold.joins.sequence == sequence else {
                throw HostError(.data, "it does not hold the state it names", remedy: "remove it")
            }
            return Restored(fold: fold, untold: untold == .max ? nil : untold)
        } catch CalibrationStateError.otherSettings {
            throw other
        }
    }

    private func names() throws -> [String] {
        try DurableFile.names(in: folder, endingIn: MonitorCheckpoints.suffix)
    }
}
