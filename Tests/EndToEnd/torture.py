"""Kills learner, workers and monitor at random moments under load, again and again, and counts what came of it.

    python Tests/EndToEnd/torture.py --kills 200 --seed 1

The last line says: kills N lost N duplicated N digestsDiffering N.
- lost: events and labels that a reply called durable and the journal does not hold;
- duplicated: frames of one writer that the journal holds twice, and events and labels of one id that had an effect more
  than once;
- digestsDiffering: checkpoints, the learner's last state and the monitor's last report that are not what the journal
  folds to without interruption.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import zmq

from harness.client import encoded, label, lines
from harness.deployment import Deployment, digests, payments
from harness.processes import Daemon, Weir, eventually

WORKERS = 2
CLIENTS = 3
EVENTS_PER_MESSAGE = 10
# A client that hears nothing for so long sends again, to any worker.
ANSWER_MILLISECONDS = 1_500
# How long a killer waits between two kills, in seconds: from the middle of a start to some thousand records later.
PAUSE_SECONDS = (0.02, 0.5)
DAEMON_SECONDS = 3_600


@dataclass
class Outcome:
    seed: int
    kills: int
    acknowledged: int = 0
    records: int = 0
    lost: set = field(default_factory=set)
    duplicated: set = field(default_factory=set)
    differing: list = field(default_factory=list)
    # Daemons that ended without having been killed or stopped, with their last words.
    ended: list = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.duplicated or self.differing or self.ended)

    def __str__(self) -> str:
        return (f"kills {self.kills} lost {len(self.lost)} duplicated {len(self.duplicated)} "
                f"digestsDiffering {len(self.differing)}")


class Client(threading.Thread):
    """Sends events with their labels until it is told to stop; a message without an answer is sent again."""

    def __init__(self, context: zmq.Context, intakes: list[str], number: int, seed: int):
        super().__init__(daemon=True)
        self.context, self.intakes, self.number = context, intakes, number
        self.random = random.Random(f"{seed}/{number}")
        self.acknowledged: set[tuple[str, str]] = set()
        self.answers = 0
        self.stopping = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            messages = 0
            while not self.stopping.is_set():
                self.deliver(self.message(messages))
                messages += 1
        except BaseException as failure:  # told to the main thread, which ends the test
            self.failure = failure

    def message(self, number: int) -> list[dict]:
        records: list[dict] = []
        for index in range(EVENTS_PER_MESSAGE):
            name = f"{self.number}-{number}-{index}"
            # Dated by the client: the same event sent again is the same event.
            event = {"id": name, "time": round(time.time(), 6), "merchant": f"m{self.random.randrange(50)}",
                     "amount": self.random.randrange(1, 1_000)}
            records += [event, label(name, self.random.randrange(2), time=event["time"])]
        return records

    def deliver(self, records: list[dict]) -> None:
        payload = lines(*map(encoded, records))
        while not self.stopping.is_set():
            with closing(self.context.socket(zmq.REQ)) as socket:
                socket.setsockopt(zmq.LINGER, 0)
                socket.connect(self.random.choice(self.intakes))
                socket.send(payload)
                if not socket.poll(ANSWER_MILLISECONDS):
                    continue
                answers = json.loads(socket.recv())
            if isinstance(answers, dict):
                assert answers["error"]["code"] == "busy", answers
                self.stopping.wait(0.05)
                continue
            assert len(answers) == len(records), answers
            for answer in answers:
                if answer.get("durable"):
                    self.acknowledged.add(("label" if "ack" in answer else "event", answer["id"]))
            self.answers += 1
            return


class Daemons:
    """The roles, each started again as soon as it was killed."""

    def __init__(self, deployment: Deployment):
        config = deployment.config
        self.weir = deployment.weir
        self.intakes = [f"{deployment.intake}-{worker}" for worker in range(WORKERS)]
        self.commands = {"learn": ["learn", "--config", config],
                         "monitor": ["monitor", "serve", "--config", config, "--format", "json"]}
        for worker, intake in enumerate(self.intakes):
            self.commands[f"score-{worker}"] = ["score", "--config", config, "--intake", intake]
        self.running: dict[str, Daemon] = {name: self.start(name) for name in self.commands}

    def start(self, name: str) -> Daemon:
        return self.weir.start(*self.commands[name], lifetime=DAEMON_SECONDS)

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name] = self.start(name)

    def ended(self) -> list[str]:
        return [f"{name}: {daemon.stderr}" for name, daemon in self.running.items() if not daemon.is_running()]

    def stop(self, name: str) -> str:
        return self.running[name].stop().succeeded().stdout


def torture(executable: Path, folder: Path, kills: int, seed: int, say=print) -> Outcome:
    outcome = Outcome(seed, kills)
    chance = random.Random(seed)
    # Every checkpoint is kept, so that the states of all starts are compared in the end. A label never waits for its
    # event, so that what became of it is decided when it is folded.
    deployment = Deployment(
        Weir(executable, folder), payments(window="2s", stream="orphanWindow: 0s"), checkpointRecords=2_000,
        keepCheckpoints=1_000)
    context = zmq.Context()
    daemons = Daemons(deployment)
    clients = [Client(context, daemons.intakes, number, seed) for number in range(CLIENTS)]
    try:
        for client in clients:
            client.start()
        for kill in range(kills):
            time.sleep(chance.uniform(*PAUSE_SECONDS))  # a random moment, not a wait for anything
            outcome.ended += daemons.ended()
            assert not outcome.ended, outcome.ended
            daemons.kill(chance.choice(sorted(daemons.commands)))
            if (kill + 1) % 50 == 0:
                say(f"{kill + 1} kills, {sum(len(client.acknowledged) for client in clients)} acknowledged")
        before = [client.answers for client in clients]
        eventually(
            lambda: all(client.failure or client.answers > count for client, count in zip(clients, before)),
            "an answer for every client after the last kill", within=60)
    finally:
        for client in clients:
            client.stopping.set()
        for client in clients:
            client.join()
        context.destroy(linger=0)
    for client in clients:
        if client.failure:
            raise client.failure
    check(deployment, daemons, clients, outcome)
    return outcome


def check(deployment: Deployment, daemons: Daemons, clients: list[Client], outcome: Outcome) -> None:
    for worker in range(WORKERS):
        daemons.stop(f"score-{worker}")
    watched = json.loads(daemons.stop("monitor"))
    learned = digests(daemons.stop("learn"))

    verified = deployment.weir.run("verify", "--config", deployment.config, within=600)
    outcome.differing += [line for line in verified.stdout.splitlines() if line.endswith("DIFFERS")]
    if verified.code not in (0, 1):
        outcome.differing.append(verified.stderr)
    elif digests(verified.stdout) != learned:
        outcome.differing.append("the learner's last state")
    if watched != deployment.report():
        outcome.differing.append("the monitor's last report")

    listed = deployment.weir.run("inspect", "journal", "--records", "--journal", deployment.journal, within=600)
    effects: collections.Counter = collections.Counter()
    for line in listed.succeeded().stdout.splitlines():
        outcome.records += 1
        record = json.loads(line)
        for kind in ("event", "label"):
            if kind in record:
                effects[kind, record[kind]["id"]] += 1
    acknowledged = set().union(*(client.acknowledged for client in clients))
    outcome.acknowledged = len(acknowledged)
    outcome.lost = acknowledged - effects.keys()

    without = deployment.weir.run("inspect", "quarantine", "--format", "json", "--journal", deployment.journal)
    for line in without.succeeded().stdout.splitlines():
        entry = json.loads(line)
        for kind in ("event", "label"):
            if kind in entry:
                effects[kind, entry[kind]["id"]] -= 1
    outcome.duplicated = {key for key, count in effects.items() if count > 1} | twice_journalled(deployment.journal)


def twice_journalled(journal: Path) -> set:
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as database:
        return set(database.execute(
            "SELECT writer, writer_sequence FROM frame GROUP BY writer, writer_sequence HAVING count(*) > 1"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    arguments = parser.parse_args()
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    print(f"seed {seed}: make torture KILLS={arguments.kills} SEED={seed} draws the same moments", flush=True)
    executable = Path(os.environ.get("WEIR", ".build/release/weir")).resolve()
    folder = Path(tempfile.mkdtemp(prefix="weir-torture-"))
    outcome = torture(executable, folder, arguments.kills, seed, lambda text: print(text, flush=True))
    if arguments.keep or not outcome.is_clean:
        print(f"everything lies in {folder}")
    else:
        shutil.rmtree(folder)
    for problem in [*outcome.lost, *outcome.duplicated, *outcome.differing, *outcome.ended][:20]:
        print(problem)
    print(f"{outcome.records} records journalled, {outcome.acknowledged} acknowledged as durable")
    print(outcome)
    return 0 if outcome.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
