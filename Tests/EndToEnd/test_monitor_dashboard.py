"""The dashboard over a real monitor: it shows what the report says of the same records, and a drift that was planted."""

from __future__ import annotations

import http.client
import json
import re

import pytest

from harness import browser as browsers
from harness.client import label, lines
from harness.deployment import Deployment
from harness.processes import eventually


def dashboard(daemon) -> str:
    return eventually(lambda: re.search(r"url=http://([\d.:]+)/", daemon.stderr), "the dashboard's address in the log")[1]


def get(address: str, path: str):
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, json.loads(body)


@pytest.fixture
def served(deployment: Deployment, connect):
    """A pipeline that has judged forty events."""
    run = deployment.serve("--http", "127.0.0.1:0")
    client = connect(deployment.intake)
    for batch in range(4):
        client.ask(lines(*(
            record for number in range(10)
            for record in ({"id": f"{batch}-{number}", "merchant": "casino", "amount": number}, label(f"{batch}-{number}", number % 2)))))
    address = dashboard(run)

    def judged():
        # The watermark moves with what comes.
        client.ask({"id": f"probe-{next(probes)}", "merchant": "bakery", "amount": 1})
        status, heads = get(address, "/api/v1/heads/fraud?range=all")
        return status == 200 and heads["outputs"][0]["calibration"]["labelled"] == 40

    probes = iter(range(1_000_000))
    eventually(judged, "forty mature labels on the dashboard")
    yield address, run
    run.stop().succeeded()


def test_the_view_is_the_report_of_the_same_records(served, deployment: Deployment):
    address, _ = served

    def same():
        view, report = get(address, "/api/v1/view")[1]["report"], deployment.report()
        if view["journalSequence"] != report["journalSequence"]:
            return False
        assert view == report
        return True

    eventually(same, "a view of as many records as the journal has")
    assert get(address, "/readyz")[0] == 200
    assert get(address, "/api/v1/heads")[1]["link"] in ("current", "catchingUp")


# A learner that hardly learns, so that it cannot repair what is planted; labels of silence come after three days.
FROZEN = """
name: clicks
event: { id: id, time: time }
features: [ { hash: user }, { hash: ad }, { hash: ad_category }, { hash: position } ]
heads:
  - { name: click, baseRate: 0.05, window: 4d, missingLabel: unlabelled, recalibrate: false }
model: { bits: 16, optimizer: ftrl, alpha: 0.000001 }
stream: { clock: stream, grace: 1h }
replay:
  id: id
  time: { column: time, format: iso8601 }
  labels:
    - { head: click, column: label, time: { column: label_time, format: iso8601 } }
"""
EVENTS, DRIFT_AT = 40_000, 20_000
# The delay for odds that double is some two thousand events at this base rate.
LATEST_ALARM = DRIFT_AT + 10_000


def test_a_planted_drift_turns_the_verdict_of_a_frozen_learner(weir):
    stream = weir.folder / "events.csv"
    weir.run(
        "simulate", "ad-clicks", "--events", EVENTS, "--seed", 11, "--base-rate", 0.05, "--users", 2000, "--ads", 100,
        "--events-per-day", 200_000, "--drift", f"level@{DRIFT_AT / EVENTS}=2", "--output", stream).succeeded()
    pipeline = Deployment(weir, FROZEN)
    pipeline.replay_once(stream).succeeded()
    rows = stream.read_text().splitlines()[1:]
    planted, latest = (rows[number].split(",")[1] for number in (DRIFT_AT, LATEST_ALARM))

    learner = pipeline.learn()
    monitor = weir.start("monitor", "serve", "--config", pipeline.config, "--http", "127.0.0.1:0")
    address = dashboard(monitor)

    def judged():
        status, head = get(address, "/api/v1/heads/click?range=all")
        return status == 200 and head["outputs"][0]["calibration"]["labelled"] == EVENTS and head["outputs"][0]

    output = eventually(judged, "all events judged")
    assert output["verdict"]["state"] == "underPredicting"
    alarms = get(address, "/api/v1/alarms")[1]["alarms"]
    assert len(alarms) == 1, alarms
    assert planted < alarms[0]["time"] < latest
    if browsers.missing() is None:
        browser = browsers.Browser()
        try:
            browser.look()
            browser.driver.get(f"http://{address}/#range=all")
            share = round(100 * (output["verdict"]["observedOverPredicted"] - 1))
            eventually(lambda: f"Under-predicting by {share} %" in browser.text("#sentence"), "the verdict on the page")
            assert browser.script("return document.body.dataset.state") == "drift"
            assert browser.errors() == []
        finally:
            browser.close()
    monitor.stop().succeeded()
    learner.stop().succeeded()
