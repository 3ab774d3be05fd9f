// The API says what the report says, and what the view holds.

import Dashboard
import Foundation
import PipelineHost
import StagedViews
import Testing

struct NumberTests {
    private func report() throws -> NSDictionary {
        let text = try Scenes.drifted.get().report.json
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }

    @Test func theViewHoldsTheReportAsTheCommandPrintsIt() throws {
        let view = try TestDashboard(Scenes.drifted.get()).json("/api/v1/view")
        #expect(view["report"] as? NSDictionary == (try report()))
        #expect(view["number"] as? Int == 1)
    }

    @Test func rangeAllIsTheReportsHead() throws {
        let dashboard = try TestDashboard(try Scenes.drifted.get())
        let heads = try #require(try report()["heads"] as? [NSDictionary])
        let click = try #require(
            (try dashboard.json("/api/v1/heads/click", [("range", "all")])["outputs"] as? [NSDictionary])?.first)
        let calibration = try #require(click["calibration"] as? [String: NSObject])
        #expect(calibration.count > 20)
        for (name, value) in calibration { #expect(heads[0][name] as? NSObject == value, "\(name)") }
        let classes = try #require(heads[1]["classes"] as? [[String: NSObject]])
        let outputs = try #require(
            try dashboard.json("/api/v1/heads/delivery", [("range", "all")])["outputs"] as? [NSDictionary])
        #expect(outputs.count == 3)
        for (expected, output) in zip(classes, outputs) {
            #expect(output["class"] as? NSObject == expected["name"])
            let calibration = try #require(output["calibration"] as? [String: NSObject])
            for (name, value) in calibration { #expect(expected[name] == value, "\(name)") }
        }
    }

    @Test func countsAreTheReportsToo() throws {
        let counts = try #require(
            try TestDashboard(Scenes.drifted.get()).json("/api/v1/heads")["counts"] as? [String: NSObject])
        let report = try report()
        for (name, value) in counts { #expect(report[name] as? NSObject == value, "\(name)") }
        // What is of a head, or of the monitor as a whole, is no count.
        let names = Set(report.allKeys.compactMap { $0 as? String }).subtracting(["heads", "alarms"])
        #expect(Set(counts.keys) == names)
    }

    private struct Shown: Decodable {
        struct Output: Decodable { let panes: [Pane] }
        struct Pane: Decodable {
            let positives: Double
            let calibrationRatio: Double?
        }
        let outputs: [Output]
    }

    @Test func windowsAreThoseOfTheView() throws {
        let view = try Scenes.drifted.get()
        let dashboard = try TestDashboard(view)
        for (range, panes) in [("hour", view.heads[0].outputs[0].minutes), ("days", view.heads[0].outputs[0].hours)] {
            let output = try #require(
                (try dashboard.json("/api/v1/heads/click", [("range", range)])["outputs"] as? [NSDictionary])?.first)
            // JSONDecoder reads numbers exactly, JSONSerialization to within their last digit.
            let shown = try JSONDecoder().decode(
                Shown.self, from: Data(text(dashboard.get("/api/v1/heads/click", [("range", range)])).utf8)
            ).outputs[0].panes
            #expect(shown.map(\.positives) == panes.map(\.observed))
            #expect(shown.map(\.calibrationRatio) == panes.map(\.ratio))
            let calibration = try #require(output["calibration"] as? NSDictionary)
            // Ratios of earlier stages are kept since the start only, so a window does not make them up.
            #expect(calibration["rawCalibrationRatio"] == nil)
            #expect(calibration["labelled"] as? Int == panes.reduce(0) { $0 + $1.labelled })
        }
        let outputs = try dashboard.json("/api/v1/heads/click")["outputs"] as? [NSDictionary]
        let scores = try #require(outputs?.first?["scores"] as? [NSDictionary])
        #expect(
            scores.reduce(0) { $0 + ($1["count"] as? Int ?? 0) } == view.heads[0].outputs[0].lastDays.labelled)
    }

    @Test func theLimitOfSlicesKeepsTheFirst() throws {
        let dashboard = try TestDashboard(try Scenes.drifted.get())
        func slices(_ query: [(String, String)]) throws -> [NSDictionary] {
            let outputs = try dashboard.json("/api/v1/heads/click", query)["outputs"] as? [NSDictionary]
            return try #require(outputs?.first?["slices"] as? [NSDictionary])
        }
        let all = try slices([])
        #expect(all.count == 6)
        #expect(try slices([("slices", "2")]) == Array(all.prefix(2)))
        #expect(try slices([("slices", "0")]).isEmpty)
        #expect(all[0]["value"] as? String == "women")
        #expect(all[0]["flagged"] as? Bool == true)
    }
}
