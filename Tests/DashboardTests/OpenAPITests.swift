// The document names every path there is, and none that is not. Its schemas are held against answers end to end.

import Dashboard
import Foundation
import PipelineHost
import StagedViews
import Testing

struct OpenAPITests {
    private func paths() throws -> [String: NSDictionary] {
        let document = try TestDashboard().json("/api/v1/openapi.json")
        #expect(document["openapi"] as? String == "3.1.0")
        #expect((document["info"] as? NSDictionary)?["version"] as? String == weirVersion)
        return try #require(document["paths"] as? [String: NSDictionary])
    }

    @Test func everyDocumentedPathAnswersWithADocumentedStatus() throws {
        for view in [nil, try Scenes.drifted.get()] {
            let dashboard = try TestDashboard(view)
            for (path, item) in try paths() {
                let answer = dashboard.get(path.replacing("{name}", with: "click"))
                let responses = try #require((item["get"] as? NSDictionary)?["responses"] as? [String: NSDictionary])
                #expect(responses[String(answer.status)] != nil, "\(path) \(answer.status)")
                let content = try #require(responses["200"]?["content"] as? NSDictionary)
                if answer.status == 200 {
                    let type = try #require(header("Content-Type", answer)?.split(separator: ";").first)
                    #expect(content[String(type)] != nil, "\(path) \(type)")
                }
            }
        }
    }

    @Test func everyPathOfTheAPIIsDocumented() throws {
        let documented = Set(try paths().keys)
        #expect(
            documented == [
                "/api/v1/view", "/api/v1/heads", "/api/v1/heads/{name}", "/api/v1/alarms", "/api/v1/events",
                "/api/v1/openapi.json", "/metrics", "/healthz", "/readyz",
            ])
    }
}
