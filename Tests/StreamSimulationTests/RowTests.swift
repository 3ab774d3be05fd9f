// What is written: columns, texts, and the same values in both formats.

import Foundation
import ScoringRecords
import StreamSimulation
import Testing
import WireFormat

@Suite("Rows")
struct RowTests {
    @Test("The columns are the documented ones, and the truth is in none of the event's")
    func columns() throws {
        func header(_ content: EventTable.Content, _ stream: some Sequence<some SimulatedEvent>) -> Substring? {
            text(content, .csv, of: stream).split(separator: "\n").first
        }
        let (ads, payments) = (try adClicks(1, seed: 1), try cardFraud(1, seed: 1))
        #expect(
            header(.events, ads)
                == "id,time,user,user_segment,user_purchases,ad,ad_category,position,hour,label,label_time")
        #expect(header(.truth, ads) == "id,true_probability,outcome,log_odds_shift,label_lost")
        #expect(
            header(.events, payments)
                == "id,time,customer,terminal,merchant_category,amount,amount_to_usual,distance_km,hour,label,label_time"
        )
        #expect(
            header(.truth, payments)
                == "id,true_probability,outcome,log_odds_shift,label_lost,terminal_compromised,card_compromised,scenario"
        )
    }

    @Test("Cells read back as the event's own values")
    func roundTrip() throws {
        let stream = try cardFraud(2_000, seed: testSeed(), drifts: ["level@0.5=0.5"])
        let rows = cells(text(.events, .csv, of: stream))
        let truths = cells(text(.truth, .csv, of: stream))
        for (event, (row, truth)) in zip(stream, zip(rows, truths)) {
            #expect(row["id"] == String(event.index) && truth["id"] == row["id"])
            #expect(ISO8601.timestamp((row["time"] ?? "").utf8) == event.time)
            #expect(ISO8601.timestamp((row["label_time"] ?? "").utf8) == event.truth.labelTime)
            #expect(row["amount"] == String(format: "%.2f", Double(event.amountCents) / 100))
            #expect(row["distance_km"] == String(format: "%.1f", Double(event.distanceHectometres) / 10))
            #expect(row["label"] == (event.truth.isPositive ? "1" : "0"))
            let probability = Double(truth["true_probability"] ?? "") ?? -1
            #expect(probability > 0 && probability < 1)
            // Half of the fifteenth place, or the least number it can show.
            #expect(abs(probability - event.truth.probability.value) <= 1e-15)
            let shift = Double(truth["log_odds_shift"] ?? "") ?? .nan
            #expect(abs(shift - event.truth.logOddsShift) <= 5.0e-7)
        }
    }

    @Test("JSON lines hold the same values as CSV")
    func formats() throws {
        let stream = try adClicks(500, seed: testSeed(), drifts: ["outage@0.5-0.6"])
        let lines = text(.events, .jsonl, of: stream).split(separator: "\n")
        let rows = cells(text(.events, .csv, of: stream))
        #expect(lines.count == rows.count)
        for (line, row) in zip(lines, rows) {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            #expect(object.mapValues { "\($0)" } == row.filter { !$0.value.isEmpty })
        }
    }

    @Test("Draining hands rows over once, and the header stays the first line alone")
    func draining() throws {
        let stream = try adClicks(100, seed: 1)
        var table = EventTable(.events, format: .csv, midnightText: ISO8601.text)
        var pieces = ""
        for event in stream {
            table.append(event)
            if event.index % 7 == 0 { table.drain { pieces += String(decoding: $0, as: UTF8.self) } }
        }
        table.drain { pieces += String(decoding: $0, as: UTF8.self) }
        #expect(table.byteCount == 0)
        #expect(pieces == text(.events, .csv, of: stream))
    }
}
