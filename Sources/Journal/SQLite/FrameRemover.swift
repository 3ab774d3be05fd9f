// The removing half of the `frame` table, which only the writer's connection may prepare.

/// Removes the oldest frames.
final class FrameRemover {
    private let deletion: SQLiteStatement

    init(_ connection: SQLiteConnection) throws(JournalError) {
        deletion = try SQLiteStatement("DELETE FROM frame WHERE sequence < ?1", on: connection)
    }

    /// Removes every frame that starts before `sequence`.
    func removeFrames(before sequence: UInt64) throws(JournalError) {
        deletion.bind(bitPattern: sequence, at: 1)
        try deletion.run()
    }
}
