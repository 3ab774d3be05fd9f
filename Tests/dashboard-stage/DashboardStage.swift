// A dashboard over staged views. A line `show drifted` on standard input publishes the view of that name.
//
// It prints `listening on 127.0.0.1:PORT` first, and `showing NAME` after each change. The end of input ends it.

import Dashboard
import Glibc
import Logging
import PipelineHost
import StagedViews

@main
struct DashboardStage {
    static func main() throws {
        DashboardServer.collectMetrics()
        let board = ViewBoard()
        let arguments = CommandLine.arguments
        let server: DashboardServer
        do {
            server = try DashboardServer(
                HTTPSettings(address: try HTTPAddress(arguments.count > 1 ? arguments[1] : "127.0.0.1:0")),
                board: board,
                logger: Logger(label: "stage"))
        } catch {
            say("\(error)", to: STDERR_FILENO)
            exit(74)
        }
        say("listening on \(server.address)")
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 2, words[0] == "show", let scene = StagedView(rawValue: words[1]) else {
                say("unknown: \(line)")
                continue
            }
            board.publish(try scene.view(takenAt: WallClock.now()))
            say("showing \(scene.rawValue)")
        }
        server.stop()
    }

    // Not `print`, which keeps lines back where a pipe reads them.
    private static func say(_ line: String, to descriptor: Int32 = STDOUT_FILENO) {
        let bytes = Array((line + "\n").utf8)
        precondition(write(descriptor, bytes, bytes.count) == bytes.count, "nobody reads what the stage says")
    }
}
