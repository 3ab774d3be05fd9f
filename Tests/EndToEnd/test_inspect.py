"""`weir inspect` and ranges of `weir verify`: what is on disk, told without changing it."""

import json
import re

import pytest

from harness import journals
from harness.client import label, lines
from harness.deployment import Deployment, digests, payments
from harness.streams import write_slice

UNUSABLE_DATA = 65


@pytest.fixture
def stopped(clicks_with, tmp_path):
    deployment = clicks_with(checkpointRecords=400, keepCheckpoints=10)
    deployment.replay_once(write_slice("ad-clicks", 2_000, tmp_path / "events.csv")).succeeded()
    return deployment


def inspect(deployment, what, *arguments):
    return deployment.weir.run("inspect", what, "--journal", deployment.journal, *arguments)


def test_a_summary_counts_what_is_in_the_journal(stopped):
    summary = json.loads(inspect(stopped, "journal", "--format", "json").succeeded().stdout)
    assert summary["endSequence"] == journals.end(stopped.journal)
    assert summary["frames"] == len(journals.frames(stopped.journal))
    assert summary["records"] == {
        "specification": 1, "scored": 2_000, "label": 2_000, "rejection": 0, "watermark": 16, "sourceLeft": 0,
        "rejections": 0, "control": 0, "modelPart": 0, "rollback": 0}
    assert sum(summary["records"].values()) == summary["endSequence"] - summary["startSequence"]
    assert summary["checkpoints"][-1] == summary["endSequence"]
    text = inspect(stopped, "journal").succeeded().stdout
    assert f"records 0 to before {summary['endSequence']}, intact" in text
    assert "2000 scored\n" in text and summary["specifications"][0]["digest"] in text


def test_listed_records_are_those_of_the_range_in_order(stopped):
    every = inspect(stopped, "journal", "--records").succeeded().stdout.splitlines()
    assert [json.loads(line)["sequence"] for line in every] == list(range(journals.end(stopped.journal)))
    some = inspect(stopped, "journal", "--records", "--from", 300, "--to", 320).succeeded().stdout.splitlines()
    assert some == every[300:320]
    done = inspect(stopped, "journal", "--records", "--to", len(every) + 1)
    assert done.code == UNUSABLE_DATA and f"from 0 to before {len(every)}" in done.stderr


def test_inspecting_changes_nothing_and_needs_no_writer(stopped):
    before = stopped.journal.read_bytes()
    inspect(stopped, "journal").succeeded()
    inspect(stopped, "quarantine").succeeded()
    assert stopped.journal.read_bytes() == before


def test_a_damaged_journal_is_told_at_its_record(stopped):
    sequence = journals.frames(stopped.journal)[3]
    journals.flip_payload_byte(stopped.journal, sequence)
    done = inspect(stopped, "journal")
    assert done.code == UNUSABLE_DATA and f"damaged at record {sequence}: " in done.stderr


def test_quarantine_lists_what_had_no_effect_and_why(deployment, connect):
    learner, worker = deployment.learn(), deployment.score()
    event = {"id": "a", "merchant": "m", "amount": 1}
    client = connect(deployment.intake)
    client.ask(lines(event, label("a", 1), label("a", 1), event))
    worker.stop().succeeded()
    learner.stop().succeeded()
    entries = [json.loads(line) for line in inspect(deployment, "quarantine", "--format", "json").stdout.splitlines()]
    assert [entry["reason"] for entry in entries] == ["duplicate-label", "duplicate-event"]
    assert entries[0]["label"]["id"] == "a"
    text = inspect(deployment, "quarantine").succeeded().stdout
    assert "1 duplicate-label\n" in text and "1 duplicate-event\n" in text
    only = inspect(deployment, "quarantine", "--format", "json", "--reason", "duplicate-event").stdout
    assert json.loads(only) == entries[1]
    assert inspect(deployment, "quarantine", "--reason", "bad-weather").code == 64


def test_findings_are_listed_once_whatever_killed_the_learner(deployment, connect):
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)
    for number in range(20):
        event = {"id": f"e{number}", "merchant": "m", "amount": 1}
        client.ask(lines(event, event, label(event["id"], 1)))
        if number % 5 == 4:
            learner.kill()
            learner = deployment.learn()
    worker.stop().succeeded()
    learner.stop().succeeded()
    entries = inspect(deployment, "quarantine", "--format", "json").succeeded().stdout.splitlines()
    found = [json.loads(line)["event"]["id"] for line in entries]
    assert found == [f"e{number}" for number in range(20)]


def test_any_range_verifies_from_the_nearest_checkpoint(stopped):
    checkpoints = [int(path.stem) for path in sorted(stopped.checkpoints.glob("*.checkpoint"))]
    end = journals.end(stopped.journal)
    whole = stopped.verified_digests()
    for start in (0, checkpoints[0] - 1, checkpoints[0], checkpoints[0] + 1, checkpoints[-2] + 3, end):
        done = stopped.verify("--from", start).succeeded()
        assert digests(done.stdout) == whole
        base = re.search(r"refolded from the checkpoint at (\d+)", done.stdout)
        nearest = [sequence for sequence in checkpoints if sequence <= start]
        assert (int(base[1]) if base else None) == (nearest[-1] if nearest else None)
        assert done.stdout.count(": agrees") == len([sequence for sequence in checkpoints if sequence > (nearest or [0])[-1]])


def test_a_range_that_ends_at_a_checkpoint_ends_in_its_state(stopped):
    checkpoints = [int(path.stem) for path in sorted(stopped.checkpoints.glob("*.checkpoint"))]
    from_nothing = stopped.verify("--to", checkpoints[2]).succeeded().stdout
    assert f"digests at record {checkpoints[2]}\n" in from_nothing
    assert digests(from_nothing) == digests(stopped.verify("--from", checkpoints[2], "--to", checkpoints[2]).stdout)


def test_damage_outside_a_range_does_not_fail_it(stopped):
    checkpoints = [int(path.stem) for path in sorted(stopped.checkpoints.glob("*.checkpoint"))]
    journals.flip_payload_byte(stopped.journal, journals.frames(stopped.journal)[1])
    assert stopped.verify().code == UNUSABLE_DATA
    assert stopped.verify("--to", checkpoints[0]).code == UNUSABLE_DATA
    stopped.verify("--from", checkpoints[1]).succeeded()


def test_a_range_outside_the_journal_is_refused(stopped):
    end = journals.end(stopped.journal)
    for arguments in (["--from", end + 1], ["--to", end + 1], ["--from", 20, "--to", 10]):
        done = stopped.verify(*arguments)
        assert done.code == UNUSABLE_DATA, arguments
        assert f"the journal holds the records from 0 to before {end}" in done.stderr


def test_the_joiner_is_told_as_it_is_at_the_journals_end(deployment_with_waiting):
    deployment = deployment_with_waiting
    told = json.loads(inspect(deployment, "joiner", "--format", "json").succeeded().stdout)
    assert told["pendingEvents"] == 30 and told["orphanLabels"] == 0
    assert told["sequence"] == journals.end(deployment.journal)
    assert told["counts"]["joined"] == 10
    assert told["heads"] == [{"name": "fraud", "outages": 0, "isOut": False, "withheld": 0}]
    assert told["memoryBytes"] > 0
    text = inspect(deployment, "joiner").succeeded().stdout
    assert "30 events and 0 labels waiting" in text and "10 joined" in text


def test_the_heaviest_features_have_the_names_that_are_known(stopped, tmp_path):
    told = json.loads(inspect(stopped, "model", "--top", 40, "--format", "json").succeeded().stdout)
    (head,) = told["heads"]
    (output,) = head["outputs"]
    weights = [abs(feature["weight"]) for feature in output["heaviest"]]
    assert weights == sorted(weights, reverse=True) and len(weights) == 40
    assert abs(sum(head["laneWeights"]) - 1) < 1e-9
    assert output["usedSlots"] > 40
    names = [feature["feature"] for feature in output["heaviest"]]
    assert None in names  # values are not known without a recording
    events = write_slice("ad-clicks", 2_000, tmp_path / "again.csv")
    arguments = ["--top", 40, "--names", events, "--format", "json"]
    named = json.loads(inspect(stopped, "model", *arguments).succeeded().stdout)["heads"][0]["outputs"][0]
    assert [feature["slot"] for feature in named["heaviest"]] == [feature["slot"] for feature in output["heaviest"]]
    assert all(feature["feature"] for feature in named["heaviest"])
    assert any("campaign=" in feature["feature"] for feature in named["heaviest"])
    text = inspect(stopped, "model", "--names", events).succeeded().stdout
    assert "head click" in text and "slots learned" in text


def test_an_unknown_head_is_refused_with_those_there_are(stopped):
    done = inspect(stopped, "model", "--head", "clack")
    assert done.code == 64 and "choose one of: click" in done.stderr


@pytest.fixture
def deployment_with_waiting(weir, connect):
    deployment = Deployment(weir, payments(window="1h"))
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)
    events = [{"id": f"e{number}", "merchant": "m", "amount": 7} for number in range(30)]
    client.ask(lines(*events))
    client.ask(lines(*[label(f"e{number}") for number in range(10)]))
    worker.stop().succeeded()
    learner.stop().succeeded()
    return deployment
