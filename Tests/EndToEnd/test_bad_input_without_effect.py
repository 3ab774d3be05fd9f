"""Bad input leaves no trace but its count: model and joins are those of the same stream without it."""

import json
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from bad_inputs import MESSAGES, RECORDS, Bad
from harness.client import label, lines
from harness.deployment import Deployment, payments

START = datetime(2024, 1, 1, tzinfo=timezone.utc)
BATCHES, EVENTS_PER_BATCH = 12, 16
NO_TIME = Bad("an event without time", b'{"id": "e", "amount": 1}', "missing-time", "e")
# A damaged line of its own would be read as two where it holds a line feed.
LINES = [NO_TIME] + [bad for bad in RECORDS if b"\n" not in bad.message]


def moment(seconds):
    return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def good_records(batch):
    """Events with explicit times, each with a label for one head, one in four of them positive."""
    for number in range(batch * EVENTS_PER_BATCH, (batch + 1) * EVENTS_PER_BATCH):
        yield {"id": number, "time": moment(number), "merchant": f"m{number % 7}", "amount": number * 37 % 101}
        yield label(number, int(number % 4 == 0), head="fraud", time=moment(number), weight=1 + number % 3)


def play(deployment, client_of, bad_lines=(), bad_messages=()):
    """Plays the good records in lock-step batches, so that the same model scores the same event in every run.

    Bad lines are spread over the batches, bad messages sent between them. Returns the report of the stopped run.
    """
    run = deployment.serve()
    client = client_of(deployment.intake)
    for batch in range(BATCHES):
        records = list(good_records(batch))
        bad_here = bad_lines[batch::BATCHES]
        for place, bad in enumerate(bad_here):
            records.insert(place * len(records) // len(bad_here), bad.message)
        is_last = batch == BATCHES - 1
        end = {"watermark": {
            "source": "test", "time": "end" if is_last else moment((batch + 1) * EVENTS_PER_BATCH), "position": batch}}
        answer = client.ask(lines({"batch": {"number": batch, "part": 0, "parts": 1}}, *records, end))
        assert (answer["batch"], answer["rejected"]) == (batch, len(bad_here)), answer
        assert answer["accepted"] == 2 * EVENTS_PER_BATCH + 1
        for bad in bad_messages[batch::BATCHES]:
            assert client.ask(bad.message)["error"]["code"] == bad.code
    return json.loads(run.stop().succeeded().stdout)


def test_the_same_good_records_give_the_same_model_with_every_bad_one_among_them(weir, connect):
    configuration = payments(clock="stream", window="5s", heads=("fraud", "dispute"))
    clean = play(Deployment(weir, configuration, name="clean"), connect)
    spoilt = Deployment(weir, configuration, name="spoilt")
    report = play(spoilt, connect, LINES, MESSAGES)

    assert clean["rejected"] == {}
    assert report["rejected"] == Counter(bad.code for bad in LINES + MESSAGES)
    assert report["modelDigest"] == clean["modelDigest"]
    for key in ("events", "labels", "pending", "heads"):
        assert report[key] == clean[key], key
    assert spoilt.verified_digests()["model"] == clean["modelDigest"]
    # The comparison means something only where labels were learned from.
    assert clean["heads"][0]["positives"] > 0


@pytest.fixture
def joined(weir):
    """Without numbers: what an event is made of then does not depend on when a model arrived."""
    extra = "limits: { pendingEvents: 4 }\n"
    return Deployment(weir, payments(clock="stream", window="10s", features="[{ hash: merchant }]", extra=extra))


def at(seconds, name, merchant="bakery"):
    return {"id": name, "time": moment(seconds), "merchant": merchant}


def watermark(seconds):
    time = "end" if seconds is None else moment(seconds)
    return {"watermark": {"source": "test", "time": time, "position": 0}}


# Each record with the reason for which the joiner leaves it without effect, or none.
JOINER_STORY = [
    (at(0, "a"), None),
    (at(1, "a", merchant="casino"), "duplicate-event"),
    (label("a", 1, time=moment(3)), None),
    (label("a", 1, time=moment(3)), "duplicate-label"),
    (label("a", 0, time=moment(3)), "conflicting-label"),
    (label("a", 1, time=moment(3), weight=5), "conflicting-label"),
    (label("nobody", 1, time=moment(3)), "unknown-event"),
    (at(1, "b"), None),
    (label("b", 1, time=moment(60)), "late-label"),
    (at(2, "c"), None),
    # A label before its event. Nothing was learned yet, so its score is the same whatever model the worker has.
    (label("g", 1, time=moment(3)), None),
    (at(2, "g"), None),
    (at(3, "d"), "joiner-full"),
    (watermark(100), None),
    (at(4, "e"), "late-event"),
    (label("a", 1, time=moment(3)), "unknown-event"),
    (at(100, "f"), None),
    (watermark(None), None),
]


def test_what_the_joiner_refuses_is_acknowledged_counted_and_quarantined_without_effect(weir, connect, joined):
    run = joined.serve()
    client = connect(joined.intake)
    for record, _ in JOINER_STORY:
        assert "error" not in client.ask(record), record
    report = json.loads(run.stop().succeeded().stdout)
    refused = [reason for _, reason in JOINER_STORY if reason]
    assert report["rejected"] == Counter(refused)
    fates = report["labelFates"]
    assert fates == {
        "joined": 2, "reversed": 0, "duplicate": 1, "conflicting": 2, "late": 1, "unknown": 2, "orphansFull": 0,
        "waiting": 0, "early": 1,
    }
    assert sum(count for fate, count in fates.items() if fate != "early") == report["labels"]

    quarantine = joined.journal.with_name(joined.journal.name + ".quarantine.jsonl")
    kept = [json.loads(line) for line in quarantine.read_text().splitlines()]
    decisions = [line["decidedBy"] for line in kept]
    assert decisions == sorted(decisions)
    kept.sort(key=lambda line: line["sequence"])
    assert [line["reason"] for line in kept] == refused
    assert len({line["sequence"] for line in kept}) == len(kept)
    first, second = kept[0], kept[1]
    assert first["event"] == {"id": "a", "time": kept[0]["event"]["time"]}
    assert second["label"]["id"] == "a"
    assert second["label"]["value"] == 1

    clean = Deployment(weir, joined.config.read_text().split("\nendpoints:")[0], name="clean")
    run = clean.serve()
    client = connect(clean.intake)
    for record in [record for record, reason in JOINER_STORY if not reason]:
        client.ask(record)
    assert json.loads(run.stop().succeeded().stdout)["modelDigest"] == report["modelDigest"]


def test_the_quarantine_holds_each_record_once_after_a_restart(joined, connect):
    def serve_and_ask(*records):
        run = joined.serve()
        client = connect(joined.intake)
        for record in records:
            client.ask(record)
        run.stop().succeeded()

    serve_and_ask(at(0, "a"), at(0, "a"))
    serve_and_ask(at(0, "a"))
    serve_and_ask()
    quarantine = joined.journal.with_name(joined.journal.name + ".quarantine.jsonl")
    assert len(quarantine.read_text().splitlines()) == 2
    assert joined.report()["rejected"] == {"duplicate-event": 2}
