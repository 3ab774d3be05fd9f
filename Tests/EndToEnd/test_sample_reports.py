"""The main job: a recorded stream in, a calibration report out. Each sample's report is a golden file beside it."""

import json
import re

import pytest

from harness.deployment import Deployment, digests
from harness.golden import golden
from harness.streams import SAMPLE_STREAMS, configuration, events

SAMPLES = ["ad-clicks", "rare-cancellations", "card-fraud", "ad-clicks-drift"]
# Events whose label never arrives: the planted outage.
WITHOUT_LABEL = {"ad-clicks-drift": 2_500}

TOP_LEVEL_KEYS = {
    "events", "modelVersion", "modelDigest", "stateDigest", "journalSequence", "rejected", "heads",
    "reversals",
}
HEAD_KEYS = {
    "name", "labelled", "positives", "calibrationRatio", "calibrationRatioCI", "normalizedEntropy", "logLoss", "aucROC",
    "aucPR", "ece", "eceNoiseFloor", "reliability", "rawCalibrationRatio", "mappedCalibrationRatio", "operatingPoint",
}


class Played:
    """A sample, played once; its journal stays for further questions."""

    def __init__(self, weir, name):
        self.name = name
        self.deployment = Deployment(weir, configuration(name), name=name)
        self.output = self.deployment.replay_once(events(name)).succeeded()
        self.report = json.loads(self.output.stdout)


@pytest.fixture(scope="module", params=SAMPLES)
def played(request, module_weir):
    return Played(module_weir, request.param)


def test_a_replay_prints_the_expected_report_and_nothing_else(played):
    expected = golden(SAMPLE_STREAMS / played.name / "expected-report.json", played.output.stdout)
    assert played.report == json.loads(expected)
    assert played.output.stderr == ""


def test_the_report_has_every_promised_key(played):
    assert TOP_LEVEL_KEYS <= played.report.keys()
    for head in played.report["heads"]:
        assert HEAD_KEYS <= head.keys()
        low, high = head["calibrationRatioCI"]
        assert low <= head["calibrationRatio"] <= high
        assert sum(bin["count"] for bin in head["reliability"]) == head["labelled"]


def test_no_event_of_a_finished_replay_is_left_waiting(played):
    assert played.report["pending"] == 0
    assert played.report["rejected"] == {}
    assert played.report["labels"] == played.report["heads"][0]["labelled"]
    assert played.report["events"] - played.report["labels"] == WITHOUT_LABEL.get(played.name, 0)


def test_the_same_command_after_the_end_changes_nothing_and_its_text_says_what_the_json_says(played):
    command = played.deployment.replay_command(events(played.name))
    text = played.deployment.weir.run(*command, "--format", "text").succeeded().stdout
    report, head = played.report, played.report["heads"][0]

    assert digests(text) == {"model": report["modelDigest"], "state": report["stateDigest"]}
    assert f"{report['name']}: {report['events']} events, {report['labels']} labels, 0 waiting" in text
    assert f"journal {report['journalSequence']} records, model version {report['modelVersion']}" in text
    assert "rejected: none" in text
    rows = dict(re.findall(r"^  ([a-zA-Z -]+?) {2,}([\d.]+)", text, re.MULTILINE))
    assert rows["labelled"] == str(head["labelled"])
    assert rows["positives"] == f"{head['positives']:.0f}"
    assert rows["calibration ratio"] == f"{head['calibrationRatio']:.4f}"
    assert rows["normalized entropy"] == f"{head['normalizedEntropy']:.4f}"
    assert rows["log loss"] == f"{head['logLoss']:.5f}"
    assert rows["AUC"] == f"{head['aucROC']:.4f}"
    assert rows["PR-AUC"] == f"{head['aucPR']:.4f}"
    assert float(rows["ECE"]) == pytest.approx(head["ece"], rel=5e-3)  # three significant digits


def test_the_journal_refolds_to_the_reported_digests(played):
    report = played.report
    assert played.deployment.verified_digests() == {"model": report["modelDigest"], "state": report["stateDigest"]}


def test_the_journal_alone_gives_the_same_calibration(played):
    from_journal = played.deployment.report()
    assert from_journal["heads"] == played.report["heads"]
    assert from_journal["journalSequence"] == played.report["journalSequence"]
