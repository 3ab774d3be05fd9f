"""The kernel beside its bound in C and, with --peers, beside other programs: one run, one table of ratios.

    python3 Benchmarks/performance/kernel.py [--bits 18 --bits 22 --bits 24] [--repetitions 3] [--peers] [--json FILE]

Every number is the median over the repetitions, and each repetition measures Weir and the bound one after the other, so
that both meet the same neighbours on the machine. make bench-bounds and make build have built what is run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
WEIR = REPOSITORY / ".build" / "release" / "weir"
BOUND = REPOSITORY / ".build" / "bounds" / "kernel"
PEERS = REPOSITORY / ".build" / "peers-venv" / "bin" / "python"
DISTRIBUTIONS = ("zipf", "uniform")
# What of Weir is held against which mode of the C program, and the goal for the ratio of times.
GOALS = (
    ("ftrl/learn", "learn", 1.2), ("ftrl/model", "learn", None), ("ftrl/score", "score", 1.2),
    ("ftrl/serve", "serve, no prefetch", None), ("ftrl/serve-ahead", "serve", None),
)
# What of Weir is held against what of Weir.
INNER_GOALS = (("ftrl/learn-focal", "ftrl/learn", 1.1), ("portfolio/model", "ftrl/model", 2.5))
LOOKAHEADS = (1, 2, 3, 4)
# At least this many times as fast as Vowpal Wabbit's own FTRL-Proximal from its cache.
PEER_GOAL = 15


def lines(*command: object) -> list[dict]:
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def weir(bits: int, distribution: str, seconds: float) -> dict[str, dict]:
    (report,) = [
        json.loads(
            subprocess.run(
                [WEIR, "bench", "kernel", "--slots", f"2^{bits}", "--distribution", distribution, "--seconds",
                 str(seconds), "--json"], check=True, capture_output=True, text=True).stdout)
    ]
    return {"/".join(case["name"].split("/")[:2]): case for case in report["cases"]}


def bound(workload: Path, mode: str, bits: int, seconds: float) -> float:
    """The bound is the best of several distances of its prefetch."""
    mode, _, without = mode.partition(", ")
    distances = (0,) if without else LOOKAHEADS
    return min(
        lines(BOUND, workload, mode, bits, ahead, "huge", seconds / len(distances))[0]["nanosecondsPerEvent"]
        for ahead in distances)


def row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def verdict(ratio: float, goal: float | None, at_least: bool = False) -> str:
    if goal is None:
        return ""
    met = ratio >= goal if at_least else ratio <= goal
    return f"{'≥' if at_least else '≤'} {goal}: {'yes' if met else '**no**'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bits", type=int, action="append")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.4)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    record: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        workloads = {name: Path(folder) / f"{name}.bin" for name in DISTRIBUTIONS}
        for name, path in workloads.items():
            subprocess.run([WEIR, "bench", "kernel", "--distribution", name, "--write-workload", path], check=True)
        learned: dict[int, float] = {}
        row("case", "slots", "where they lie", "ns per event", "beside", "its ns", "ratio", "goal")
        row(*["---"] * 3, *["--:"] * 1, "---", "--:", "--:", "---")
        for bits in options.bits or (18, 22, 24):
            for name, path in workloads.items():
                ours: dict[str, list[float]] = {}
                bounds: dict[str, list[float]] = {}
                for _ in range(options.repetitions):
                    for mode in {mode: None for _, mode, _ in GOALS}:
                        bounds.setdefault(mode, []).append(bound(path, mode, bits, options.seconds))
                    for case, result in weir(bits, name, options.seconds).items():
                        ours.setdefault(case, []).append(result["nanosecondsPerEvent"])
                times = {case: statistics.median(values) for case, values in ours.items()}
                limits = {f"C {mode}": statistics.median(values) for mode, values in bounds.items()}
                record[f"{name}/2^{bits}"] = times | limits
                if name == "zipf":
                    learned[bits] = times["ftrl/model"]
                beside = [(case, f"C {mode}", limits[f"C {mode}"], goal) for case, mode, goal in GOALS]
                beside += [(case, other, times[other], goal) for case, other, goal in INNER_GOALS]
                for case, other, time, goal in beside:
                    ratio = times[case] / time
                    row(case, f"2^{bits}", name, f"{times[case]:.0f}", other, f"{time:.0f}", f"{ratio:.2f}",
                        verdict(ratio, goal))
        if options.peers:
            print()
            row("peer", "slots", "events/s", "Weir's (ftrl/model)", "ratio", "goal")
            row("---", "---", "--:", "--:", "--:", "---")
            for bits, ours_ in learned.items():
                program = REPOSITORY / "Benchmarks" / "peers" / "kernel.py"
                for peer in lines(PEERS, program, workloads["zipf"], "--bits", bits):
                    record[f"peer/{peer['name']}"] = peer
                    ratio = peer["nanosecondsPerEvent"] / ours_
                    goal = PEER_GOAL if peer["name"].startswith("vw-cached-ftrl") else None
                    row(peer["name"].split("/")[0], f"2^{bits}", f"{peer['eventsPerSecond'] / 1e3:.0f}k",
                        f"{1e6 / ours_:.0f}k", f"{ratio:.1f}", verdict(ratio, goal, at_least=True))
    if options.json:
        options.json.write_text(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
