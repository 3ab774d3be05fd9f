"""Fixtures of the end-to-end tests: the real executable, real sockets, real files, one folder per test."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import zmq

from harness.client import Client
from harness.deployment import Deployment, payments
from harness.processes import Weir
from harness.streams import REPOSITORY, configuration, write_slice

# Enough for a run of a second or two: time to interrupt it, and not more.
SLICE_ROWS = 24_000


@pytest.fixture(scope="session")
def executable() -> Path:
    path = Path(os.environ.get("WEIR", ".build/release/weir"))
    path = path if path.is_absolute() else REPOSITORY / path
    assert os.access(path, os.X_OK), f"there is no executable at {path}: run make build, or name one in WEIR"
    return path


@pytest.fixture
def weir(executable: Path, tmp_path: Path):
    weir = Weir(executable, tmp_path)
    yield weir
    weir.kill_all()


@pytest.fixture(scope="module")
def module_weir(executable: Path, tmp_path_factory):
    """For a pipeline that the tests of one file share."""
    weir = Weir(executable, tmp_path_factory.mktemp("shared"))
    yield weir
    weir.kill_all()


@pytest.fixture(scope="session")
def session_weir(executable: Path, tmp_path_factory):
    weir = Weir(executable, tmp_path_factory.mktemp("session"))
    yield weir
    weir.kill_all()


@pytest.fixture(scope="session")
def zmq_context():
    context = zmq.Context()
    yield context
    context.destroy(linger=0)


@pytest.fixture
def connect(zmq_context):
    """Makes clients that are closed with the test."""
    clients: list[Client] = []

    def connect(endpoint: str, kind: int = zmq.REQ) -> Client:
        clients.append(Client(zmq_context, endpoint, kind))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def deployment(weir: Weir) -> Deployment:
    """Payments under the wall clock, nothing started."""
    return Deployment(weir, payments())


@pytest.fixture
def clicks(weir: Weir) -> Deployment:
    """The sample `ad-clicks` with a journal of its own, nothing started."""
    return Deployment(weir, configuration("ad-clicks"))


@pytest.fixture
def clicks_with(weir: Weir):
    """Makes deployments of `ad-clicks` with keys of the section `journal`, nothing started."""
    def make(**settings: object) -> Deployment:
        return Deployment(weir, configuration("ad-clicks"), **settings)

    return make


@pytest.fixture(scope="session")
def slice_file(tmp_path_factory) -> Path:
    """The beginning of `ad-clicks` as plain CSV."""
    return write_slice("ad-clicks", SLICE_ROWS, tmp_path_factory.mktemp("streams") / "events.csv")


@pytest.fixture(scope="session")
def uninterrupted(session_weir: Weir, slice_file: Path) -> dict:
    """The report of one lock-step run over the slice, from start to end with one worker."""
    whole = Deployment(session_weir, configuration("ad-clicks"), name="uninterrupted")
    return json.loads(whole.replay_once(slice_file).succeeded().stdout)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure shows what the processes said."""
    report = yield
    if report.failed:
        for name in ("weir", "module_weir", "session_weir"):
            if isinstance(weir := getattr(item, "funcargs", {}).get(name), Weir):
                report.sections.append((f"standard error of {name}'s processes", weir.errors()))
    return report
