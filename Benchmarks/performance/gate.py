"""Holds instructions and allocations per event, and the memory of a large table, against what is written down.

    python3 Benchmarks/performance/gate.py [--update]

Instructions are counted by callgrind, as the difference of two runs that differ in their number of rounds alone: nothing of
start, workload and table is in it, and it depends on no other process. Allocations are counted the same way by a library
that the loader puts before the allocator. Needs valgrind, make build and make bench-bounds.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
WEIR = REPOSITORY / ".build" / "release" / "weir"
COUNTER = REPOSITORY / ".build" / "bounds" / "count_allocations.so"
BASELINES = REPOSITORY / "Benchmarks" / "Baselines" / "instructions.json"
CASES = {
    "kernel": (
        "ftrl/learn", "ftrl/learn-focal", "ftrl/score", "ftrl/serve", "ftrl/serve-ahead", "ftrl/model", "portfolio/model",
        "portfolio/serve"),
    "intake": ("json/in-order", "json/out-of-order", "json/learn", "csv/features", "frame/decode", "worker/1", "worker/32"),
}
# Nothing on the way from a vector to a score or a lesson allocates. Beside it: a reply is a message of libzmq's own (worker),
# and lists grow until they have met the longest event.
ALLOCATIONS = {"kernel": 0.0, "intake": 0.1, "worker/1": 1.1, "worker/32": 0.3, "csv/features": 0.1}
EVENTS, ROUNDS = 500, (1, 3)
# More instructions than the baseline by this share fail; as many fewer ask for a new baseline.
TOLERANCE = 0.03
# What one FTRL-Proximal table adds to a process may be 8 bytes a slot and 3 %.
MEMORY_BITS, EMPTY_BITS = 24, 10
MEMORY_LIMIT = 8 * 2**MEMORY_BITS * 1.03


def arguments(benchmark: str, case: str, rounds: int) -> list[str]:
    placed = ["--distribution", "zipf"] if benchmark == "kernel" else []
    return ["bench", benchmark, "--slots", "2^16", *placed, "--events", str(EVENTS), "--case", case, "--rounds", str(rounds)]


def per_event(count) -> float:
    few, many = (count(rounds) for rounds in ROUNDS)
    return (many - few) / (EVENTS * (ROUNDS[1] - ROUNDS[0]))


def instructions(executable: Path, benchmark: str, case: str) -> float:
    def count(rounds: int) -> int:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", executable, *arguments(benchmark, case, rounds)],
            capture_output=True, text=True, check=True)
        return int(re.search(r"Collected : (\d+)", done.stderr)[1])

    return per_event(count)


def allocations(benchmark: str, case: str) -> float:
    def count(rounds: int) -> int:
        done = subprocess.run(
            [WEIR, *arguments(benchmark, case, rounds)], capture_output=True, text=True, check=True,
            env=os.environ | {"LD_PRELOAD": str(COUNTER)})
        return int(re.search(r"allocations (\d+)", done.stderr)[1])

    return per_event(count)


def peak_memory(bits: int) -> int:
    """Bytes of a process that has learned into a table, everything counted."""
    process = subprocess.Popen(
        [WEIR, "bench", "kernel", "--slots", f"2^{bits}", "--distribution", "uniform", "--events", "20000",
         "--case", "ftrl/learn", "--rounds", "1"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--update", action="store_true", help="write down what is measured")
    update = parser.parse_args().update
    if not shutil.which("valgrind"):
        print("bench-gate: valgrind is not installed; on Debian: apt-get install valgrind", file=sys.stderr)
        return 69
    known = json.loads(BASELINES.read_text()) if BASELINES.exists() else {}
    found, failures = {}, []
    with tempfile.TemporaryDirectory() as folder:
        # Valgrind cannot read the debugging information of the release build, and needs none.
        stripped = Path(folder) / "weir"
        subprocess.run(["strip", "-o", stripped, WEIR], check=True)
        for benchmark, case in ((benchmark, case) for benchmark, cases in CASES.items() for case in cases):
            count, allocated = instructions(stripped, benchmark, case), allocations(benchmark, case)
            found[case] = {"instructionsPerEvent": round(count, 1)}
            before = known.get(case, {}).get("instructionsPerEvent")
            change = f"{count / before - 1:+.1%}" if before else "new"
            print(f"{case:18} {count:9.1f} instructions per event ({change}), {allocated:g} allocations", flush=True)
            if before and abs(count / before - 1) > TOLERANCE:
                failures.append(f"{case} takes {count:.0f} instructions per event, the baseline says {before:.0f}")
            if allocated > ALLOCATIONS.get(case, ALLOCATIONS[benchmark]):
                failures.append(f"{case} allocates {allocated:g} times per event")
    whole = peak_memory(MEMORY_BITS)
    table = whole - peak_memory(EMPTY_BITS)
    print(
        f"2^{MEMORY_BITS} slots: {table / 1e6:.1f} MB (limit {MEMORY_LIMIT / 1e6:.1f}), the whole process "
        f"{whole / 1e6:.1f} MB")
    if table > MEMORY_LIMIT:
        failures.append(f"a table of 2^{MEMORY_BITS} slots takes {table / 1e6:.1f} MB")
    if update:
        BASELINES.write_text(json.dumps(found, indent=2) + "\n")
        return 0
    for failure in failures:
        print(f"bench-gate: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
