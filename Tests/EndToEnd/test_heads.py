"""Heads with classes and multi-label heads, from the configuration to replies, labels, journal and report."""

from __future__ import annotations

import json
import random

import pytest

from harness.client import label
from harness.deployment import Deployment

CONFIGURATION = """
name: disputes
event: {{ id: id, time: time }}
features:
  - {{ hash: merchant }}
  - {{ hash: country }}
heads:
  - {{ name: state, classes: [none, fraud, refund], window: 2h, missingLabel: none, wait: 10m,
      baseRates: {{ none: 0.7, fraud: 0.1, refund: 0.2 }}, loss: {{ categorical: {{ weights: {{ fraud: 3 }} }} }} }}
  - {{ name: kind, labels: [stolen, {{ name: friendly, baseRate: 0.2 }}], window: 2h, baseRate: 0.05 }}
  - {{ name: late, window: 30m, flag: {{ threshold: 0.3 }} }}
model: {{ bits: 12, optimizer: {optimizer} }}
stream: {{ clock: {clock} }}
replay:
  id: id
  time: {{ column: time, format: unixSeconds }}
  labels:
    - {{ head: state, column: state, delay: 30m, values: {{ lost: fraud, returned: refund }} }}
    - {{ head: kind.stolen, column: stolen, delay: 20m }}
    - {{ head: kind.friendly, column: friendly, delay: 20m }}
    - {{ head: late, column: late, delay: 20m }}
"""


def stream(seed: int, rows: int = 4_000) -> str:
    """Payments whose state depends on the merchant; a state that is empty is told by silence."""
    draw = random.Random(seed)
    lines = ["id,time,merchant,country,state,stolen,friendly,late"]
    for row in range(rows):
        merchant = draw.randrange(4)
        fraud, refund = 0.02 + 0.15 * merchant, 0.2
        p = draw.random()
        state = "lost" if p < fraud else "returned" if p < fraud + refund else ""
        stolen = int(state == "lost" and draw.random() < 0.7)
        friendly = int(state == "lost" and draw.random() < 0.5)
        lines.append(f"p{row},{row * 20},m{merchant},c{draw.randrange(3)},{state},{stolen},{friendly},{int(p > 0.6)}")
    return "\n".join(lines) + "\n"


def play(weir, optimizer: str, workers: int = 1) -> dict:
    text = CONFIGURATION.format(optimizer=optimizer, clock="stream")
    deployment = Deployment(weir, text, name=f"workers-{workers}")
    (weir.folder / "events.csv").write_text(stream(seed=11))
    done = deployment.replay_once(weir.folder / "events.csv", "--workers", workers).succeeded()
    report = json.loads(done.stdout)
    assert deployment.verified_digests() == {"model": report["modelDigest"], "state": report["stateDigest"]}
    return report


@pytest.mark.parametrize("optimizer", ["portfolio", "ftrl", "ekf"])
def test_classes_and_labels_are_served_as_often_as_they_come(weir, optimizer):
    report = play(weir, optimizer)
    assert [head["name"] for head in report["heads"]] == ["state", "kind.stolen", "kind.friendly", "late"]
    assert [head.get("group") for head in report["heads"]] == [None, "kind", "kind", None]
    assert report["rejected"] == {}
    state = report["heads"][0]
    assert state["labelled"] == 4_000 and 0 < state["normalizedEntropy"] < 1 and state["accuracy"] > 0.5
    assert [part["name"] for part in state["classes"]] == ["none", "fraud", "refund"]
    assert sum(part["positives"] for part in state["classes"]) == pytest.approx(4_000)
    assert sum(part["predictedPositives"] for part in state["classes"]) == pytest.approx(4_000, rel=1e-5)
    for part in state["classes"] + report["heads"][1:]:
        assert part["labelled"] == 4_000
        # From a few hundred positives: the interval of the report, and what learning from scratch costs.
        assert 0.8 < part["calibrationRatio"] < 1.25, part["name"]
    assert report["heads"][3]["operatingPoint"]["requestedThreshold"] == 0.3
    assert report["heads"][0]["classes"][1]["operatingPoint"]["falsePositiveRateCap"] == 0.01


def test_any_number_of_workers_gives_one_state(weir):
    one, three = play(weir, "portfolio"), play(weir, "portfolio", workers=3)
    assert one == three and one["stateDigest"]


def test_replies_and_labels_of_every_kind_of_head(weir, connect):
    text = CONFIGURATION.format(optimizer="ftrl, standardError: true", clock="wall")
    deployment = Deployment(weir, text)
    run = deployment.serve()
    client = connect(deployment.intake)
    reply = client.ask({"id": "a", "merchant": "m1", "country": "c1"})
    assert reply["class"] == "none" and reply["probability"] == pytest.approx(0.7, rel=1e-4)
    assert list(reply["classes"]) == ["none", "fraud", "refund"]
    assert sum(part["probability"] for part in reply["classes"].values()) == pytest.approx(1, rel=1e-6)
    assert list(reply["heads"]) == ["state", "kind", "late"]
    assert reply["heads"]["kind"]["friendly"]["probability"] == pytest.approx(0.2, rel=1e-4)
    assert reply["heads"]["kind"]["stolen"]["standardError"] > 0
    assert reply["heads"]["state"]["classes"]["fraud"]["standardError"] > 0
    for told in [
        label("a", "refund", head="state"),
        label("a", {"stolen": 1, "friendly": 0}, head="kind"),
        label("a", 0, head="kind.friendly"),
        label("a", 1, head="late"),
    ]:
        assert client.ask(told) == {"id": "a", "ack": "label", "durable": True}
    for told, code in [
        (label("a", 1, head="state"), "invalid-label-value"),
        (label("a", "lost", head="state"), "invalid-label-value"),
        (label("a", {"lost": 1}, head="kind"), "unknown-head"),
        (label("a", "refund"), "head-required"),
    ]:
        assert client.ask(told)["error"]["code"] == code
    report = json.loads(run.stop().succeeded().stdout)
    # The label told twice is a duplicate; the four refused ones are counted at intake.
    assert report["labels"] == 5 and report["rejected"]["duplicate-label"] == 1
    assert report["rejected"]["invalid-label-value"] == 2
