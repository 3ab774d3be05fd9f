"""`weir evaluate` comes to the same state and the same numbers as the pipeline, for each configuration by itself."""

import json
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
