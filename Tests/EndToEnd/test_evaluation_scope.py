"""What an evaluation judges with --skip, what --blocks says of it, and that threads change nothing."""

import csv
import gzip
import json
import math
import os

import pytest

from harness.deployment import Deployment
from harness.streams import MALFORMED, configuration, events, write_slice

ROWS = 6_000
FLIGHTS = "rare-cancellations"


@pytest.fixture(scope="module")
def stream(tmp_path_factory):
    return write_slice(FLIGHTS, ROWS, tmp_path_factory.mktemp("scope") / "events.csv")


@pytest.fixture(scope="module")
def rows(stream):
    with stream.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def config(module_weir):
    path = module_weir.folder / "flights.yaml"
    path.write_text(configuration(FLIGHTS))
    return path


@pytest.fixture(scope="module")
def evaluate(module_weir, config, stream):
    def run(*words):
        done = module_weir.run("evaluate", "--config", config, stream, "--format", "json", *words)
        return json.loads(done.succeeded().stdout)[0]

    return run


@pytest.fixture(scope="module")
def whole(evaluate):
    return evaluate()


def without_time(result):
    return {key: value for key, value in result.items() if key != "cpuSeconds"}


def test_skipped_rows_are_learned_and_not_judged(evaluate, whole, rows):
    skipped = evaluate("--skip", "0.3")
    assert skipped["skippedRows"] == 1_800
    head = skipped["report"]["heads"][0]
    assert head["labelled"] == ROWS - 1_800
    assert head["positives"] == sum(row["label"] == "1" for row in rows[1_800:])
    for same in ("modelDigest", "stateDigest", "events", "labels", "journalSequence", "rejected"):
        assert skipped["report"][same] == whole["report"][same]


def test_a_share_of_nothing_skips_nothing(evaluate, whole):
    assert without_time(evaluate("--skip", "0")) == without_time(whole)


def test_the_number_of_blocks_is_that_of_the_days_with_events(evaluate, rows):
    bootstrap = evaluate("--blocks", "1d")["bootstrap"]
    assert (bootstrap["blockSeconds"], bootstrap["seed"]) == (86_400, 1)
    errors = bootstrap["standardErrors"][0]
    assert errors["head"] == "cancelled"
    assert errors["blocks"] == len({row["time_hour"][:10] for row in rows})
    later = evaluate("--blocks", "1d", "--skip", "0.5")["bootstrap"]["standardErrors"][0]
    assert later["blocks"] == len({row["time_hour"][:10] for row in rows[ROWS // 2:]})


def test_short_blocks_come_to_the_error_of_independent_labels_and_days_to_more(evaluate):
    result = evaluate("--blocks", "1us")
    head = result["report"]["heads"][0]
    # Flights of one hour share their time, hence their block: nearly independent, and far nearer than days.
    hours = result["bootstrap"]["standardErrors"][0]["calibrationRatio"]
    days = evaluate("--blocks", "1d")["bootstrap"]["standardErrors"][0]["calibrationRatio"]
    independent = head["calibrationRatio"] / math.sqrt(head["positives"])
    assert 0.8 * independent < hours < days


def test_the_seed_decides_the_draws_and_nothing_else(evaluate):
    first, again, other = (evaluate("--blocks", "1d", "--seed", seed) for seed in ("5", "5", "6"))
    assert without_time(first) == without_time(again)
    assert first["bootstrap"]["standardErrors"] != other["bootstrap"]["standardErrors"]
    assert first["report"] == other["report"]


def test_the_tables_show_the_errors_and_say_where_they_come_from(module_weir, config, stream, evaluate):
    words = ("evaluate", "--config", config, stream, "--blocks", "1d", "--skip", "0.3")
    result = evaluate(*words[4:])
    head, errors = result["report"]["heads"][0], result["bootstrap"]["standardErrors"][0]
    ratio = f"{head['calibrationRatio']:.4f} ± {errors['calibrationRatio']:.4f}"
    mapped = f"{head['mappedCalibrationRatio']:.4f} ± {errors['mappedCalibrationRatio']:.4f}"
    entropy = f"{head['normalizedEntropy']:.4f} ± {errors['normalizedEntropy']:.4f}"
    notes = [
        "judged: all but the first 1800 rows",
        f"± one standard error: bootstrap over {errors['blocks']} blocks of 1d, 1000 replicates, seed 1"]
    text = module_weir.run(*words).succeeded().stdout.splitlines()
    markdown = module_weir.run(*words, "--format", "markdown").succeeded().stdout.splitlines()
    assert all(cell in text[1] and f"| {cell} |" in markdown[2] for cell in (ratio, mapped, entropy))
    assert text[2:] == notes
    assert markdown[3:] == ["", *(f"- {note}" for note in notes)]


def test_threads_change_no_result(module_weir, config, stream):
    other = module_weir.folder / "focal.yaml"
    other.write_text(configuration(FLIGHTS).replace("loss: bce", "loss: { focal: { gamma: 2 } }"))
    other_columns = module_weir.folder / "fewer.yaml"
    other_columns.write_text(configuration(FLIGHTS).replace("  - { hash: carrier }\n", "", 1))

    def run(threads):
        configs = [word for path in (config, other, other_columns) for word in ("--config", path)]
        done = module_weir.run(
            "evaluate", *configs, stream, "--format", "json", "--blocks", "1d", "--threads", threads)
        return [without_time(result) for result in json.loads(done.succeeded().stdout)]

    assert run("1") == run("2") == run("8")


def test_a_configuration_alone_comes_to_what_it_comes_to_in_company(module_weir, config, stream, whole):
    fewer = module_weir.folder / "alone.yaml"
    fewer.write_text(configuration(FLIGHTS).replace("  - { number: temp }\n", ""))
    done = module_weir.run("evaluate", "--config", fewer, "--config", config, stream, "--format", "json")
    assert without_time(json.loads(done.succeeded().stdout)[1]) == without_time(whole)


@pytest.mark.parametrize("name", ["wrong-values.csv", "wrong-values.jsonl"])
def test_bad_rows_are_counted_as_in_a_run(weir, name):
    payments = Deployment(weir, (MALFORMED / "streams" / "weir.yaml").read_text())
    file = MALFORMED / "streams" / name
    evaluated = weir.run("evaluate", "--config", payments.config, file, "--format", "json").succeeded().stdout
    assert json.loads(evaluated)[0]["report"] == json.loads(payments.replay_once(file).succeeded().stdout)


def test_a_share_of_what_cannot_be_read_twice_is_refused(module_weir, config, stream, tmp_path):
    pipe = tmp_path / "events.csv"
    os.mkfifo(pipe)
    evaluation = module_weir.start("evaluate", "--config", config, pipe, "--skip", "0.1")
    # So little that the pipe holds it, whether it is read or not.
    with pipe.open("w") as sink:
        sink.write(stream.read_text()[:4_096])
    done = evaluation.wait()
    assert "can be read only once" in done.stderr and "Remedy: " in done.stderr
    assert done.code == 65


def test_every_class_of_a_head_has_an_error_of_its_own(weir, tmp_path):
    config, file = tmp_path / "classes.yaml", tmp_path / "events.csv"
    config.write_text(
        "name: classes\nevent: { id: id, time: time }\nfeatures: [{ hash: shop }]\n"
        "heads:\n  - { name: state, classes: [none, fraud, refund], window: 1h }\n"
        "  - { name: late, window: 1h }\nstream: { clock: stream }\n"
        "replay:\n  id: id\n  time: { column: time, format: unixSeconds }\n  labels:\n"
        "    - { head: state, column: state, delay: 1m }\n    - { head: late, column: late, delay: 1m }\n")
    states = ["none", "none", "fraud", "none", "refund", "none", "none"]
    lines = [f"{row},{row * 3_600},s{row % 5},{states[row % 7]},{row % 2}\n" for row in range(480)]
    file.write_text("id,time,shop,state,late\n" + "".join(lines))
    words = ("evaluate", "--config", config, file, "--blocks", "1d", "--skip", "0.5")
    result = json.loads(weir.run(*words, "--format", "json").succeeded().stdout)[0]
    errors = result["bootstrap"]["standardErrors"]
    assert [(each["head"], each.get("class")) for each in errors] == [
        ("state", "none"), ("state", "fraud"), ("state", "refund"), ("late", None)]
    assert all(each["blocks"] == 10 and each["calibrationRatio"] > 0 for each in errors)
    table = weir.run(*words).succeeded().stdout
    ratio = result["report"]["heads"][0]["classes"][1]["calibrationRatio"]
    assert f"{ratio:.4f} ± {errors[1]['calibrationRatio']:.4f}" in table
