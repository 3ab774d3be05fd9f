"""`weir evaluate` comes to the same state and the same numbers as the pipeline, for each configuration by itself."""

import csv
import json
import os
import random
import re

import pytest

from harness.deployment import Deployment
from harness.streams import configuration, write_slice

VARIANTS = {
    "plain": ("loss: bce", "loss: bce"),
    "focal": ("loss: bce", "loss: { focal: { gamma: 2 } }"),
    "sampled": ("loss: bce", "loss: bce, negatives: 0.25"),
    "waiting": ("missingLabel: negative", "missingLabel: negative, policy: wait"),
    "served-as-mapped": ("loss: bce", "loss: bce, recalibrate: false"),
}


@pytest.fixture(scope="module")
def stream(tmp_path_factory):
    return write_slice("ad-clicks", 6_000, tmp_path_factory.mktemp("evaluated") / "events.csv")


@pytest.fixture(scope="module")
def variants(module_weir):
    old_to_new = VARIANTS.items()
    return {
        name: Deployment(module_weir, configuration("ad-clicks").replace(old, new), name=name)
        for name, (old, new) in old_to_new}


@pytest.fixture(scope="module")
def evaluated(module_weir, stream, variants):
    configurations = [word for each in variants.values() for word in ("--config", each.config)]
    return module_weir.run("evaluate", *configurations, stream, "--format", "json").succeeded()


@pytest.mark.parametrize("name", VARIANTS)
def test_an_evaluation_gives_the_report_of_a_run_with_its_digests(evaluated, variants, stream, name):
    result = json.loads(evaluated.stdout)[list(VARIANTS).index(name)]
    assert result["configuration"] == str(variants[name].config)
    assert result["cpuSeconds"] > 0
    assert result["report"] == json.loads(variants[name].replay_once(stream).succeeded().stdout)


# What a cell may hold that is not what its column should: some of it is text like any other, some is refused.
ODD_CELLS = (
    "", " ", "0.5", "-0", "007", "1e5", "1e999", "-1E-400", "NaN", "true", "null", "1.5.2", "12345678.25", "9007199254740993",
    "1" * 40, 'a"b', "a\\b", "a,b", "two\nlines", "tab\tin", "del\x7f", "Köln", "€", "x" * 129, "x" * 4096, "x" * 4097,
    "2019-11-24", "2019-11-24T00:00:17+02:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2019-02-30T00:00:00Z",
)


@pytest.mark.parametrize("identifier", ["column", "rowNumber"])
def test_rows_with_odd_cells_come_to_the_report_of_a_run(module_weir, stream, tmp_path, identifier):
    seed = int(os.environ.get("WEIR_TEST_SEED", random.randrange(2**32)))
    print(f"WEIR_TEST_SEED={seed}")
    draw = random.Random(seed)
    with stream.open(newline="") as source, (tmp_path / "odd.csv").open("w", newline="") as odd:
        rows = csv.reader(source)
        writer = csv.writer(odd)
        writer.writerow(next(rows))
        for number, row in enumerate(rows):
            if number == 2_000:
                break
            for column in range(len(row)):
                # Times at the end of the calendar would end the stream's order for all that follow.
                if draw.random() < 0.03:
                    row[column] = draw.choice(ODD_CELLS[:-5] if number < 1_900 else ODD_CELLS)
            writer.writerow(row)
    text = configuration("ad-clicks")
    if identifier == "rowNumber":
        text = text.replace("id: event_id\n", "id: rowNumber\n")
    deployment = Deployment(module_weir, text, name=f"odd-{identifier}")
    evaluated = module_weir.run(
        "evaluate", "--config", deployment.config, tmp_path / "odd.csv", "--format", "json").succeeded()
    report = json.loads(deployment.replay_once(tmp_path / "odd.csv").succeeded().stdout)
    # Some rows were taken and some refused.
    assert report["events"] > 1_000 and sum(report["rejected"].values()) > 20
    assert json.loads(evaluated.stdout)[0]["report"] == report


def test_configurations_that_differ_come_to_different_models(evaluated):
    models = [result["report"]["modelDigest"] for result in json.loads(evaluated.stdout)]
    # What is recalibrated is served, not learned: its state is the model's all the same.
    assert len(set(models)) == len(models)


def test_the_tables_say_what_the_json_says(module_weir, variants, stream, evaluated):
    head = json.loads(evaluated.stdout)[0]["report"]["heads"][0]
    words = ("evaluate", "--config", variants["plain"].config, stream)
    text = module_weir.run(*words).succeeded().stdout.splitlines()
    markdown = module_weir.run(*words, "--format", "markdown").succeeded().stdout.splitlines()
    titles = [cell.strip() for cell in markdown[0].strip("|").split("|")]
    assert re.split(r" {2,}", text[0].strip()) == titles
    row = dict(zip(titles, [cell.strip() for cell in markdown[2].strip("|").split("|")]))
    assert row["labelled"] == str(head["labelled"])
    assert row["NE"] == f"{head['normalizedEntropy']:.4f}"
    assert row["AUC"] == f"{head['aucROC']:.4f}"
    assert row["ratio"] == f"{head['calibrationRatio']:.4f}"
    assert row["raw"] == f"{head['rawCalibrationRatio']:.3f}"
    assert row["mapped"] == f"{head['mappedCalibrationRatio']:.3f}"
    assert row["NE"] in text[1]
    assert len(text) == 2 and len(markdown) == 3


def test_an_evaluation_leaves_no_files(weir, tmp_path, stream):
    alone = tmp_path / "alone.yaml"
    alone.write_text(configuration("ad-clicks"))
    weir.run("evaluate", "--config", alone, stream).succeeded()
    assert list(tmp_path.iterdir()) == [alone]


def test_batches_of_an_evaluation_end_where_those_of_a_run_do(module_weir, tmp_path):
    """Labels "0" and "-0" are equal as numbers and differ by a byte as records, whose lengths decide where batches end."""
    text = (
        "name: cut\nevent: { id: id, time: time }\nfeatures: [{ hash: a }, { hash: b }]\n"
        "heads: [{ name: click, baseRate: 0.1, window: 1s, missingLabel: unlabelled }]\n"
        "model: { bits: 10, optimizer: ftrl, alpha: 0.5 }\nstream: { clock: stream, grace: 0s }\n"
        "replay:\n  id: id\n  time: { column: time, format: iso8601 }\n"
        "  labels: [{ head: click, column: label, delay: 0s }]\n")

    def record(members):
        return len(json.dumps(members, separators=(",", ":"))) + 1

    # A batch has at most this many bytes of records, with their line ends.
    limit = (1 << 20) - 4_096
    rows, size = [], 0
    while True:
        number = len(rows)
        row = {"id": f"e{number:04}", "time": f"2024-01-01T00:{number // 60:02}:{number % 60:02}Z", "a": "x" * 4_096, "b": "y" * 4_000}
        label = {"label": {"id": row["id"], "head": "click", "value": -0.0 if rows else 0.0, "time": row["time"]}}
        # One that takes a byte too many, which it would not if every label had the bytes of the first.
        excess = size + record(row) - (limit + 1)
        rows.append(row)
        if excess >= 0:
            row["b"] = row["b"][excess:]
            break
        size += record(row) + record(label)
    assert size + record(rows[-1]) == limit + 1
    for number in range(len(rows), 2 * len(rows)):
        rows.append({**rows[0], "id": f"e{number:04}", "time": f"2024-01-01T00:{number // 60:02}:{number % 60:02}Z"})
    with (tmp_path / "cut.csv").open("w", newline="") as target:
        writer = csv.DictWriter(target, ["id", "time", "a", "b", "label"])
        writer.writeheader()
        for number, row in enumerate(rows):
            writer.writerow({**row, "label": "-0" if number else "0"})
    deployment = Deployment(module_weir, text, name="cut")
    evaluated = module_weir.run(
        "evaluate", "--config", deployment.config, tmp_path / "cut.csv", "--format", "json").succeeded()
    report = json.loads(deployment.replay_once(tmp_path / "cut.csv").succeeded().stdout)
    assert report["labels"] == len(rows)
    assert json.loads(evaluated.stdout)[0]["report"] == report
