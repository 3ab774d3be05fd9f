"""Learns from the events of an intake workload with Vowpal Wabbit, from its text and from its JSON, one JSON line each.

    .build/peers-venv/bin/python Benchmarks/peers/intake.py workload.txt [--bits 24]

`weir bench intake --write-workload` writes the file. It parses in one thread and learns in another: CPU and wall time are
printed, and the smaller of the two is what its events per second are computed from. A run over one event is taken off.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 3


def learn(path: Path, bits: int, *options: str) -> tuple[float, float]:
    """CPU and wall seconds of one pass."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "vowpalwabbit", "-d", str(path), "-b", str(bits), "--loss_function", "logistic",
         "--noconstant", "--quiet", *options], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - start


def text_line(label: int, event: dict) -> str:
    numbers = " ".join(f"{name}:{value}" for name, value in event.items() if name.startswith("i") and name != "id")
    categories = " ".join(f"{name}={value}" for name, value in event.items() if name.startswith("c"))
    return f"{label} | {numbers} {categories}\n"


def json_line(label: int, event: dict) -> str:
    fields = {name: value for name, value in event.items() if name not in ("id", "time")}
    return json.dumps({"_label": label, "f": fields}, separators=(",", ":")) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workload", type=Path)
    parser.add_argument("--bits", type=int, default=24)
    words = parser.parse_args()
    events = [line.split("\t") for line in words.workload.read_text().splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        for name, write, options in (("vw-text", text_line, ()), ("vw-json", json_line, ("--json",))):
            lines = [write(1 if label == "1" else -1, json.loads(event)) for label, event in events]
            one, all_ = Path(folder) / f"{name}.one", Path(folder) / f"{name}.all"
            one.write_text(lines[0])
            all_.write_text("".join(lines))
            runs = []
            for _ in range(RUNS):
                start, whole = learn(one, words.bits, *options), learn(all_, words.bits, *options)
                runs.append([later - earlier for earlier, later in zip(start, whole)])
            cpu, wall = (statistics.median(column) for column in zip(*runs))
            seconds = min(cpu, wall)
            print(json.dumps({
                "name": f"{name}/2^{words.bits}", "eventsPerSecond": len(lines) / seconds,
                "nanosecondsPerEvent": seconds * 1e9 / len(lines), "cpuSeconds": cpu, "wallSeconds": wall}), flush=True)


if __name__ == "__main__":
    main()
