#!/usr/bin/env python3
"""Compares Weir's defaults with Vowpal Wabbit and River on recorded streams.

Every learner sees the same events in the same order with the same features and the same label lag, predicts each
event before it knows its label, and is judged by the same code. README.md says how.
"""

import argparse
import bisect
import csv
import datetime
import gzip
import heapq
import itertools
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

try:
    import numpy
    import river
    import sklearn
    import vowpalwabbit
    import yaml
    from river import linear_model, optim
    from sklearn.metrics import average_precision_score, roc_auc_score
except ImportError as error:
    sys.exit(f"run.py: {error}. Remedy: pip install -r {pathlib.Path(__file__).parent}/requirements.txt")

from journal import served_logits

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
STREAMS = ["obd-clicks", "flight-cancellations", "bank-response", "hotel-cancellations"]
SKIPPED_SHARE = 0.1
QUICK_ROWS = 20_000
CLIP = 1e-6


# ---- the stream: rows, times, labels ---------------------------------------------------------------------------------


def seconds(duration):
    """A duration such as 1h30m in seconds."""
    units = {"d": 86_400, "h": 3_600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6}
    total, number, unit = 0.0, "", ""
    for character in duration + "0":
        if character.isdigit() and unit:
            total += int(number) * units[unit]
            number, unit = "", ""
        if character.isdigit():
            number += character
        else:
            unit += character
    return total


def moment(text, time_format):
    """A time of the recording in seconds since 1970, UTC."""
    if time_format == "iso8601":
        parsed = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    else:
        parsed = datetime.datetime.strptime(text, time_format)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=datetime.timezone.utc)
    return parsed.timestamp()


class Stream:
    """A recording under Weir's configuration: the one source of features, labels and times for every learner."""

    def __init__(self, name, folder, work, quick):
        self.name = name
        self.configuration_file = work / "weir.yaml"
        shutil.copyfile(HERE / "configs" / f"{name}.yaml", self.configuration_file)
        with open(self.configuration_file) as file:
            self.configuration = yaml.load(file, yaml.BaseLoader)
        self.events_file = work / "events.csv"
        with gzip.open(folder / "events.csv.gz", "rt", newline="") as source, open(self.events_file, "w") as target:
            target.writelines(itertools.islice(source, QUICK_ROWS + 1 if quick else None))
        with open(self.events_file, newline="") as file:
            self.rows = list(csv.DictReader(file))
        if (folder / "aux.csv.gz").exists():
            shutil.copyfile(folder / "aux.csv.gz", work / "aux.csv.gz")
        self.base_rate = float(self.configuration["heads"][0]["baseRate"])
        self._read_times_and_labels(work)

    def _read_times_and_labels(self, work):
        replay = self.configuration["replay"]
        when = replay["time"]
        if "column" in when:
            self.times = [moment(row[when["column"]], when["format"]) for row in self.rows]
        else:
            start, interval = moment(when["start"], "iso8601"), seconds(when["interval"])
            self.times = [start + index * interval for index in range(len(self.rows))]
        label = replay["labels"][0]
        cells = self.rows
        if "file" in label:
            with gzip.open(work / label["file"], "rt", newline="") as file:
                table = {row[label["key"]]: row for row in csv.DictReader(file)}
            cells = [table[row[replay["id"]]] for row in self.rows]
        values = label.get("values")
        self.labels = numpy.array(
            [float(values[cell[label["column"]]] if values else cell[label["column"]]) for cell in cells])
        # The file's own label column is a cross-check on the mapping.
        assert all(float(row["label"]) == y for row, y in zip(self.rows, self.labels)), "labels disagree"
        if "delay" in label:
            delay = seconds(label["delay"])
            self.known = [t + delay for t in self.times]
        else:
            column, pattern = label["time"]["column"], label["time"]["format"]
            self.known = [moment(cell[column], pattern) for cell in cells]

    def batches(self, size):
        """The shared driver: lists of (is_label, row), in the order and in the batches in which Weir replays them.

        Events and labels are merged by time; a label comes before the event of the same instant. A batch is predicted
        with what was learned up to the batch before it. Labels that become known after the last event teach nobody.
        """
        waiting, items = [], []
        for index, happened in enumerate(self.times):
            while waiting and waiting[0][0] <= happened:
                items.append((True, heapq.heappop(waiting)[1]))
            items.append((False, index))
            heapq.heappush(waiting, (self.known[index], index))
        for first in range(0, len(items), size):
            yield items[first : first + size]


# ---- the features, from Weir's configuration -------------------------------------------------------------------------


def signed_log(value):
    return math.copysign(math.log1p(abs(value)), value)


def log_bucket(value):
    bucket = math.floor(4 * math.log2(1 + abs(value)))
    return -1 - bucket if value < 0 else bucket


def features(stream):
    """Per event: indicator names and (name, value) numbers. A missing number is an indicator of its own."""
    for row in stream.rows:
        indicators, numbers = [], []
        for feature in stream.configuration["features"]:
            if "hash" in feature:
                field = feature["hash"]
                indicators.append(f"{field}={row[field]}")
            elif "cross" in feature:
                fields = feature["cross"]
                indicators.append("*".join(fields) + "=" + "*".join(row[field] for field in fields))
            elif "number" in feature:
                field = feature["number"]
                if row[field] == "":
                    indicators.append(f"{field}=missing")
                else:
                    numbers.append((field, float(row[field])))
            else:
                field = feature["bucket"]
                if row[field] == "":
                    indicators.append(f"{field}#missing")
                    continue
                value = float(row[field])
                if "width" in feature:
                    bucket = math.floor(value / float(feature["width"]))
                elif "edges" in feature:
                    bucket = bisect.bisect_right([float(edge) for edge in feature["edges"]], value)
                else:
                    bucket = log_bucket(value)
                indicators.append(f"{field}#{bucket}")
        yield indicators, numbers


def vw_lines(stream):
    """Text examples without labels: hashed indicators, numbers by signed log1p."""
    clean = str.maketrans({" ": "_", ":": "_", "|": "_", "\t": "_"})
    lines = []
    for indicators, numbers in features(stream):
        parts = [text.translate(clean) for text in indicators]
        parts += [f"{name}:{signed_log(value):.6g}" for name, value in numbers]
        lines.append("|f " + " ".join(parts))
    return lines


def river_features(stream):
    """One-hot indicators, numbers by signed log1p, then standardised by what was seen before and cut at +-8."""
    moments, result = {}, []
    for indicators, numbers in features(stream):
        x = {"bias": 1.0}
        for text in indicators:
            x[text] = 1.0
        for name, value in numbers:
            value = signed_log(value)
            count, mean, squares = moments.get(name, (0, 0.0, 0.0))
            deviation = math.sqrt(squares / count) if count else 0.0
            x[name] = max(-8.0, min(8.0, (value - mean) / deviation)) if count >= 16 and deviation > 0 else 0.0
            count += 1
            change = value - mean
            mean += change / count
            moments[name] = (count, mean, squares + change * (value - mean))
        result.append(x)
    return result


def river_indicators(stream):
    """For AdPredictor, which knows only active features: numbers as logarithmic buckets, four per doubling."""
    result = []
    for indicators, numbers in features(stream):
        x = {text: 1 for text in indicators}
        for name, value in numbers:
            x[f"{name}~{log_bucket(value)}"] = 1
        result.append(x)
    return result


# ---- the learners ----------------------------------------------------------------------------------------------------


class VowpalWabbit:
    prepare = staticmethod(vw_lines)

    def __init__(self, options):
        self.workspace = vowpalwabbit.Workspace(
            f"--quiet --loss_function logistic --link logistic --bit_precision 22 {options}")

    def predict(self, line):
        return self.workspace.predict(line)

    def learn(self, line, label):
        self.workspace.learn(("1 " if label > 0.5 else "-1 ") + line)


class River:
    def __init__(self, model, prepare):
        self.model, self.prepare = model, prepare

    def predict(self, x):
        return self.model.predict_proba_one(x)[True]

    def learn(self, x, label):
        self.model.learn_one(x, label > 0.5)


def learners(base_rate):
    """Names and makers. Where a learner can be told the base rate that Weir is told, it is told it as well."""
    start = math.log(base_rate / (1 - base_rate))
    for name, options in (
        ("default", ""), ("default, --constant from the base rate", f"--constant {start:.4f}"),
        ("--ftrl", "--ftrl"), ("--coin", "--coin"),  # --constant changes nothing in these two
    ):
        yield f"VW {name}", lambda options=options: VowpalWabbit(options)
    for name, optimizer in (("FTRL", optim.FTRLProximal), ("AdaGrad", optim.AdaGrad)):
        yield f"River LogisticRegression, {name}", lambda optimizer=optimizer: River(
            linear_model.LogisticRegression(optimizer=optimizer(), intercept_init=start), river_features)
    yield "River AdPredictor", lambda: River(
        linear_model.AdPredictor(prior_probability=base_rate), river_indicators)
    yield "River AdPredictor, epsilon 0", lambda: River(
        linear_model.AdPredictor(prior_probability=base_rate, epsilon=0), river_indicators)


def play(stream, learner, size):
    """Predictions of one learner, and its time: examples made, all predictions, all learning."""
    began = time.perf_counter()
    examples = learner.prepare(stream)
    predicted = numpy.zeros(len(stream.rows))
    for batch in stream.batches(size):
        for is_label, index in batch:
            if not is_label:
                predicted[index] = learner.predict(examples[index])
        for is_label, index in batch:
            if is_label:
                learner.learn(examples[index], stream.labels[index])
    return predicted, time.perf_counter() - began


# ---- Weir: served probabilities from its journal ---------------------------------------------------------------------


def play_weir(binary, stream, work):
    """Weir's served probabilities and the time of the whole command: reading, network, journal, learning."""
    journal = work / "weir.journal"
    began = time.perf_counter()
    finished = subprocess.run(
        [binary, "run", "--config", stream.configuration_file, "--replay", stream.events_file, "--once",
         "--journal", journal, "--format", "json"], cwd=work, capture_output=True, text=True)
    elapsed = time.perf_counter() - began
    if finished.returncode != 0:
        raise SystemExit(f"run.py: weir ended with {finished.returncode}: {finished.stderr[-2000:]}")
    logits = served_logits(journal)
    identity = stream.configuration["replay"]["id"]
    values = numpy.array([logits[row[identity]] for row in stream.rows])
    return 1 / (1 + numpy.exp(-values)), elapsed


# ---- judging ---------------------------------------------------------------------------------------------------------


def losses(labels, predicted):
    p = numpy.clip(predicted, CLIP, 1 - CLIP)
    return -(labels * numpy.log(p) + (1 - labels) * numpy.log(1 - p))


def entropy(labels):
    rate = labels.mean()
    return -(rate * math.log(rate) + (1 - rate) * math.log(1 - rate))


def judged(labels, predicted):
    return {
        "NE": losses(labels, predicted).mean() / entropy(labels), "AUC": roc_auc_score(labels, predicted),
        "PR-AUC": average_precision_score(labels, predicted), "calibration": predicted.sum() / labels.sum(),
    }


def difference(labels, ours, theirs):
    """NE of ours less NE of theirs, and its standard error from 50 blocks of consecutive events (jackknife)."""
    delta = losses(labels, ours) - losses(labels, theirs)
    blocks = numpy.array_split(numpy.arange(len(labels)), 50)
    left_out = []
    for block in blocks:
        keep = numpy.ones(len(labels), bool)
        keep[block] = False
        left_out.append(delta[keep].mean() / entropy(labels[keep]))
    left_out = numpy.array(left_out)
    error = math.sqrt((len(blocks) - 1) / len(blocks) * ((left_out - left_out.mean()) ** 2).sum())
    return delta.mean() / entropy(labels), error


def compare(stream, binary, work, size, only, out):
    """Plays one stream through all learners and writes its table."""
    start = int(len(stream.rows) * SKIPPED_SHARE)
    labels = stream.labels[start:]
    known = numpy.array(stream.known)
    never = int((known > stream.times[-1]).sum())
    print(f"\n### {stream.name}\n", file=out)
    print(f"{len(stream.rows):,} events, the last {len(labels):,} judged; {int(labels.sum()):,} positives "
          f"({labels.mean():.2%}). {never:,} labels became known after the last event and taught nobody.\n", file=out)
    print("| learner | NE | AUC | PR-AUC | calibration ratio | seconds |\n|---|--:|--:|--:|--:|--:|", file=out,
          flush=True)
    results = {}

    def add(name, predicted, elapsed):
        results[name] = predicted[start:]
        row = judged(labels, predicted[start:])
        print(f"| {name} | {row['NE']:.4f} | {row['AUC']:.4f} | {row['PR-AUC']:.4f} | {row['calibration']:.3f} | "
              f"{elapsed:.1f} |", file=out, flush=True)

    if binary:
        add("**Weir**", *play_weir(binary, stream, work))
    for name, make in learners(stream.base_rate):
        if only in name:
            add(name, *play(stream, make(), size))
    rate = labels.mean()
    constant = stream.base_rate
    constant_entropy = -(rate * math.log(constant) + (1 - rate) * math.log(1 - constant)) / entropy(labels)
    print(f"| always {constant:g} | {constant_entropy:.4f} | 0.5000 | {rate:.4f} | {constant / rate:.3f} | – |", file=out)
    print(file=out)
    ours = results.pop("**Weir**", None)
    for family in ("VW", "River"):
        peers = {name: p for name, p in results.items() if name.startswith(family)}
        if ours is None or not peers:
            continue
        best = min(peers, key=lambda name: losses(labels, peers[name]).mean())
        gap, error = difference(labels, ours, peers[best])
        print(f"- Weir's NE less that of the best of {family} ({best}): {gap:+.4f} (standard error {error:.4f}).",
              file=out, flush=True)


def main():
    parser = argparse.ArgumentParser(
        description="Compares Weir's defaults with Vowpal Wabbit and River on recorded streams and prints Markdown.")
    parser.add_argument("--data", type=pathlib.Path, default=REPOSITORY.parent / "shared" / "data", metavar="DIR",
                        help="a folder with one folder per stream (default: ../shared/data beside the repository)")
    parser.add_argument("--weir", type=pathlib.Path, default=REPOSITORY / ".build" / "release" / "weir",
                        metavar="FILE", help="the executable (default: .build/release/weir)")
    parser.add_argument("--stream", action="append", choices=STREAMS, help="only this stream; may be repeated")
    parser.add_argument("--only", default="", metavar="TEXT", help="only peers whose name contains TEXT, such as VW")
    parser.add_argument("--batch", type=int, default=256, metavar="N",
                        help="records per batch for the peers; 256 is how Weir replays (default), 1 is no batches")
    parser.add_argument("--quick", action="store_true", help=f"only the first {QUICK_ROWS:,} rows of each stream")
    parser.add_argument("--no-weir", action="store_true", help="leave Weir out")
    arguments = parser.parse_args()
    binary = None if arguments.no_weir else arguments.weir.resolve()
    if binary and not binary.exists():
        parser.error("there is no weir executable; build it (make build) or name it with --weir")
    version = "left out"
    if binary:
        version = subprocess.run([binary, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{datetime.date.today()}: {version}, Vowpal Wabbit {vowpalwabbit.__version__}, River {river.__version__}, "
          f"scikit-learn {sklearn.__version__}, Python {sys.version.split()[0]}; batches of {arguments.batch}"
          + (f"; first {QUICK_ROWS:,} rows" if arguments.quick else ""), flush=True)
    for name in arguments.stream or STREAMS:
        folder = arguments.data / name
        if not (folder / "events.csv.gz").exists():
            print(f"\n### {name}\n\nSkipped: no events.csv.gz in {folder}.", flush=True)
            continue
        if name == "hotel-cancellations" and not (folder / "aux.csv.gz").exists():
            print(f"\n### {name}\n\nSkipped: no aux.csv.gz, which holds the days of the labels, in {folder}.")
            continue
        with tempfile.TemporaryDirectory() as work:
            stream = Stream(name, folder, pathlib.Path(work), arguments.quick)
            compare(stream, binary, pathlib.Path(work), arguments.batch, arguments.only, sys.stdout)


if __name__ == "__main__":
    main()
