// A dashboard over staged views. Lines on standard input change the scene:
//
//     show drifted     the view of that name
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
        // Standard output is read line by line by a test.
        DashboardServer.collectMetrics()
        let board = ViewBoard()
        let arguments = CommandLine.arguments
        let address = try HTTPAddress(arguments.count > 1 ? arguments[1] : "127.0.0.1:0")
        let server = try DashboardServer(address: address, board: board, logger: Logger(label: "stage"))
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

    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        precondition(write(1, bytes, bytes.count) == bytes.count, "the reader of standard output is gone")
    }
}
