"""The dashboard's API over real sockets: schemas, errors, headers, events."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
from urllib.parse import quote

import jsonschema
import pytest
from openapi_spec_validator import validate

from harness.processes import eventually
from harness.stage import Stage, stage_executable

SCENES = ["calibrated", "drifted", "too-early", "catching-up", "learner-gone", "stale", "hostile"]


@pytest.fixture(scope="module")
def stage(executable):
    stage = Stage(stage_executable(executable))
    yield stage
    assert stage.close() == 0


@pytest.fixture
def empty(executable):
    stage = Stage(stage_executable(executable))
    yield stage
    assert stage.close() == 0


@pytest.fixture(scope="module")
def document(stage):
    return stage.json("/api/v1/openapi.json")


def checker(document, path: str, status: int = 200):
    schema = document["paths"][path]["get"]["responses"][str(status)]["content"]["application/json"]["schema"]
    return jsonschema.Draft202012Validator({**schema, "components": document["components"]})


def test_the_document_is_openapi(document):
    validate(document)


@pytest.mark.parametrize("scene", SCENES)
def test_answers_are_as_documented(stage, document, scene):
    stage.show(scene)
    checker(document, "/api/v1/view").validate(view := stage.json("/api/v1/view"))
    checker(document, "/api/v1/heads").validate(heads := stage.json("/api/v1/heads"))
    checker(document, "/api/v1/alarms").validate(alarms := stage.json("/api/v1/alarms"))
    assert alarms["alarms"] == view["alarms"]
    assert heads["heads"], scene
    for head in heads["heads"]:
        name = quote(head["name"], safe="")
        for span in ("hour", "days", "all"):
            answer = stage.json(f"/api/v1/heads/{name}?range={span}")
            checker(document, "/api/v1/heads/{name}").validate(answer)
            assert answer["name"] == head["name"]
    response, body = stage.request("/readyz")
    checker(document, "/readyz", response.status).validate(json.loads(body))
    assert response.status == (503 if scene in ("learner-gone", "stale") else 200)


@pytest.mark.parametrize(("method", "path", "status", "code"), [
    ("GET", "/api/v1/heads/nobody", 404, "unknown-head"),
    ("GET", "/api/v1/heads/click?range=week", 400, "bad-range"),
    ("GET", "/api/v1/heads/click?range=", 400, "bad-range"),
    ("GET", "/api/v1/view?slices=-1", 400, "bad-slices"),
    ("GET", "/nothing", 404, "unknown-path"),
    ("GET", "/../../etc/passwd", 404, "unknown-path"),
    ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404, "unknown-path"),
    ("POST", "/api/v1/view", 405, "method-not-allowed"),
    ("DELETE", "/", 405, "method-not-allowed"),
])
def test_errors_have_one_shape(stage, document, method, path, status, code):
    stage.show("too-early")
    response, body = stage.request(path, method)
    assert response.status == status
    error = json.loads(body)
    jsonschema.Draft202012Validator({"$ref": "#/components/schemas/error", "components": document["components"]}).validate(error)
    assert error["error"]["code"] == code
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_before_the_first_view(empty):
    for path in ("/api/v1/view", "/api/v1/heads", "/api/v1/heads/click", "/api/v1/alarms", "/readyz"):
        response, body = empty.request(path)
        assert (response.status, json.loads(body)["error"]["code"]) == (503, "no-view-yet")
    assert empty.request("/healthz")[1] == b"ok\n"


def test_head_answers_as_get_without_a_body(stage):
    stage.show("too-early")
    for path in ("/", "/api/v1/view", "/app.js"):
        full, body = stage.request(path)
        response, nothing = stage.request(path, "HEAD")
        assert (response.status, nothing) == (200, b"")
        assert response.headers["Content-Length"] == full.headers["Content-Length"] == str(len(body))


def test_security_headers_stand_on_every_answer(stage):
    for path in ("/", "/app.js", "/api/v1/heads", "/metrics", "/nothing"):
        headers = stage.request(path)[0].headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


class Events:
    """A listener that reads lines."""

    def __init__(self, stage: Stage):
        self.connection = http.client.HTTPConnection(stage.address, timeout=60)
        self.connection.request("GET", "/api/v1/events")
        self.response = self.connection.getresponse()

    def message(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        while line := self.response.readline().decode().rstrip("\n"):
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        return fields

    def close(self):
        self.connection.close()


def test_events_say_the_newest_number(empty):
    events = Events(empty)
    assert events.response.status == 200
    assert events.response.headers["Content-Type"] == "text/event-stream"
    assert events.message() == {"retry": "2000"}
    assert "" in events.message(), "without a view there is a comment"
    empty.show("too-early")
    first = events.message()
    assert (first["event"], json.loads(first["data"])) == ("view", {"number": 1})
    empty.show("too-early")
    assert json.loads(events.message()["data"])["number"] == 2
    late = Events(empty)
    late.message()
    assert json.loads(late.message()["data"])["number"] == 2, "the newest number comes at once"
    assert empty.json("/api/v1/view")["number"] == 2
    for listener in (events, late):
        listener.close()


def test_a_silent_stream_still_beats(empty):
    events = Events(empty)
    events.message()
    events.message()
    assert events.message() == {"": "heartbeat"}
    events.close()


def test_listeners_are_bounded_and_a_gone_one_makes_room(empty):
    listeners = [Events(empty) for _ in range(64)]
    response, body = empty.request("/api/v1/events")
    assert (response.status, json.loads(body)["error"]["code"]) == (503, "too-many-listeners")
    assert empty.request("/healthz")[0].status == 200
    for listener in listeners:
        listener.response.close()
        listener.close()

    def has_room():
        # A listener's going is noticed when something is written to it.
        empty.show("too-early")
        events = Events(empty)
        status = events.response.status
        events.close()
        return status == 200

    eventually(has_room, "room for another listener")


def test_what_is_no_http_does_no_harm(stage):
    host, port = stage.address.split(":")
    for text in (b"\x00" * 64, b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 500):
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(text)
    assert stage.request("/healthz")[1] == b"ok\n"


def test_a_taken_port_is_named(executable, stage):
    done = subprocess.run(
        [str(stage_executable(executable)), stage.address], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert f"cannot listen on http://{stage.address}/" in done.stderr
