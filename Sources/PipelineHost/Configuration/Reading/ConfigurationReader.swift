// The top of the file: which sections there are, and the configuration they make together. Features, heads and replay
// have readers of their own; rules across sections are ConfigurationReader+Agreement's.

import OnlineLearning
import PipelineRoles
import ScoringRecords
import Yams

/// Reads a document into a configuration.
struct ConfigurationReader {
    /// What relative paths in the file start with: the file's folder with its slash, or nothing.
    let folder: String
    /// Where errors and advice go.
    let findings: Findings

    private static let keys = [
        "name", "event", "features", "heads", "model", "stream", "intake", "limits", "journal", "endpoints", "monitor",
        "http", "replay",
    ]

    /// The configuration; `nil` only after noting an error. Where a value was wrong, its default stands in so that reading
    /// goes on: the caller must look at the errors, too.
    func read(_ root: Node) -> Configuration? {
        let document = Setting(node: root, path: "", findings: findings)
        guard let top = Section(document, keys: ConfigurationReader.keys, example: "name: ad-clicks") else {
            return nil
        }
        let name = top.require("name", remedy: "name the deployment, such as name: ad-clicks", deploymentName)
        let event = top.require("event", remedy: "name the id member, such as event: { id: impression_id }", self.event)
        let features = top.require(
            "features", remedy: "list at least one, such as - { hash: campaign }", FeatureReader.features)
        let heads = top.require(
            "heads", remedy: "list at least one, such as - { name: click, window: 30m }", HeadReader.heads)
        let model = ModelReader.model(top["model"])
        let stream = self.stream(top["stream"])
        let acknowledgement = self.acknowledgement(top["intake"])
        let limits = self.limits(top["limits"])
        let journal = self.journal(top["journal"])
        let endpoints = self.endpoints(top["endpoints"])
        let monitor = MonitorReader.monitor(top["monitor"])
        let http = HTTPReader.http(top["http"])
        let replay = top["replay"].flatMap {
            ReplayReader(folder: folder, idField: event?.id, heads: heads).mapping($0)
        }
        checkOutputs(top: top, heads: heads ?? [], model: model)
        checkAgreement(top: top, event: event, clock: stream.clock, features: features, heads: heads, replay: replay)
        checkSlices(monitor, event: event, replay: replay)
        checkEarlyAge(monitor, heads: heads ?? [])
        guard let name, let event, let features, let heads, let optimizer = model.optimizer else { return nil }
        return Configuration(
            name: name,
            specification: Specification(
                idField: event.id, timeField: event.time, features: features.map(\.definition),
                heads: heads.compactMap(\.specification), bits: model.bits, optimizer: optimizer,
                slots: model.slots, guards: model.guards, importanceAware: model.importanceAware,
                standardErrors: model.standardErrors,
                grace: stream.grace, maximumPending: limits.pending,
                orphanWindow: stream.orphanWindow, maximumOrphans: limits.orphans),
            flagging: heads.filter { $0.specification != nil }.map(\.flagging),
            clock: stream.clock, endpoints: endpoints, journal: journal, acknowledgement: acknowledgement,
            spoolBytes: limits.spool, spoolFull: limits.spoolFull,
            monitor: monitor.configuration, http: http, replay: replay?.mapping, advice: findings.sortedAdvice)
    }

    private func deploymentName(_ setting: Setting) -> String? {
        guard let text = setting.text() else { return nil }
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
        guard text.allSatisfy(letters.contains) else {
            setting.refuse("'\(text)' is no name", remedy: "use small letters, digits and hyphens, such as ad-clicks")
            return nil
        }
        return text
    }

    private func event(_ setting: Setting) -> (id: String, time: String?)? {
        guard let section = Section(setting, keys: ["id", "time"], example: "{ id: impression_id, time: timestamp }")
        else { return nil }
        let time = section["time"].flatMap { $0.text() }
        guard let id = section.require("id", remedy: "name the member that holds the id", { $0.text() }) else {
            return nil
        }
        if let member = section["time"], time == id {
            member.refuse("id and time are the same member", remedy: "name two members, or leave time out")
        }
        return (id, time)
    }

    private struct Stream {
        var clock = StreamClock.wall
        var grace = TimeSpan.zero
        var orphanWindow = ConfigurationLimits.defaultOrphanWindow
    }

    private func stream(_ setting: Setting?) -> Stream {
        var stream = Stream()
        guard let setting,
            let section = Section(
                setting, keys: ["clock", "grace", "orphanWindow"], example: "{ clock: wall, grace: 0s }")
        else { return stream }
        stream.clock = section.read("clock", else: stream.clock) {
            $0.choice(["wall": StreamClock.wall, "stream": .stream])
        }
        stream.grace = section.read("grace", else: stream.grace) { $0.duration() }
        stream.orphanWindow = section.read("orphanWindow", else: stream.orphanWindow) { $0.duration() }
        return stream
    }

    private func acknowledgement(_ setting: Setting?) -> ScoreAcknowledgement {
        guard let setting, let section = Section(setting, keys: ["ack"], example: "{ ack: scored }") else {
            return .scored
        }
        return section.read("ack", else: .scored) {
            $0.choice(["scored": ScoreAcknowledgement.scored, "durable": .durable])
        }
    }

    private struct Bounds {
        var pending = ConfigurationLimits.defaultPendingEvents
        var orphans = ConfigurationLimits.defaultOrphanLabels
        var spool = ConfigurationLimits.defaultSpoolBytes
        var spoolFull = SpoolPolicy.refuse
    }

    private func limits(_ setting: Setting?) -> Bounds {
        var bounds = Bounds()
        guard let setting,
            let section = Section(
                setting, keys: ["pendingEvents", "orphanLabels", "spoolBytes", "spoolFull"],
                example: "{ pendingEvents: 1000000 }")
        else { return bounds }
        bounds.pending = section.read("pendingEvents", else: bounds.pending) {
            $0.integer(in: ConfigurationLimits.pendingEvents)
        }
        bounds.orphans = section.read("orphanLabels", else: bounds.orphans) {
            $0.integer(in: ConfigurationLimits.orphanLabels)
        }
        bounds.spool = section.read("spoolBytes", else: bounds.spool) {
            $0.integer(in: ConfigurationLimits.spoolBytes)
        }
        bounds.spoolFull = section.read("spoolFull", else: bounds.spoolFull) {
            $0.choice(["refuse": SpoolPolicy.refuse, "shed": .shed])
        }
        return bounds
    }

    private func journal(_ setting: Setting?) -> JournalSettings {
        let standard = JournalSettings()
        guard let setting,
            let section = Section(
                setting,
                keys: [
                    "path", "checkpointRecords", "keepCheckpoints", "commitInterval", "commitBytes", "retainBytes",
                    "retainAge",
                ], example: "{ path: weir.journal }")
        else { return standard }
        return JournalSettings(
            path: section.read("path", else: standard.path) { $0.text(maximumBytes: ConfigurationLimits.pathBytes) },
            checkpointRecords: section.read("checkpointRecords", else: standard.checkpointRecords) {
                $0.integer(in: ConfigurationLimits.checkpointRecords)
            },
            keepCheckpoints: section.read("keepCheckpoints", else: standard.keepCheckpoints) {
                $0.integer(in: ConfigurationLimits.keepCheckpoints)
            },
            commitInterval: section.read("commitInterval", else: standard.commitInterval) {
                $0.duration(in: ConfigurationLimits.commitInterval)
            },
            commitBytes: section.read("commitBytes", else: standard.commitBytes) {
                $0.integer(in: ConfigurationLimits.commitBytes)
            },
            retainBytes: section["retainBytes"].flatMap {
                $0.integer(in: ConfigurationLimits.retainBytes).map(UInt64.init)
            },
            retainAge: section["retainAge"].flatMap { $0.duration(atLeast: .seconds(1)) })
    }
}
