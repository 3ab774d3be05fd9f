// What a deployment decided, read once and never doubted again. Reading is Configuration+Loading's and Reading/'s,
// defaults and bounds are ConfigurationLimits'; nothing here knows YAML.

public import Calibration
public import OnlineLearning
public import PipelineRoles

/// One deployment: the model it folds, and where and how the roles run.
///
///     let configuration = try Configuration.load(path: "weir.yaml")
///     print(configuration.explanation())
///
/// A value that `load` or `parse` returned holds every rule of the reader: features and heads within `Limits`, unique head
/// names, no feature that reads a label, times wherever the clock needs them. A value changed by hand holds what its
/// changer kept.
public struct Configuration: Hashable, Sendable {
    /// The deployment's name: small letters, digits and hyphens.
    public var name: String
    /// The part that decides what a journal folds to.
    public var specification: Specification
    /// Which events the report counts as flagged, per head.
    public var flagging: [FlaggingRule]
    /// Which clock dates the stream.
    public var clock: StreamClock
    /// Where the roles meet.
    public var endpoints: Endpoints
    /// Where the journal is, and how often it gets a checkpoint.
    public var journal: JournalSettings
    /// When an event's reply is given.
    public var acknowledgement: ScoreAcknowledgement
    /// Bytes of frames and replies that a worker may hold until they are durable.
    public var spoolBytes: Int
    /// What a worker does beyond it.
    public var spoolFull: SpoolPolicy
    /// What a monitor looks for and whom it tells.
    public var monitor: MonitorConfiguration
    /// Where the dashboard listens unless an option says otherwise; `nil` for nowhere.
    public var http: HTTPSettings?
    /// How recorded rows become events and labels; `nil` where nothing is replayed.
    public var replay: ReplayMapping?
    /// The text it was read from: what a journal keeps, so that it can be reported on by itself.
    public internal(set) var yaml = ""
    /// What is allowed but probably not meant, in line order.
    public var advice: [ConfigurationIssue]
}
