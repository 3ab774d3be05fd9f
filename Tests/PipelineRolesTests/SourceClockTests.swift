// How far event time has come: the least of the live sources, what a source's leaving does, and how streams end.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Testing

@Suite("Event time by its sources")
struct SourceClockTests {
    private func fold() throws -> LearnerFold { .marked(try TestSpecification.make(windows: [.seconds(10)])) }

    @Test("windows close by the least watermark of all sources")
    func leastSource() throws {
        let fold = try fold()
        fold.take(.mark(1, 0))
        fold.take(.mark(2, 0))
        fold.take(.event("a", 0, heads: 1))
        fold.take(.mark(1, 100))
        #expect(fold.joins.clock.watermark == at(0))
        #expect(fold.joins.joiner.pendingCount == 1)
        fold.take(.mark(2, 10))
        #expect(fold.joins.joiner.pendingCount == 1)
        fold.take(.mark(2, 10.5))
        #expect(fold.joins.clock.watermark == at(10.5))
        #expect(fold.joins.joiner.pendingCount == 0)
    }

    @Test("a source's watermark and position never go back")
    func monotone() throws {
        let fold = try fold()
        fold.take(.mark(1, 50, position: 7))
        fold.take(.mark(1, 20, position: 3))
        #expect(fold.joins.clock.watermark == at(50))
        #expect(fold.joins.clock.position(of: 1) == 7)
        #expect(fold.joins.clock.position(of: 2) == 0)
    }

    @Test("a new source that is behind holds time where it is and does not turn it back")
    func newSourceBehind() throws {
        let fold = try fold()
        fold.take(.mark(1, 50))
        fold.take(.mark(2, 20))
        #expect(fold.joins.clock.watermark == at(50))
        fold.take(.mark(1, 80))
        #expect(fold.joins.clock.watermark == at(50))
        fold.take(.mark(2, 60))
        #expect(fold.joins.clock.watermark == at(60))
    }

    @Test("a leaving source closes nothing; time moves on with the next word of those that stay")
    func leaving() throws {
        let fold = try fold()
        fold.take(.mark(1, 100))
        fold.take(.mark(2, 0))
        fold.take(.event("a", 95, heads: 1))
        fold.take(.mark(1, 200))
        fold.take(.sourceLeft(2))
        #expect(fold.joins.joiner.pendingCount == 1)
        fold.take(.mark(1, 201))
        #expect(fold.joins.joiner.pendingCount == 0)
    }

    @Test("with nobody left to speak no window closes, whether other streams have ended or not")
    func outage() throws {
        let alone = try fold()
        alone.take(.mark(1, 0))
        alone.take(.event("a", 0, heads: 1))
        alone.take(.sourceLeft(1))
        #expect(alone.joins.joiner.pendingCount == 1)
        #expect(alone.joins.clock.watermark == at(0))

        let afterReplay = try fold()
        afterReplay.take(.mark(9, 0))
        afterReplay.take(.end(9))
        afterReplay.take(.mark(1, 1_000))
        afterReplay.take(.event("a", 1_000, heads: 1))
        afterReplay.take(.sourceLeft(1))
        #expect(afterReplay.joins.joiner.pendingCount == 1)
        #expect(afterReplay.joins.clock.watermark == at(1_000))
        afterReplay.take(.mark(2, 1_011))
        #expect(afterReplay.joins.joiner.pendingCount == 0)
    }

    @Test("one ended stream closes nothing while another lives; the last one's end closes everything")
    func ending() throws {
        let fold = try fold()
        fold.take(.mark(1, 0))
        fold.take(.mark(2, 0))
        fold.take(.event("a", 1_000_000, heads: 1))
        fold.take(.end(1))
        #expect(fold.joins.joiner.pendingCount == 1)
        fold.take(.end(2))
        #expect(fold.joins.joiner.pendingCount == 0)
        #expect(fold.joins.clock.watermark == .distantPast)
    }

    @Test("a stream after the end of all others may begin earlier in time")
    func laterStream() throws {
        let fold = try fold()
        fold.take(.mark(1, 1_000))
        fold.take(.end(1))
        #expect(fold.take(.event("a", 5, heads: 1)) == nil)
        fold.take(.mark(2, 5))
        #expect(fold.joins.clock.watermark == at(5))
        #expect(fold.joins.joiner.pendingCount == 1)
        fold.take(.mark(2, 16))
        #expect(fold.joins.joiner.pendingCount == 0)
        #expect(fold.take(.event("b", 5, heads: 1)) == .lateEvent)
    }

    @Test("a source beyond the bound has no effect and is counted; the known ones go on")
    func tooManySources() throws {
        let fold = try fold()
        for source in 0..<UInt64(Limits.sources) { fold.take(.mark(source, 0)) }
        let full = fold.bytes
        #expect(fold.take(.mark(UInt64(Limits.sources), 50)) == .tooManySources)
        #expect(fold.joins.clock.sources.count == Limits.sources)
        #expect(fold.joins.rejections == [.tooManySources: 1])
        #expect(fold.take(.mark(0, 50)) == nil)
        #expect(fold.bytes != full)
        #expect(try fold.restored().bytes == fold.bytes)
    }

    @Test("a reset lets live sources begin anew and keeps where replays are")
    func reset() throws {
        let fold = try fold()
        fold.take(.mark(1, 1e9))
        fold.take(.mark(2, 1e9, position: 5))
        fold.take(.event("late", 100, heads: 1))
        #expect(fold.joins.rejections[.lateEvent] == 1)
        fold.take(.control(.resetTime))
        #expect(fold.joins.clock.watermark == .distantPast)
        #expect(fold.joins.clock.position(of: 2) == 5 && fold.joins.clock.sources.map(\.id) == [2])
        fold.take(.sourceLeft(2))
        fold.take(.event("in time", 100, heads: 1))
        fold.take(.mark(1, 101))
        #expect(fold.joins.rejections[.lateEvent] == 1)
        #expect(fold.joins.clock.watermark == at(101))
        #expect(fold.joins.joiner.pendingCount == 1)
    }

    @Test("at the bound the stream that ended first makes room; live sources never do")
    func bound() throws {
        let fold = try fold()
        fold.take(.mark(1, 0))
        for source in (10..<UInt64(10 + Limits.sources - 1)).reversed() { fold.take(.end(source)) }
        #expect(fold.joins.clock.sources.count == Limits.sources)
        let first = UInt64(10 + Limits.sources - 2)
        #expect(fold.joins.clock.sources.contains { $0.id == first })
        #expect(fold.take(.end(9_999_999)) == nil)
        #expect(fold.joins.clock.sources.count == Limits.sources)
        #expect(!fold.joins.clock.sources.contains { $0.id == first })
        #expect(try fold.restored().bytes == fold.bytes)
        let full = try self.fold()
        for source in 0..<UInt64(Limits.sources) { full.take(.mark(source, 0)) }
        #expect(full.take(.mark(9_999_999, 0)) == .tooManySources)
        #expect(full.take(.end(9_999_999)) == .tooManySources)
    }
}
