"""`--http`: where a command serves the dashboard, and that it ends with it."""

from __future__ import annotations

import http.client
import json
import re
import socket

import pytest

from harness.deployment import Deployment
from harness.processes import eventually


def dashboard(daemon) -> str:
    """The address that the log names."""
    found = eventually(lambda: re.search(r"url=http://([\d.:]+)/", daemon.stderr), "the dashboard's address in the log")
    return found[1]


def get(address: str, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def test_a_monitor_serves_its_page_and_stops_with_a_listener_open(weir, deployment: Deployment):
    learner = deployment.learn()
    monitor = weir.start("monitor", "serve", "--config", deployment.config, "--format", "json", "--http", "127.0.0.1:0")
    address = dashboard(monitor)
    assert address.startswith("127.0.0.1:")
    assert get(address, "/healthz") == (200, b"ok\n")
    assert get(address, "/")[1].startswith(b"<!doctype html>")
    listener = http.client.HTTPConnection(address, timeout=10)
    listener.request("GET", "/api/v1/events")
    assert listener.getresponse().status == 200
    report = json.loads(monitor.stop().succeeded().stdout)
    assert report["name"] == "payments"
    listener.close()
    learner.stop().succeeded()


def test_run_serves_it_too(deployment: Deployment):
    run = deployment.serve("--http", "127.0.0.1:0")
    assert get(dashboard(run), "/healthz") == (200, b"ok\n")
    run.stop().succeeded()


def test_without_the_option_nothing_listens(deployment: Deployment):
    run = deployment.serve()
    assert "dashboard" not in run.stderr
    run.stop().succeeded()


@pytest.mark.parametrize("address", ["8080", "127.0.0.1", "127.0.0.1:65536", "example.org:80", "[::1]:80", "localhost"])
def test_what_is_no_address_is_a_usage_error(weir, deployment: Deployment, address):
    done = weir.run("monitor", "serve", "--config", deployment.config, f"--http={address}")
    assert done.code == 64
    assert "Remedy: write an IPv4 address and a port" in done.stderr


@pytest.mark.parametrize("age", ["0", "-1", "nan", "inf"])
def test_an_age_that_is_none_is_a_usage_error(weir, deployment: Deployment, age):
    done = weir.run("monitor", "serve", "--config", deployment.config, f"--stale-after={age}")
    assert done.code == 64
    assert "--stale-after takes seconds above 0" in done.stderr


def test_a_taken_port_is_named_with_a_remedy(weir, deployment: Deployment):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = weir.run("monitor", "serve", "--config", deployment.config, "--http", f"127.0.0.1:{port}")
    assert done.code == 74
    assert f"cannot listen on http://127.0.0.1:{port}/" in done.stderr
    assert "Remedy: choose another address or port" in done.stderr
