"""When a head learns: from silence that is taken back, from labels as they come, or only when the window has closed."""

import json

import pytest

from harness.client import label
from harness.deployment import Deployment, payments
from harness.processes import eventually

START = 1_767_268_800  # 2026-01-01T12:00:00Z
WINDOW = "1000s"


def moment(seconds):
    return START + seconds


class Story:
    """A pipeline on the stream's clock, whose time the test moves."""

    def __init__(self, deployment, connect):
        self.run = deployment.serve()
        self.client = connect(deployment.intake)
        self.count = 0
        self.seconds = 0

    def event(self, seconds, name):
        return self.client.ask({"id": name, "time": moment(seconds), "merchant": "bakery"})

    def pass_time(self, seconds):
        self.seconds = seconds
        time = "end" if seconds is None else moment(seconds)
        self.client.ask({"watermark": {"source": "test", "time": time, "position": 0}})

    def label(self, seconds, name, value):
        self.client.ask(label(name, value, time=moment(seconds)))

    def probability(self):
        """What the bakery gets once the model has taken in what was said: a probe, far ahead and never labelled."""
        self.count += 1
        # A label's or watermark's answer says that its record is durable; every record moves the model's version.
        probe = {"id": f"probe-{self.count}", "time": moment(900_000 + self.count), "merchant": "bakery"}
        version = self.client.ask(probe)["modelVersion"]

        def settled():
            nonlocal version
            self.count += 1
            answer = self.client.ask({**probe, "id": f"probe-{self.count}"})
            # Two probes themselves are records: a version that has passed the first has passed all before it.
            return answer if answer["modelVersion"] > version else None

        return eventually(settled, "a model that has folded the probe")["probability"]

    def report(self):
        return json.loads(self.run.stop().succeeded().stdout)


@pytest.fixture
def story(weir, connect):
    def story(policy, missing="negative"):
        text = payments(clock="stream", window=WINDOW, features="[{ hash: merchant }]")
        text = text.replace("missingLabel: unlabelled", f"missingLabel: {missing}, {policy}")
        return Story(Deployment(weir, text), connect)

    return story


def test_silence_teaches_after_the_wait_and_a_late_positive_corrects_it(story):
    told = story("policy: retract, wait: 10s")
    told.event(0, "a")
    before = told.probability()
    told.pass_time(11)
    silent = told.probability()
    told.label(500, "a", 1)
    corrected = told.probability()
    assert silent < before < corrected
    report = told.report()
    assert report["reversals"] == 0  # the first label takes back a silence, not a label


def test_a_waiting_head_learns_nothing_before_the_window_has_closed(story):
    waiting = story("policy: wait")
    waiting.event(0, "a")
    before = waiting.probability()
    waiting.label(1, "a", 1)
    waiting.pass_time(900)
    assert waiting.probability() == before
    waiting.pass_time(1_001)
    assert waiting.probability() > before
    head = waiting.report()["heads"][0]
    assert head["labelled"] == head["positives"] == 1


def test_a_later_label_of_another_value_is_a_reversal_and_the_last_one_is_judged(story):
    disputed = story("policy: retract, wait: 10s")
    disputed.event(0, "a")
    disputed.label(5, "a", 1)
    positive = disputed.probability()
    disputed.label(6, "a", 0)
    taken_back = disputed.probability()
    disputed.label(6, "a", 1)  # dated no later than the one that stands
    assert taken_back < positive
    disputed.pass_time(1_001)
    report = disputed.report()
    assert report["reversals"] == 1
    assert report["rejected"] == {"conflicting-label": 1}
    assert report["heads"][0]["labelled"] == 1
    assert report["heads"][0]["positives"] == 0


def test_a_reversal_counts_under_wait_as_well_and_only_the_last_outcome_teaches(story):
    disputed = story("policy: wait")
    disputed.event(0, "a")
    before = disputed.probability()
    disputed.label(5, "a", 1)
    disputed.label(6, "a", 0)
    disputed.pass_time(1_001)
    assert disputed.probability() < before
    report = disputed.report()
    assert report["reversals"] == 1
    assert report["heads"][0]["positives"] == 0


def test_where_silence_says_nothing_a_retracting_head_learns_from_labels_alone(story):
    told = story("policy: retract", missing="unlabelled")
    told.event(0, "a")
    before = told.probability()
    told.pass_time(900)
    assert told.probability() == before
    told.label(950, "a", 1)
    assert told.probability() > before
