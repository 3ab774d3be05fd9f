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


def get(address: str, path: str, host: str | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", path, headers={} if host is None else {"Host": host})
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


def configure(deployment: Deployment, line: str) -> None:
    deployment.config.write_text(deployment.config.read_text() + line + "\n")


def test_the_configuration_says_where_and_the_options_win(deployment: Deployment):
    configure(deployment, 'http: { address: "127.0.0.1:0", staleAfter: 1ms }')
    run = deployment.serve()
    address = dashboard(run)
    assert get(address, "/healthz") == (200, b"ok\n")
    run.stop().succeeded()
    run = deployment.serve("--http", "127.0.0.2:0", "--stale-after", "1000")
    assert dashboard(run).startswith("127.0.0.2:")
    run.stop().succeeded()
    run = deployment.serve("--http", "none")
    assert "dashboard" not in run.stderr
    run.stop().succeeded()


def test_a_foreign_name_that_resolves_to_this_machine_reads_nothing(deployment: Deployment):
    configure(deployment, 'http: { address: "127.0.0.1:0", hosts: [dashboard.example.org] }')
    run = deployment.serve()
    address = dashboard(run)
    for path in ("/", "/api/v1/view", "/metrics", "/api/v1/events"):
        status, body = get(address, path, host="rebound.example.com")
        assert status == 421, path
        assert json.loads(body)["error"]["code"] == "unknown-host"
    port = address.split(":")[1]
    for host in (f"localhost:{port}", address, "dashboard.example.org"):
        assert get(address, "/healthz", host=host)[0] == 200, host
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
