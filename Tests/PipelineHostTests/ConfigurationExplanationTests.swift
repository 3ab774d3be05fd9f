// What check-config prints, compared whole: people read it, so a change of it is reviewed like one of an interface.

import PipelineHost
import Testing

@Suite("A configuration's explanation")
struct ConfigurationExplanationTests {
    @Test("tells features by field, heads, sizes, places and advice")
    func complete() throws {
        let configuration = try Configuration.parse(yaml: ConfigurationExampleTests.complete, source: "conf/weir.yaml")
        #expect(
            configuration.explanation() == """
                ad-clicks: 7 features of 5 fields, 3 heads

                Event
                  id 'impression_id', time 'timestamp'
                Fields
                  campaign  hash; cross with item_id
                  price     number (log); number (raw, standardized); bucket (width 10)
                  age       bucket (3 edges, 1 to 10.5)
                  income    bucket (log)
                  item_id   cross with campaign
                Heads
                  click      focal loss (gamma 2, positives weigh 0.25, negatives 0.75), window 30m, base rate 0.005, \
                silence is negative, silence is learned after 1m30s and taken back by a late label
                  cancelled  cross-entropy (positives weigh 20, negatives 1), window 1d12h, base rate 0.01, silence says nothing, \
                learns when the window has closed
                  bought     focal loss (gamma 1, positives weigh 3, negatives 1), window 7d, base rate 0.01, \
                silence is negative, silence is learned after 5h36m and taken back by a late label
                Model
                  2^20 = 1048576 slots, 8 MiB per output, 24 MiB in all
                  FTRL-Proximal, alpha 0.3, beta 2, l1 0.5, l2 0.001
                Stream
                  the stream's own clock, grace 1m, up to 5000 events wait for labels, \
                up to 70 labels wait 5s for their events
                Intake
                  scores are answered when durable; spool 2 MiB, and a worker whose spool is full \
                scores events without journalling them
                Journal
                  data/weir.journal, a checkpoint every 100 records, 5 kept
                  a commit every 10ms or 64 KiB, what exceeds 1 GiB or 30d of event time is removed
                Endpoints
                  intake   tcp://*:6000
                  journal  ipc:///run/weir/journal
                  model    inproc://model
                  tail     tcp://127.0.0.1:5603
                Monitor
                  at most 1 false alarms a year at 100 mature events a second, shared by 3 outputs; odds wrong by a \
                factor of 1.02 are tolerated
                  no slices
                  early outcomes, advisory, at a quarter of each window; scores compared in windows of 10000
                  history kept for 90d
                Dashboard
                  nowhere, unless --http says where
                Replay
                  id is the row's number, time from 'timestamp' (iso8601)
                  click from 'label', known 30s after the event
                  cancelled from 'status' of conf/aux.csv.gz, joined by 'event_id', known at the time in 'd' (%m/%d/%Y)
                Advice
                  22:5: heads[2]: no label of head 'bought' is replayed: every replayed event becomes a negative. \
                Remedy: add it to replay.labels.
                  28:22: endpoints.intake: tcp://*:6000 is reachable beyond this machine, and its traffic is neither \
                encrypted nor authenticated. Remedy: keep it inside a trusted network, or bind to 127.0.0.1 or an ipc:// path.

                """)
    }

    @Test("counts one as one, and leaves out what there is none of")
    func minimal() throws {
        let configuration = try Configuration.parse(yaml: ConfigurationExampleTests.minimal, source: "weir.yaml")
        #expect(configuration.explanation().hasPrefix("t: 1 feature of 1 field, 1 head\n"))
        #expect(!configuration.explanation().contains("Advice"))
        #expect(!configuration.explanation().contains("Replay"))
        #expect(configuration.explanation().contains("  a commit every 4ms or 256 KiB, nothing is ever removed\n"))
    }
}
