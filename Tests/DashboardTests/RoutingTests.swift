// What answers where, and what does not.

import Dashboard
import PipelineHost
import StagedViews
import Testing

struct RoutingTests {
    @Test(arguments: [
        ("/", "text/html; charset=utf-8"), ("/app.js", "text/javascript; charset=utf-8"),
        ("/charts.js", "text/javascript; charset=utf-8"), ("/words.js", "text/javascript; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"), ("/icon.svg", "image/svg+xml"),
        ("/api/v1/openapi.json", "application/json"), ("/healthz", "text/plain; charset=utf-8"),
    ])
    func whatNeedsNoViewAnswersBeforeThereIsOne(path: String, type: String) throws {
        let answer = try TestDashboard().get(path)
        #expect(answer.status == 200)
        #expect(header("Content-Type", answer) == type)
        #expect(try !text(answer).isEmpty)
    }

    @Test(arguments: ["/api/v1/view", "/api/v1/heads", "/api/v1/heads/click", "/api/v1/alarms", "/readyz"])
    func whatNeedsAViewSaysThatThereIsNone(path: String) throws {
        let answer = try TestDashboard().get(path)
        #expect(answer.status == 503)
        #expect(try errorCode(answer) == "no-view-yet")
    }

    @Test(arguments: [
        "", "*", "/nothing", "/api", "/api/v1", "/api/v1/", "/api/v2/view", "/api/v1/view/", "/api/v1/heads/click/more",
        "//", "/..", "/../etc/passwd", "/%2e%2e/app.js", "/%", "/%zz", "/%ff", "/APP.JS",
    ])
    func unknownPathsAreNotFound(path: String) throws {
        let answer = try TestDashboard(try Scenes.drifted.get()).get(path)
        #expect(answer.status == 404)
        #expect(try errorCode(answer) == "unknown-path")
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
    func otherMethodsAreNotAllowed(method: String) throws {
        let dashboard = try TestDashboard(try Scenes.drifted.get())
        let answer = dashboard.router.answer(DashboardRequest(method: method, path: "/api/v1/view"))
        #expect(answer.status == 405)
        #expect(header("Allow", answer) == "GET, HEAD")
        #expect(try errorCode(answer) == "method-not-allowed")
        // A path that is not there stays so, whatever the method.
        #expect(dashboard.router.answer(DashboardRequest(method: method, path: "/nothing")).status == 404)
    }

    @Test(arguments: ["clic", "Click", "click%20", "", "click%00"])
    func unknownHeadsAreNotFound(name: String) throws {
        let answer = try TestDashboard(try Scenes.drifted.get()).get("/api/v1/heads/\(name)")
        #expect(answer.status == 404)
        #expect(try errorCode(answer) == "unknown-head")
    }

    @Test(arguments: ["", "Hour", "2d", "hour,days", "all "])
    func badRangesAreRefused(range: String) throws {
        let dashboard = try TestDashboard(try Scenes.drifted.get())
        let answer = dashboard.get("/api/v1/heads/click", [("range", range)])
        #expect(answer.status == 400)
        #expect(try errorCode(answer) == "bad-range")
        #expect(dashboard.get("/api/v1/heads/click", [("range", "hour"), ("range", "hour")]).status == 400)
    }

    @Test(arguments: ["", "-1", "ten", "1.5", "99999999999999999999"])
    func badLimitsOfSlicesAreRefused(limit: String) throws {
        let dashboard = try TestDashboard(try Scenes.drifted.get())
        for path in ["/api/v1/heads/click", "/api/v1/view"] {
            let answer = dashboard.get(path, [("slices", limit)])
            #expect(answer.status == 400)
            #expect(try errorCode(answer) == "bad-slices")
        }
    }

    @Test func namesOfHeadsAreDecodedPartByPart() throws {
        let dashboard = try TestDashboard(try Scenes.hostile.get())
        #expect(try dashboard.json("/api/v1/heads/a%2Fb%3Fc")["name"] as? String == "a/b?c")
        #expect(
            try dashboard.json("/api/v1/heads/%3Cscript%3Efail()%3C%2fscript%3E")["name"] as? String
                == "<script>fail()</script>")
        #expect(dashboard.get("/api/v1/heads/a/b?c").status == 404)
    }

    /// A page elsewhere may have its own name resolve to this machine; its requests bear that name.
    @Test func aLoopbackDashboardIsAskedForByItsOwnNamesOnly() throws {
        let dashboard = try TestDashboard(try Scenes.drifted.get())
        for path in ["/", "/api/v1/view", "/metrics", "/healthz", "/nowhere"] {
            for host in ["rebound.example.org:8080", "localhost.example.org", "", "127.0.0.1.nip.io", "1.2.3"] {
                let answer = dashboard.get(path, host: host)
                #expect(answer.status == 421, "\(host) \(path)")
                #expect(try errorCode(answer) == "unknown-host")
            }
        }
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:9", "10.0.0.7:80", "[::1]:8080", nil] {
            #expect(dashboard.get("/healthz", host: host).status == 200, "\(host ?? "none")")
        }
    }

    @Test func listedNamesAreAnsweredToo() throws {
        let listed = try TestDashboard(hosts: ["dash.example.org"])
        #expect(listed.get("/healthz", host: "Dash.example.org:443").status == 200)
        #expect(listed.get("/healthz", host: "dash.example.org.").status == 200)
        #expect(listed.get("/healthz", host: "example.org").status == 421)
        // An address that others reach has names that nobody here knows, until somebody lists them.
        #expect(try TestDashboard(address: "0.0.0.0:80").get("/healthz", host: "example.org").status == 200)
        let both = try TestDashboard(address: "0.0.0.0:80", hosts: ["dash.example.org"])
        #expect(both.get("/healthz", host: "example.org").status == 421)
    }

    @Test func readinessNamesItsReason() throws {
        var view = try Scenes.tooEarly.get()
        #expect(try TestDashboard(view).get("/readyz").status == 200)
        view.modelAge = 299.9
        #expect(try TestDashboard(view).get("/readyz").status == 200)
        view.modelAge = 300
        #expect(try errorCode(try TestDashboard(view).get("/readyz")) == "model-stale")
        #expect(try TestDashboard(view, staleAfter: .seconds(301)).get("/readyz").status == 200)
        view.modelAge = nil
        view.link = .catchingUp
        #expect(try object(try TestDashboard(view).get("/readyz"))["link"] as? String == "catchingUp")
        view.link = .learnerGone
        let gone = try TestDashboard(view).get("/readyz")
        #expect(gone.status == 503)
        #expect(try errorCode(gone) == "tail-silent")
    }

    @Test func thePageLoadsNothingFromElsewhereAndNoInlineCode() throws {
        let policy = try #require(
            DashboardAnswer.securityHeaders.first { $0.name == "Content-Security-Policy" }?.value)
        #expect(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("*"))
        let sniffing = DashboardAnswer.securityHeaders.first { $0.name == "X-Content-Type-Options" }?.value
        #expect(sniffing == "nosniff")
        let page = try text(try TestDashboard().get("/"))
        for foreign in ["http://", "https://", "style=", "onclick"] { #expect(!page.contains(foreign)) }
    }
}
