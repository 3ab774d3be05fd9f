"""Learns the events of a workload file with other programs, and prints one JSON line per case.

    .build/peers-venv/bin/python Benchmarks/peers/kernel.py workload.bin --bits 22 [--peer vw] [--events 131072]

Times are CPU times of the process. Vowpal Wabbit parses in one thread and learns in another: its wall time is printed as
well, and the smaller of the two is what its events per second are computed from.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy

PASSES = 5


def read_workload(path: Path, limit: int) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray, int]:
    """Indices (indicators first), values and labels by event, and how many indicators an event has."""
    words = numpy.fromfile(path, dtype="<u4")
    assert words[:2].tobytes() == b"WEIRWRK1", "weir bench kernel --write-workload writes such files"
    events, indicators, valued = (int(word) for word in words[2:5])
    rows = words[6:].reshape(events, indicators + 2 * valued + 1)[:limit]
    pairs = rows[:, indicators:-1].reshape(len(rows), valued, 2)
    indices = numpy.concatenate([rows[:, :indicators], pairs[:, :, 0]], axis=1)
    values = numpy.ones(indices.shape, dtype="<f4")
    values[:, indicators:] = pairs[:, :, 1].copy().view("<f4")
    return indices, values, rows[:, -1].copy().view("<f4"), indicators


def report(name: str, bits: int, events: int, seconds: float, **more) -> None:
    nanoseconds = seconds * 1e9 / events
    line = {"name": f"{name}/2^{bits}", "eventsPerSecond": 1e9 / nanoseconds, "nanosecondsPerEvent": nanoseconds}
    print(json.dumps(line | more), flush=True)


def vowpal_wabbit(indices, values, labels, indicators: int, bits: int) -> None:
    """From its own cache, with FTRL-Proximal and with its default rule: many passes less one, so that starting is free."""
    mask = (1 << bits) - 1
    with tempfile.TemporaryDirectory() as folder:
        text, cache = Path(folder) / "events.vw", Path(folder) / "events.cache"
        with text.open("w") as file:
            for row, value, label in zip(indices & mask, values, labels):
                plain = " ".join(map(str, row[:indicators]))
                valued = " ".join(f"{index}:{x:.7g}" for index, x in zip(row[indicators:], value[indicators:]))
                file.write(f"{1 if label > 0 else -1} | {plain} {valued}\n")

        def run(passes: int, *options: str) -> tuple[float, float]:
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            # A second cache is never built: the first run with one pass has left it.
            subprocess.run(
                [sys.executable, "-m", "vowpalwabbit", "-d", str(text), "--cache_file", str(cache), "--passes",
                 str(passes), "-b", str(bits), "--loss_function", "logistic", "--noconstant", "--holdout_off", "--quiet",
                 *options], check=True, stdout=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - start

        run(1)
        for name, options in (("vw-cached-ftrl", ("--ftrl",)), ("vw-cached", ()), ("vw-cached-predict", ("-t",))):
            differences = []
            for _ in range(3):
                one, many = run(1, *options), run(1 + PASSES, *options)
                differences.append([later - earlier for earlier, later in zip(one, many)])
            cpu, wall = (sorted(column)[1] for column in zip(*differences))
            report(name, bits, PASSES * len(labels), min(cpu, wall), cpuSeconds=cpu, wallSeconds=wall)


def scikit_learn(indices, values, labels, _: int, bits: int) -> None:
    """Its one hashed learner that goes on: stochastic gradient descent, in batches of a thousand."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import SGDClassifier

    width, batch = indices.shape[1], 1000
    rows = numpy.arange(0, batch * width + 1, width)
    columns = (indices & ((1 << bits) - 1)).astype("i4")
    model = SGDClassifier(loss="log_loss")
    batches = []
    for start in range(0, len(labels) - batch + 1, batch):
        span = slice(start, start + batch)
        batches.append(
            (csr_matrix((values[span].ravel(), columns[span].ravel(), rows), shape=(batch, 1 << bits)), labels[span]))
    model.partial_fit(*batches[0], classes=[0, 1])
    before = time.process_time()
    # Every batch costs a pass over all weights; a few say how much.
    counted = batches[1:21]
    for features, outcomes in counted:
        model.partial_fit(features, outcomes)
    report("sklearn-partial-fit", bits, batch * len(counted), time.process_time() - before)


def river(indices, values, labels, _: int, bits: int) -> None:
    from river import linear_model, optim

    model = linear_model.LogisticRegression(optimizer=optim.FTRLProximal(), intercept_lr=0)
    mask, count = (1 << bits) - 1, min(10_000, len(labels))
    events = [
        (dict(zip((row & mask).tolist(), value.tolist())), bool(label))
        for row, value, label in zip(indices[:count], values[:count], labels[:count])
    ]
    before = time.process_time()
    for features, outcome in events:
        model.learn_one(features, outcome)
    report("river-ftrl", bits, count, time.process_time() - before)


PEERS = {"vw": vowpal_wabbit, "sklearn": scikit_learn, "river": river}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("workload", type=Path)
    parser.add_argument("--bits", type=int, default=22)
    parser.add_argument("--events", type=int, default=1 << 17)
    parser.add_argument("--peer", choices=PEERS, action="append")
    options = parser.parse_args()
    # One core, as everything beside it.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    workload = read_workload(options.workload, options.events)
    for name in options.peer or PEERS:
        PEERS[name](*workload, options.bits)


if __name__ == "__main__":
    main()
