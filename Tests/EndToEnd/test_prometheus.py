"""The real Prometheus: its checker, a scrape, the alert rules."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import urllib.request

import pytest

from harness.processes import eventually
from harness.stage import Stage, stage_executable
from harness.streams import REPOSITORY

RULES = REPOSITORY / "Deploy/prometheus"
lacking = [name for name in ("promtool", "prometheus") if not shutil.which(name)]
pytestmark = pytest.mark.skipif(
    bool(lacking), reason=f"{' and '.join(lacking)} not installed: Deploy/install-libraries.sh --with-browser")


@pytest.fixture
def stage(executable):
    stage = Stage(stage_executable(executable))
    yield stage
    stage.close()


def promtool(*arguments: object, text: bytes = b"", folder=None) -> str:
    done = subprocess.run(["promtool", *map(str, arguments)], input=text, capture_output=True, cwd=folder, timeout=60)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode() + done.stderr.decode()


@pytest.mark.parametrize("scene", ["drifted", "too-early", "hostile"])
def test_promtool_has_nothing_to_say_about_the_metrics(stage, scene):
    stage.show(scene)
    response, text = stage.request("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert promtool("check", "metrics", text=text).strip() == ""


def test_openmetrics_is_served_where_it_is_asked_for(stage):
    stage.show("drifted")
    response, text = stage.request("/metrics", headers={"Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"})
    assert response.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    lines = text.decode().splitlines()
    assert lines[-1] == "# EOF"
    assert "# TYPE weir_scored_events counter" in lines
    assert any(line.startswith("weir_scored_events_total ") for line in lines)


def test_the_rules_are_right():
    promtool("check", "rules", RULES / "weir-alerts.yaml")
    promtool("test", "rules", "weir-alerts-test.yaml", folder=RULES)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_prometheus_scrapes_it_and_a_drift_fires(stage, tmp_path):
    stage.show("calibrated")
    port = free_port()
    config = tmp_path / "prometheus.yaml"
    config.write_text(f"""
global: {{ scrape_interval: 1s, evaluation_interval: 1s }}
rule_files: ["{RULES / 'weir-alerts.yaml'}"]
scrape_configs:
  - job_name: weir
    static_configs: [{{ targets: ["{stage.address}"] }}]
""")
    promtool("check", "config", config)
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'data'}", f"--web.listen-address=127.0.0.1:{port}"],
            stdout=log, stderr=log)
    try:
        def asked(path: str):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{path}", timeout=5) as answer:
                    return json.load(answer)["data"]
            except OSError:
                return None

        def alerts():
            return {alert["labels"]["alertname"] for alert in (asked("alerts") or {"alerts": []})["alerts"] if alert["state"] == "firing"}

        def value(query: str):
            found = (asked(f"query?query={query}") or {"result": []})["result"]
            return float(found[0]["value"][1]) if found else None

        events = stage.json("/api/v1/heads")["counts"]["events"]
        eventually(lambda: value("weir_scored_events_total") == events, "the count of events in Prometheus")
        assert value("up") == 1
        assert alerts() == set()
        stage.show("drifted")
        eventually(lambda: {"WeirDrift", "WeirSliceFlagged"} <= alerts(), "the alarm in Prometheus")
        ratio = stage.json("/api/v1/heads/click?range=hour")["outputs"][0]["calibration"]["calibrationRatio"]
        assert value('weir_calibration_ratio{head="click",window="hour"}'.replace("{", "%7B").replace("}", "%7D").replace('"', "%22")) == ratio
        stage.show("calibrated")
        eventually(lambda: alerts() == set(), "its end")
    finally:
        server.terminate()
        server.wait(20)
