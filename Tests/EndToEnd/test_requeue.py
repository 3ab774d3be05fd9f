"""`weir requeue`: labels that came before their events are returned, once, and count once."""

import json
import shutil
import time

import pytest
import zmq

from harness.client import label, lines
from harness.deployment import Deployment, payments
from harness.processes import eventually

WINDOW = "1h"
# Events and labels are dated by their client, as every client that may send twice should.
NOW = round(time.time(), 3)


@pytest.fixture
def running(weir):
    """A deployment in which a label never waits for its event."""
    deployment = Deployment(weir, payments(window=WINDOW, stream="orphanWindow: 0s"))
    return deployment, deployment.learn(), deployment.score()


def event(name):
    return {"id": name, "merchant": "m", "amount": 1, "time": NOW}


def requeue(deployment, *arguments):
    return deployment.weir.run("requeue", "--config", deployment.config, *arguments)


def quarantined(deployment):
    done = deployment.weir.run("inspect", "quarantine", "--format", "json", "--journal", deployment.journal)
    return [json.loads(line)["reason"] for line in done.succeeded().stdout.splitlines()]


def early(deployment, client, names):
    """Labels before their events, then the events."""
    for name in names:
        assert client.ask(label(name, 1, time=NOW))["durable"] is True
    eventually(lambda: quarantined(deployment).count("unknown-event") >= len(names), "the labels in quarantine")
    answers = client.ask(lines(*map(event, names), label("nobody", 0, time=NOW)))
    assert "probability" in answers[0]


def test_a_returned_label_joins_its_event(running, connect):
    deployment, *_ = running
    early(deployment, connect(deployment.intake), [f"e{number}" for number in range(300)])
    assert "would return 301 labels\n" in requeue(deployment, "--dry-run").succeeded().stdout
    assert "returned 301 labels\n" in requeue(deployment).succeeded().stdout
    eventually(lambda: deployment.report()["labelFates"]["joined"] == 300, "300 joined labels")
    deployment.verify().succeeded()


def test_returning_again_sends_nothing_and_sent_again_it_counts_once(running, connect):
    deployment, *_ = running
    early(deployment, connect(deployment.intake), ["a", "b"])
    requeue(deployment).succeeded()
    eventually(lambda: quarantined(deployment).count("unknown-event") == 4, "the label of nobody, again")
    done = requeue(deployment).succeeded()
    assert "returned 0 labels\n" in done.stdout and "returned before" in done.stdout
    assert "returned 3 labels\n" in requeue(deployment, "--again").succeeded().stdout
    eventually(lambda: quarantined(deployment).count("duplicate-label") == 2, "two duplicates")
    assert deployment.report()["labelFates"]["joined"] == 2


def test_events_duplicates_and_conflicts_stay(running, connect):
    deployment, *_ = running
    connect(deployment.intake).ask(lines(
        event("a"), event("a"), label("a", 1, time=NOW), label("a", 1, time=NOW), label("a", 0, time=NOW)))
    eventually(lambda: len(quarantined(deployment)) == 3, "three entries")
    done = requeue(deployment).succeeded()
    assert "returned 0 labels\n" in done.stdout and "passed over 3: not to be returned\n" in done.stdout
    refused = requeue(deployment, "--reason", "conflicting-label")
    assert refused.code == 65 and "cannot be returned" in refused.stderr


def test_labels_of_another_configuration_stay(running, connect):
    deployment, learner, worker = running
    early(deployment, connect(deployment.intake), ["a"])
    worker.stop().succeeded()
    learner.stop().succeeded()
    deployment.config.write_text(deployment.config.read_text().replace("bits: 10", "bits: 11"))
    deployment.learn("--new-epoch")
    deployment.score()
    done = requeue(deployment).succeeded()
    assert "returned 0 labels\n" in done.stdout and "made under another configuration" in done.stdout


def test_without_a_worker_it_says_so_and_goes_on_later(running, connect):
    deployment, learner, worker = running
    early(deployment, connect(deployment.intake), ["a"])
    worker.stop().succeeded()
    other = deployment.weir.start("requeue", "--config", deployment.config)
    assert other.is_running()  # it waits for a worker
    deployment.score()
    assert "returned 2 labels\n" in other.wait().succeeded().stdout


def test_files_that_outlived_their_journal_are_set_aside(running, connect):
    deployment, learner, worker = running
    early(deployment, connect(deployment.intake), [f"e{number}" for number in range(50)])
    requeue(deployment).succeeded()
    worker.stop().succeeded()
    learner.stop().succeeded()
    beside = deployment.journal.parent
    notes = {beside / f"{deployment.journal.name}.{kind}.jsonl" for kind in ("quarantine", "requeued")}
    old = {path: path.read_bytes() for path in notes}
    # An operator starts over and forgets the notes.
    for path in beside.glob(f"{deployment.journal.name}*"):
        if path.is_dir():
            shutil.rmtree(path)
        elif path not in notes:
            path.unlink()

    learner = deployment.learn()
    assert learner.stderr.count("notes of another journal are set aside") == 2
    for path, content in old.items():
        assert path.with_name(path.name + ".foreign").read_bytes() == content
    worker = deployment.score()
    early(deployment, connect(deployment.intake), ["new"])
    assert "returned 2 labels\n" in requeue(deployment).succeeded().stdout
    worker.stop().succeeded()
    learner.stop().succeeded()
    # Nothing of this journal is foreign to it.
    assert "set aside" not in deployment.learn().stop().succeeded().stderr


def test_a_full_worker_is_busy_whatever_it_does_with_events(weir, connect):
    limits = "limits: { spoolBytes: 1048576, spoolFull: shed }\n"
    deployment = Deployment(weir, payments(window=WINDOW, stream="orphanWindow: 0s", extra=limits))
    learner = deployment.learn()
    deployment.score()
    early(deployment, connect(deployment.intake), ["a", "b"])
    learner.stop().succeeded()
    full = connect(deployment.intake, zmq.DEALER)
    answer = b""
    while b"busy" not in answer:
        full.socket.send(json.dumps([label(f"nobody-{number}", 1, time=NOW) for number in range(2_000)]).encode())
        if full.socket.poll(1_000):
            answer = full.socket.recv()
    done = requeue(deployment)
    assert done.code == 69
    assert "the worker is busy" in done.stderr and "Remedy: run the same command again later" in done.stderr
