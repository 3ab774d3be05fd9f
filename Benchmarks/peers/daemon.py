"""Sends the events of an intake workload to Vowpal Wabbit's daemon: one at a time, and many ahead. One JSON line each.

    .build/peers-venv/bin/python Benchmarks/peers/daemon.py workload.txt [--bits 22] [--seconds 2]

`weir bench intake --write-workload` writes the file. The daemon learns from every line and answers it; it keeps nothing.
The package's own `python -m vowpalwabbit --daemon` never runs its parser and closes every connection: it is started here
with the one call that is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from intake import text_line

SERVE = "import sys, vowpalwabbit, pylibvw; pylibvw.vw.run_parser(vowpalwabbit.Workspace(arg_list=sys.argv[1:]))"
PATIENCE = 20.0
WINDOW, CHUNK = 2_048, 32
EVENTS = 20_000


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]


def connect(port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def answers(connection: socket.socket) -> int:
    """How many lines the next bytes end."""
    received = connection.recv(1 << 16)
    if not received:
        raise ConnectionError("the daemon closed the connection")
    return received.count(b"\n")


def one_at_a_time(connection: socket.socket, lines: list[bytes], seconds: float) -> list[float]:
    waits, start = [], time.perf_counter()
    while time.perf_counter() - start < seconds:
        before = time.perf_counter()
        connection.sendall(lines[len(waits) % len(lines)])
        while answers(connection) == 0:
            pass
        waits.append(time.perf_counter() - before)
    return sorted(waits)


def many_ahead(connection: socket.socket, lines: list[bytes], seconds: float) -> float:
    chunks = [b"".join(lines[first:first + CHUNK]) for first in range(0, len(lines) - CHUNK + 1, CHUNK)]
    sent = answered = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        while sent - answered < WINDOW:
            connection.sendall(chunks[sent // CHUNK % len(chunks)])
            sent += CHUNK
        answered += answers(connection)
    rate = answered / (time.perf_counter() - start)
    while answered < sent:
        answered += answers(connection)
    return rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workload", type=Path)
    parser.add_argument("--bits", type=int, default=22)
    parser.add_argument("--seconds", type=float, default=2)
    words = parser.parse_args()
    events = [line.split("\t") for line in words.workload.read_text().splitlines()[:EVENTS]]
    lines = [text_line(1 if label == "1" else -1, json.loads(event)).encode() for label, event in events]
    port = free_port()
    daemon = subprocess.Popen(
        [sys.executable, "-c", SERVE, "--daemon", "--foreground", "--num_children", "1", "--port", str(port), "-b",
         str(words.bits), "--loss_function", "logistic", "--noconstant", "--quiet"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        with connect(port) as connection:
            waits = one_at_a_time(connection, lines, words.seconds)
            rates = [many_ahead(connection, lines, words.seconds / 3) for _ in range(3)]
    finally:
        os.killpg(daemon.pid, signal.SIGKILL)
        daemon.wait()
    print(json.dumps({"name": "vw-daemon/one", "p50Microseconds": 1e6 * waits[len(waits) // 2],
                      "p99Microseconds": 1e6 * waits[len(waits) * 99 // 100], "eventsPerSecond": len(waits) / words.seconds}))
    print(json.dumps({"name": "vw-daemon/many", "eventsPerSecond": statistics.median(rates)}))


if __name__ == "__main__":
    main()
