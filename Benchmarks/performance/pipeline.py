"""The whole pipeline beside its bounds: a C program without journal, the disk alone, libzmq's echo. One run, one table.

    python3 Benchmarks/performance/pipeline.py [--slots 22] [--repetitions 3] [--seconds 3] [--folder FOLDER] [--peers]

--peers measures Vowpal Wabbit's daemon as well (.build/peers-venv, made by make bench-peers). Every number is the median over the repetitions, in each of which everything is measured by turns. Wall time, two cores.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
WEIR = REPOSITORY / ".build" / "release" / "weir"
BOUND = REPOSITORY / ".build" / "bounds" / "pipeline"
PEERS = REPOSITORY / ".build" / "peers-venv" / "bin" / "python"
DAEMON = REPOSITORY / "Benchmarks" / "peers" / "daemon.py"
BATCHES = (1, 32, 256)


def run(*command: object) -> str:
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slots", type=int, default=22)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--peers", action="store_true")
    words = parser.parse_args()
    common = ("--slots", f"2^{words.slots}", "--seconds", words.seconds, "--folder", words.folder, "--json")
    rates: dict[str, list[float]] = defaultdict(list)
    waits: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        workload = Path(folder) / "events.txt"
        run(WEIR, "bench", "intake", "--write-workload", workload)
        for _ in range(words.repetitions):
            for batch in BATCHES:
                rates[f"c/{batch}"].append(json.loads(run(BOUND, workload, words.slots, batch, words.seconds))["eventsPerSecond"])
            for case in json.loads(run(WEIR, "bench", "pipeline", *common))["cases"]:
                rates[case["name"]].append(case["eventsPerSecond"])
                rates[f"settled/{case['name']}"].append(case["settledEventsPerSecond"])
                if "diskAloneEventsPerSecond" in case:
                    rates[f"disk/{case['name']}"].append(case["diskAloneEventsPerSecond"])
            if words.peers:
                for line in run(PEERS, DAEMON, workload, "--bits", words.slots, "--seconds", words.seconds).splitlines():
                    case = json.loads(line)
                    rates[case["name"]].append(case["eventsPerSecond"])
                    for figure in ("p50", "p99"):
                        if f"{figure}Microseconds" in case:
                            waits[f"{case['name']} {figure}"].append(case[f"{figure}Microseconds"])
            for case in json.loads(run(WEIR, "bench", "latency", *common))["cases"]:
                for figure in ("p50", "p99", "p999", "max"):
                    waits[f"{case['name']} {figure}"].append(case[f"{figure}Microseconds"])
                waits[f"{case['name']} cpu"].append(case["cpuMicrosecondsPerMessage"])
    rate = {name: statistics.median(values) for name, values in rates.items()}
    wait = {name: statistics.median(values) for name, values in waits.items()}
    # A worker answers sooner than the learner learns: the ratio is that of what was learned and durable at the end.
    print("| events per message | scored, events/s | and learned | C without journal | ratio | durable, events/s | disk alone | ratio |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for batch in BATCHES:
        scored, learned, durable, bound, disk = (
            rate[name] for name in (f"scored/{batch}", f"settled/scored/{batch}", f"durable/{batch}", f"c/{batch}", f"disk/durable/{batch}"))
        print(f"| {batch} | {scored:,.0f} | {learned:,.0f} | {bound:,.0f} | {learned / bound:.2f} | {durable:,.0f} | {disk:,.0f} | {durable / disk:.2f} |")
    if words.peers:
        print(f"\nVowpal Wabbit's daemon: {rate['vw-daemon/many']:,.0f} events/s with lines sent ahead, p50 "
              f"{wait['vw-daemon/one p50']:.0f} µs and p99 {wait['vw-daemon/one p99']:.0f} µs one at a time; times as many: "
              + ", ".join(f"{name} {rate[name] / rate['vw-daemon/many']:.1f}"
                          for name in (f"{kind}/{batch}" for kind in ("scored", "durable") for batch in BATCHES)))
    print("\n| waits, µs | p50 | p99 | p99.9 | worst | CPU of all threads | p50 / echo | p99 / echo |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for name in ("echo/one", "idle/one", "half-load/echo", "half-load/one", "echo/crowd", "idle/crowd"):
        figures = [wait[f"{name} {figure}"] for figure in ("p50", "p99", "p999", "max", "cpu")]
        echo = "echo/crowd" if name.endswith("/crowd") else "echo/one"
        ratios = [wait[f"{name} {figure}"] / wait[f"{echo} {figure}"] for figure in ("p50", "p99")]
        print(f"| {name} | " + " | ".join(f"{figure:,.0f}" for figure in figures) + " | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")


if __name__ == "__main__":
    main()
