"""Measures what Docs/RELIABILITY.md states: commit times under load, and how long a restart takes.

    .build/venv/bin/python Benchmarks/reliability/measure.py commits
    .build/venv/bin/python Benchmarks/reliability/measure.py recovery --events 3000000

Needs a release build (make build) and the tests' environment (make test-end-to-end makes it). Files go to a new folder
under --folder, which should lie on the disk that is to be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import zmq

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests" / "EndToEnd"))

from harness.client import Client, label, lines  # noqa: E402
from harness.deployment import Deployment, payments  # noqa: E402
from harness.processes import Weir  # noqa: E402
from harness.streams import configuration, events  # noqa: E402

EXECUTABLE = REPOSITORY / ".build" / "release" / "weir"
LONG = 3_600


def field(log: str, message: str, name: str) -> str:
    (line,) = [line for line in log.splitlines() if message in line][-1:]
    return re.search(rf"\b{name}=(\S+)", line)[1]


def commits(folder: Path) -> None:
    """One client and many that wait for each label, and a stream that waits for each message, under three settings."""
    print("| commitInterval | load | records/s | commits | write p50 | p99 | durable p50 | p99 | client's ack p50 | p99 |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for interval in ("0s", "4ms", "20ms"):
        labels(folder, interval, 1)
        labels(folder, interval, 64)
        stream(folder, interval)


def labels(folder: Path, interval: str, count: int, seconds: float = 10) -> None:
    """Clients that send an event with its label and wait for the acknowledgement before they send the next."""
    deployment = Deployment(weir(folder), payments(window="1h"), commitInterval=interval)
    learner, worker = deployment.learn(), deployment.score()
    clients = [Client(zmq.Context.instance(), deployment.intake) for _ in range(count)]
    poller = zmq.Poller()
    asked: dict[zmq.Socket, float] = {}
    sent = 0

    def ask(socket: zmq.Socket) -> None:
        nonlocal sent
        name, sent = f"e{sent}", sent + 1
        asked[socket] = time.monotonic()
        socket.send(lines({"id": name, "merchant": "m", "amount": 1}, label(name, 1)))

    for client in clients:
        poller.register(client.socket, zmq.POLLIN)
        ask(client.socket)
    took: list[float] = []
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        for socket, _ in poller.poll(1_000):
            socket.recv()
            took.append(time.monotonic() - asked[socket])
            ask(socket)
    for client in clients:
        client.close()
    worker.stop().succeeded()
    log = learner.stop().succeeded().stderr
    cuts = statistics.quantiles(took, n=100)
    name = "one client" if count == 1 else f"{count} clients"
    row(interval, f"{name}, a label at a time", 2 * len(took) / seconds, log, cuts[49] * 1e3, cuts[98] * 1e3)


def stream(folder: Path, interval: str) -> None:
    deployment = Deployment(weir(folder), configuration("ad-clicks"), commitInterval=interval)
    learner, worker = deployment.learn(), deployment.score()
    begun = time.monotonic()
    deployment.weir.run("replay", "--config", deployment.config, events("ad-clicks"), within=LONG).succeeded()
    seconds = time.monotonic() - begun
    worker.stop().succeeded()
    log = learner.stop().succeeded().stderr
    row(interval, "`weir replay` of ad-clicks", 96_000 / seconds, log)


def row(interval: str, load: str, rate: float, log: str, *acks: float) -> None:
    told = {name: field(log, " commits", name) for name in ("count", "writeP50", "writeP99", "durableP50", "durableP99")}
    cells = [interval, load, f"{rate:.0f}", *told.values(), *([f"{ack:.1f}ms" for ack in acks] or ["–", "–"])]
    print("| " + " | ".join(cells) + " |", flush=True)


def recovery(folder: Path, count: int) -> None:
    """A long journal, folded from its beginning and from its newest checkpoint."""
    deployment = Deployment(weir(folder), configuration("ad-clicks-drift"), checkpointRecords=500_000)
    recording = folder / "events.csv"
    deployment.weir.run(
        "simulate", "ad-clicks", "--events", count, "--base-rate", 0.03, "--window", "1d", "--output", recording,
        "--truth", folder / "truth.csv", within=LONG).succeeded()
    begun = time.monotonic()
    deployment.weir.run(*deployment.replay_command(recording), within=LONG).succeeded()
    played = time.monotonic() - begun
    summary = deployment.weir.run(
        "inspect", "journal", "--journal", deployment.journal, "--format", "json", within=LONG).succeeded().stdout
    journal = json.loads(summary)
    gigabytes = journal["storedBytes"] / 1e9
    records = journal["endSequence"]
    print(f"journal: {records} records, {gigabytes:.3f} GB; lock-step replay took {played:.0f} s")
    newest = max(deployment.checkpoints.glob("*.checkpoint"))
    print(f"checkpoint: {newest.stat().st_size / 1e6:.1f} MB")
    print("| restart | seconds | records folded | s per GB |")
    print("|---|---|---|---|")
    restart(deployment, "newest checkpoint at the end", gigabytes, records)
    # The state of a process that was killed just before its next checkpoint.
    newest.unlink()
    restart(deployment, "killed: an older checkpoint", gigabytes, records)
    shutil.rmtree(deployment.checkpoints)
    restart(deployment, "no checkpoint: the whole journal", gigabytes, records)
    begun = time.monotonic()
    deployment.weir.run("verify", "--config", deployment.config, within=LONG).succeeded()
    print(f"verify: {time.monotonic() - begun:.1f} s")


def restart(deployment: Deployment, name: str, gigabytes: float, records: int) -> None:
    daemon = deployment.weir.start("learn", "--config", deployment.config, lifetime=LONG)
    daemon.says("learner listens", within=LONG)
    daemon.kill()
    seconds = int(field(daemon.stderr, "state restored", "duration").removesuffix("ms")) / 1e3
    folded = int(field(daemon.stderr, "state restored", "folded"))
    share = folded / records * gigabytes
    print(f"| {name} | {seconds:.2f} | {folded} | {f'{seconds / share:.0f}' if folded else '–'} |", flush=True)


def weir(folder: Path) -> Weir:
    return Weir(EXECUTABLE, Path(tempfile.mkdtemp(dir=folder)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["commits", "recovery"])
    parser.add_argument("--events", type=int, default=3_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="weir-measure-", dir=arguments.folder))
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    try:
        commits(folder) if arguments.what == "commits" else recovery(folder, arguments.events)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
