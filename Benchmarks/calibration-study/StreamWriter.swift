// Hands a run's stream to another program, so that peers are judged on the very same events.

import ElementaryMath
import Foundation

enum StreamWriter {
    /// Writes `count` events to standard output: p as a little-endian `Double`, then y as a byte.
    static func write(_ stream: StudyStream, count: Int) throws {
        var stream = stream
        var buffer = Data(capacity: 9 << 16)
        for event in 0..<count {
            let (served, outcome) = stream.next()
            withUnsafeBytes(of: sigmoid(served).bitPattern.littleEndian) { buffer.append(contentsOf: $0) }
            buffer.append(UInt8(outcome))
            if event % 65_536 == 65_535 || event == count - 1 {
                try FileHandle.standardOutput.write(contentsOf: buffer)
                buffer.removeAll(keepingCapacity: true)
            }
        }
    }
}
