"""What the machine does to a deployment: full and read-only disks, clocks that are set, processes that stand still.

The promise is the same each time: scores go on, what was called durable is kept, and the state is what the journal
folds to. A journal locked by a second learner is in test_daemons.py.
"""

import glob
import itertools
import json
import resource
import signal
import sqlite3
import subprocess

import pytest
import zmq

from harness import journals
from harness.client import encoded, label, lines
from harness.deployment import Deployment, digests, payments
from harness.processes import Weir, eventually

SYSTEM_FAILURE = 74


@pytest.fixture
def mounted(tmp_path):
    """Mounts small file systems in memory that are gone with the test."""
    places = []

    def mount(mebibytes: int):
        place = tmp_path / f"disk-{len(places)}"
        place.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", place], capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip(f"a file system of its own cannot be mounted here: {done.stderr.strip()}")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", "--lazy", place], check=False)


def teach(client, batch, count=20):
    """Events with labels; every label must be acknowledged. Returns the ids."""
    names = [f"{batch}-{number}" for number in range(count)]
    records = [record for name in names for record in ({"id": name, "merchant": "m", "amount": 7}, label(name, 1))]
    answers = client.ask(lines(*records))
    assert all(answer.get("durable") is True for answer in answers), answers
    return set(names)


def journalled_labels(deployment):
    done = deployment.weir.run("inspect", "journal", "--records", "--journal", deployment.journal).succeeded()
    records = map(json.loads, done.stdout.splitlines())
    return [record["label"]["id"] for record in records if "label" in record]


def scored(client, names=itertools.count()):
    return client.ask({"id": f"probe-{next(names)}", "merchant": "m", "amount": 7})


def settle(deployment, learner, *workers):
    """Stops everything and checks that the state is what the journal folds to."""
    for worker in workers:
        worker.stop().succeeded()
    assert digests(learner.stop().succeeded().stdout) == deployment.verified_digests()


# Disks


def test_a_full_disk_ends_the_learner_and_loses_nothing(weir, connect, mounted):
    disk = mounted(2)
    deployment = Deployment(weir, payments(), journal=disk / "weir.journal")
    learner, worker = deployment.learn(), deployment.score()
    client, dealer = connect(deployment.intake), connect(deployment.intake, zmq.DEALER).socket
    acknowledged = teach(client, "before")
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    # What does not fit is not acknowledged. A commit or two may still find room in the log.
    sent = 0
    while learner.is_running():
        name = f"full-{sent}"
        dealer.send(lines(*({"id": f"{name}-{n}", "merchant": "m" * 4000, "amount": 7} for n in range(8)), label(name, 1)))
        sent += 1
        scored(client)
    done = learner.wait()
    assert done.code == SYSTEM_FAILURE
    assert "journal diskFull" in done.stderr and "start the learner again" in done.stderr
    assert scored(client)["durable"] is False

    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=256m", disk], check=True)
    learner = deployment.learn()
    while sent:
        answers = json.loads(dealer.recv())
        assert answers[-1]["durable"] is True
        acknowledged.add(answers[-1]["id"])
        sent -= 1
    settle(deployment, learner, worker)
    labels = journalled_labels(deployment)
    assert acknowledged <= set(labels) and len(labels) == len(set(labels))


def test_a_read_only_disk_is_refused_to_the_learner_and_served_to_readers(weir, connect, mounted):
    disk = mounted(8)
    deployment = Deployment(weir, payments(), journal=disk / "weir.journal")
    learner, worker = deployment.learn(), deployment.score()
    teach(connect(deployment.intake), "before")
    worker.stop().succeeded()
    before = digests(learner.stop().succeeded().stdout)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    done = weir.run("learn", "--config", deployment.config)
    assert done.code == SYSTEM_FAILURE
    assert "journal notPermitted" in done.stderr and "Give this user the rights" in done.stderr
    assert deployment.verified_digests() == before
    assert deployment.report()["labels"] == 20


def test_a_full_disk_leaves_no_half_line_in_the_quarantine(weir, connect, mounted):
    disk = mounted(1)
    deployment = Deployment(weir, payments())
    quarantine = disk / "quarantine"
    deployment.journal.with_name(deployment.journal.name + ".quarantine.jsonl").symlink_to(quarantine)
    deployment.learn()
    deployment.score()
    client = connect(deployment.intake)
    filler = disk / "filler"

    def duplicates(batch):
        # Each event is scored twice; the second is without effect.
        records = [{"id": f"{batch}-{number}", "merchant": "m", "amount": 7} for number in range(50) for _ in "12"]
        client.ask(lines(*records))
        eventually(lambda: deployment.rejected("duplicate-event") == 50 * (batch + 1), "every duplicate counted")

    duplicates(0)
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    duplicates(1)
    filler.unlink()
    duplicates(2)
    eventually(lambda: b'"2-49"' in quarantine.read_bytes(), "the last duplicate in the quarantine")
    listed = [json.loads(line) for line in quarantine.read_text().splitlines()]
    assert quarantine.read_bytes().endswith(b"\n")
    assert {entry["event"]["id"] for entry in listed} >= {f"{batch}-{number}" for batch in (0, 2) for number in range(50)}


def test_a_system_that_refuses_a_thread_ends_a_command_with_an_error(executable, deployment):
    # Stacks of more than the address space: no thread can be made.
    hopeless = 1 << 47
    done = subprocess.run(
        [executable, "learn", "--config", deployment.config], capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (hopeless, resource.RLIM_INFINITY)))
    assert done.returncode == SYSTEM_FAILURE
    assert "the system refuses another thread" in done.stderr and "Remedy: " in done.stderr


# Clocks


@pytest.fixture
def clock(executable, tmp_path):
    """The executable with a wall clock that is set while it runs, and the function that sets it."""
    libraries = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not libraries:
        pytest.skip("libfaketime is not installed: apt-get install faketime")
    offset, folder = tmp_path / "offset", tmp_path / "with-clock"
    folder.mkdir()
    # The first process that loads the library gets a new environment, in which Swift does not find its arguments:
    # hence env in between. Waiting and measuring go by the steady clock, which is left alone.
    wrapper = folder / "weir"
    wrapper.write_text(
        f"#!/bin/sh\nLD_PRELOAD={libraries[0]} FAKETIME_TIMESTAMP_FILE={offset} FAKETIME_NO_CACHE=1 "
        f"FAKETIME_DONT_FAKE_MONOTONIC=1 exec /usr/bin/env {executable} \"$@\"\n")
    wrapper.chmod(0o755)

    def set_to(text: str):
        beside = offset.with_suffix(".new")
        beside.write_text(text + "\n")
        beside.rename(offset)

    set_to("+0")
    weir = Weir(wrapper, folder)
    yield weir, set_to
    weir.kill_all()


def test_the_clock_of_the_tests_below_is_really_set(clock, deployment):
    weir, set_to = clock
    years = []
    for offset in ("+0", "+10y"):
        set_to(offset)
        learner = weir.start("learn", "--config", deployment.config).says("learner listens")
        years.append(int(learner.stderr[:4]))
        learner.stop().succeeded()
    assert years[1] - years[0] in (9, 10)


@pytest.mark.parametrize("steps", [("+1h", "+0"), ("-1h", "+0"), ("+1h", "-1h")], ids=" then ".join)
@pytest.mark.parametrize("who", ["worker", "learner", "both"])
def test_a_clock_that_is_set_by_an_hour_loses_nothing(deployment, connect, clock, steps, who):
    stepped, set_to = clock
    starts = {role: stepped.start if who in (role, "both") else deployment.weir.start for role in ("learner", "worker")}
    learner = starts["learner"]("learn", "--config", deployment.config).says("learner listens")
    worker = starts["worker"]("score", "--config", deployment.config).says("score worker has a model")
    client = connect(deployment.intake)
    acknowledged = teach(client, "before")
    for step in steps:
        set_to(step)
        for batch in range(3):
            acknowledged |= teach(client, f"{step}-{batch}")
        assert scored(client)["probability"] > 0
    assert learner.is_running() and worker.is_running()
    settle(deployment, learner, worker)
    labels = journalled_labels(deployment)
    assert set(labels) == acknowledged and len(labels) == len(acknowledged)


def test_a_paced_replay_keeps_its_pace_while_its_clock_is_set(clicks, slice_file, clock, tmp_path):
    stepped, set_to = clock
    file = tmp_path / "events.csv"
    file.write_text("".join(slice_file.read_text().splitlines(keepends=True)[:1_001]))
    run = clicks.serve()
    replay = stepped.start("replay", "--config", clicks.config, file, "--speed", "3600x")
    eventually(lambda: journals.end(clicks.journal) > 10, "some of the stream in the journal")
    set_to("-1h")
    assert replay.wait().succeeded().stdout == "replayed 2000 input records\n"
    run.stop().succeeded()


def test_a_monitors_state_that_could_not_be_kept_is_tried_again(deployment, connect, clock):
    stepped, set_to = clock
    learner, worker = deployment.learn(), deployment.score()
    client, state = connect(deployment.intake), stepped.folder / "state"
    monitor = stepped.start("monitor", "serve", "--config", deployment.config, "--state", state, "--format", "json")
    monitor.says("the monitor begins")
    teach(client, "before")
    worker.stop().succeeded()
    # The last record; nothing new comes after it.
    learner.stop().succeeded()
    with sqlite3.connect(state / "history.sqlite", isolation_level=None) as history:
        history.execute("begin exclusive")
        # A minute has passed for the monitor, and the history is locked.
        set_to("+2m")
        monitor.says("the monitor's state was not kept")
        history.execute("rollback")
    monitor.stop().succeeded()
    assert [path.name for path in state.glob("*.monitor")] == [f"{journals.end(deployment.journal):020}.monitor"]


# Processes that stand still


def test_while_the_learner_stands_still_scores_go_on_and_age_and_labels_wait(deployment, connect):
    learner, worker = deployment.learn(), deployment.score()
    client, dealer = connect(deployment.intake), connect(deployment.intake, zmq.DEALER).socket
    teach(client, "before")
    learner.stand_still()
    dealer.send(encoded(label("before-0", 0)))
    eventually(lambda: scored(client)["modelAge"] > 1.5, "an older model")
    assert dealer.poll(0) == 0
    learner.signal(signal.SIGCONT)
    assert json.loads(dealer.recv()) == {"id": "before-0", "ack": "label", "durable": True}
    eventually(lambda: scored(client)["modelAge"] < 1.5, "a fresh model")
    settle(deployment, learner, worker)


def test_while_the_learner_is_gone_scores_go_on_and_age_and_nothing_acknowledged_is_lost(deployment, connect):
    learner, worker = deployment.learn(), deployment.score()
    client, dealer = connect(deployment.intake), connect(deployment.intake, zmq.DEALER).socket
    acknowledged = teach(client, "before")
    learner.kill()
    ages = [scored(client)["modelAge"]]
    for number in range(50):
        dealer.send(encoded(label(f"before-{number % 20}", 1, time="2020-01-01T00:00:00Z")))
    while ages[-1] < 2:
        ages.append(scored(client)["modelAge"])
        assert ages[-1] >= ages[-2]
    assert dealer.poll(0) == 0
    learner = deployment.learn()
    for _ in range(50):
        assert json.loads(dealer.recv())["durable"] is True
    settle(deployment, learner, worker)
    labels = journalled_labels(deployment)
    assert acknowledged <= set(labels) and len(labels) == 20 + 50
    assert deployment.report()["events"] == 20 + len(ages)


def test_a_monitor_that_stands_still_holds_nobody_up_and_catches_up(deployment, connect):
    learner, worker, monitor = deployment.learn(), deployment.score(), deployment.monitor()
    client = connect(deployment.intake)
    teach(client, "before")
    monitor.stand_still()
    for batch in range(20):
        teach(client, f"meanwhile-{batch}")
    monitor.signal(signal.SIGCONT)
    worker.stop().succeeded()
    watched = json.loads(monitor.stop().succeeded().stdout)
    assert (watched["events"], watched["labels"]) == (21 * 20, 21 * 20)
    settle(deployment, learner)


def test_a_worker_that_stands_still_holds_up_no_other(weir, deployment, connect):
    other_intake = Deployment(weir, payments(), name="other").intake
    learner, worker, other = deployment.learn(), deployment.score(), deployment.score(other_intake)
    stuck, client = connect(deployment.intake, zmq.DEALER).socket, connect(other_intake)
    worker.stand_still()
    stuck.send(encoded({"id": "stuck", "merchant": "m", "amount": 7}))
    for batch in range(5):
        teach(client, batch)
    assert stuck.poll(0) == 0
    worker.signal(signal.SIGCONT)
    assert json.loads(stuck.recv())["id"] == "stuck"
    settle(deployment, learner, worker, other)
    assert deployment.report()["events"] == 101
