"""`weir replay`: a recorded file played to running workers, at its own pace or in lock-step."""

import json
import re

import pytest
import zmq

from harness import journals
from harness.client import label
from harness.deployment import Deployment, digests
from harness.processes import eventually
from harness.streams import configuration, write_slice

ROWS = 2_000


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    return write_slice("ad-clicks", ROWS, tmp_path_factory.mktemp("streams") / "events.csv")


@pytest.fixture(scope="module")
def at_once(module_weir, recording):
    whole = Deployment(module_weir, configuration("ad-clicks"), name="at-once")
    return json.loads(whole.replay_once(recording).succeeded().stdout)


@pytest.mark.parametrize("speed", ["14400x", "max"])
def test_every_event_and_label_of_a_paced_replay_is_folded(clicks, recording, at_once, speed):
    run = clicks.serve()
    played = clicks.weir.run("replay", "--config", clicks.config, recording, "--speed", speed).succeeded()
    assert played.stdout == f"replayed {2 * ROWS} input records\n"
    report = json.loads(run.stop().succeeded().stdout)
    for key in ("events", "labels", "pending", "rejected"):
        assert report[key] == at_once[key], key
    assert report["heads"][0]["labelled"] == ROWS


def test_a_lock_step_replay_into_daemons_gives_the_state_of_a_run_in_one_process(clicks, recording, at_once):
    intakes = [clicks.intake, f"{clicks.intake}-second"]
    learner = clicks.learn()
    workers = [clicks.score(intake) for intake in intakes]
    places = [word for intake in intakes for word in ("--to", intake)]
    clicks.weir.run("replay", "--config", clicks.config, recording, "--lock-step", *places).succeeded()
    for worker in workers:
        worker.stop().succeeded()
    settled = learner.stop().succeeded().stdout
    assert digests(settled) == {"model": at_once["modelDigest"], "state": at_once["stateDigest"]}
    assert journals.end(clicks.journal) == at_once["journalSequence"]
    assert clicks.report()["heads"] == at_once["heads"]


def test_a_stopped_paced_replay_says_where_to_go_on(clicks, recording, at_once):
    run = clicks.serve()
    # Two minutes of stream a second: the recording's half day would take hours.
    slow = clicks.weir.start("replay", "--config", clicks.config, recording, "--speed", "120x")
    eventually(lambda: journals.end(clicks.journal) > 10, "some of the stream in the journal")
    stopped = slow.stop().succeeded().stdout
    sent = int(re.fullmatch(r"stopped after (\d+) input records; go on with --skip (\d+)\n", stopped).group(2))
    assert 0 < sent < 2 * ROWS
    clicks.weir.run("replay", "--config", clicks.config, recording, "--skip", sent).succeeded()
    report = json.loads(run.stop().succeeded().stdout)
    for key in ("events", "labels", "pending", "rejected"):
        assert report[key] == at_once[key], key


@pytest.mark.parametrize("policy", ["refuse", "shed"])
@pytest.mark.parametrize("how", [["--lock-step"], ["--speed", "max"]], ids=["lock-step", "paced"])
def test_what_a_busy_worker_refuses_is_sent_again(weir, connect, recording, how, policy):
    limits = f"\nlimits: {{ spoolBytes: 1048576, spoolFull: {policy} }}\n"
    deployment = Deployment(weir, configuration("ad-clicks") + limits)
    learner, worker = deployment.learn(), deployment.score()
    learner.stop().succeeded()
    # With the learner away another client's labels fill the spool; none of them is answered before one is refused.
    other = connect(deployment.intake, zmq.DEALER)
    full = [label(f"of-nobody-{number}", 1, time="2024-01-01T00:00:00Z") for number in range(2_000)]
    sent, answer = 0, b""
    while b"busy" not in answer:
        other.socket.send(json.dumps(full).encode())
        sent += 1
        # Where the last label that fits is a message's first, the message after it is refused whole.
        if other.socket.poll(1_000):
            answer = other.socket.recv()
        assert sent < 100, "the spool does not fill"
    replay = weir.start("replay", "--config", deployment.config, recording, *how)
    replay.says("busy")
    learner = deployment.learn()
    assert replay.wait().succeeded().stdout == f"replayed {2 * ROWS} input records\n"
    worker.stop().succeeded()
    learner.stop().succeeded()
    report = deployment.report()
    # Labels are sent until they are taken; what is shed is an event, by the policy's own choice.
    shed = report["rejected"].get("shed", 0)
    assert shed == 0 or policy == "shed"
    assert report["events"] + shed == ROWS
    assert sum(report["labelFates"][fate] for fate in report["labelFates"]) == report["labels"]
    assert report["heads"][0]["labelled"] == ROWS - shed
