"""Change detectors of River on the very streams of calibration-study: false alarms and detection delays.

River's detectors watch one number per event. Given here: the residual y - p, and for one of them the outcome y alone.
Settings are River's defaults. An alarm is an update after which drift_detected is true; detectors go on as they do.
"""
import argparse
import statistics
import subprocess

import numpy
from river import drift

EVENT = numpy.dtype([("p", "<f8"), ("y", "u1")])
HORIZON = 1_000_000
CHANGE_AT = 200_000
PATIENCE = 500_000
CASES = [(0.05, c) for c in ("rate=1.1", "rate=1.2", "rate=1.5", "rate=0.8", "slope=0.7", "slope=0.5")] + [
    (0.01, c) for c in ("rate=1.1", "rate=1.2", "rate=1.5", "slope=0.7", "slope=0.5")]
DETECTORS = {
    "ADWIN on y - p": (lambda: drift.ADWIN(), "residual"),
    "ADWIN on y": (lambda: drift.ADWIN(), "outcome"),
    "Page-Hinkley on y - p": (lambda: drift.PageHinkley(), "residual"),
}


def events(study, rate, change, run, count):
    output = subprocess.run([study, "stream", str(rate), change, str(run), str(count)], capture_output=True, check=True)
    stream = numpy.frombuffer(output.stdout, EVENT)
    assert len(stream) == count, "the stream is cut short"
    outcome = stream["y"].astype(float)
    return {"outcome": outcome.tolist(), "residual": (outcome - stream["p"]).tolist()}


def false_alarms(study, runs):
    print(f"\n## River: false alarms in {HORIZON} calibrated events, {runs} runs each\n")
    print("| base rate | detector | runs with an alarm | alarms a run |\n|---|---|---|---|")
    for rate in (0.001, 0.01, 0.05):
        counts = {name: [] for name in DETECTORS}
        for run in range(runs):
            signals = events(study, rate, "none", run, HORIZON)
            for name, (make, signal) in DETECTORS.items():
                detector, alarms = make(), 0
                for value in signals[signal]:
                    detector.update(value)
                    alarms += detector.drift_detected
                counts[name].append(alarms)
        for name, alarms in counts.items():
            hits = sum(a > 0 for a in alarms)
            print(f"| {rate} | {name} | {100 * hits / runs:.1f} % ({hits} of {runs}) "
                  f"| {statistics.mean(alarms):.3f} |", flush=True)


def first_alarm(detector, values):
    """Events from the change to the first alarm; PATIENCE if there is none."""
    for value in values[:CHANGE_AT]:
        detector.update(value)
    for delay, value in enumerate(values[CHANGE_AT:], 1):
        detector.update(value)
        if detector.drift_detected:
            return delay
    return PATIENCE


def delays(study, runs):
    print(f"\n## River: detection delay in events, median of {runs} runs, change at event {CHANGE_AT}")
    print(f"without an alarm for {PATIENCE} events a run counts as missed\n")
    print("| base rate | change | " + " | ".join(DETECTORS) + " |\n|" + "---|" * (2 + len(DETECTORS)))
    for rate, change in CASES:
        found = {name: [] for name in DETECTORS}
        for run in range(runs):
            signals = events(study, rate, change, run, CHANGE_AT + PATIENCE)
            for name, (make, signal) in DETECTORS.items():
                found[name].append(first_alarm(make(), signals[signal]))
        cells = []
        for values in found.values():
            missed = sum(v == PATIENCE for v in values)
            median = statistics.median(values)
            text = f"over {PATIENCE / 1e3:.0f}k" if median >= PATIENCE else f"{median / 1e3:.1f}k"
            cells.append(text + (f", {missed} missed" if missed else ""))
        print(f"| {rate} | {change} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", required=True, help="the calibration-study executable")
    parser.add_argument("--runs", type=int, default=40)
    arguments = parser.parse_args()
    false_alarms(arguments.study, arguments.runs)
    delays(arguments.study, arguments.runs)
