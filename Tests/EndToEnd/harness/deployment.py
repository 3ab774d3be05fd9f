"""Deployments: a configuration with endpoints of its own in a folder, and the daemons that serve it."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

from harness.processes import Daemon, Finished, Weir

ROLES = ("intake", "journal", "model", "tail")


def payments(
    clock: str = "wall", window: str = "1s", features: str = "[{ hash: merchant }, { number: amount }]",
    heads: tuple[str, ...] = ("fraud",), extra: str = "",
    stream: str = "grace: 0s",
) -> str:
    """A small configuration for live tests: payments with a merchant and an amount.

    An event without a label teaches nothing, so a test may ask for a score without changing the model.
    """
    head = f"baseRate: 0.1, window: {window}, missingLabel: unlabelled"
    listed = "\n".join(f"  - {{ name: {name}, {head} }}" for name in heads)
    return (
        f"name: payments\nevent: {{ id: id, time: time }}\nfeatures: {features}\nheads:\n{listed}\n"
        f"model: {{ bits: 10, optimizer: ftrl, alpha: 0.5 }}\nstream: {{ clock: {clock}, {stream} }}\n{extra}")


class Deployment:
    """One configuration file, one journal, one set of endpoints."""

    def __init__(
        self, weir: Weir, configuration: str, transport: str = "ipc", name: str = "weir", journal: str | Path | None = None,
        **settings: object,
    ):
        self.weir = weir
        self.journal = Path(journal) if journal else weir.folder / f"{name}.journal"
        self.config = weir.folder / f"{name}.yaml"
        self.endpoints = endpoints(weir.folder, name, transport)
        # Places are no part of what a configuration means: its digest stays that of the text given.
        places = "".join(f"  {role}: \"{endpoint}\"\n" for role, endpoint in self.endpoints.items())
        # Further keyword arguments are keys of the section `journal`.
        listed = "".join(f", {key}: {value}" for key, value in settings.items())
        self.config.write_text(
            f"{configuration}\nendpoints:\n{places}journal: {{ path: \"{self.journal}\"{listed} }}\n")

    @property
    def intake(self) -> str:
        return self.endpoints["intake"]

    # Daemons

    @property
    def checkpoints(self) -> Path:
        return self.journal.with_name(self.journal.name + ".checkpoints")

    def learn(self, *arguments: object) -> Daemon:
        return self.weir.start("learn", "--config", self.config, *arguments).says("learner listens")

    def score(self, intake: str | None = None) -> Daemon:
        place = ("--intake", intake) if intake else ()
        return self.weir.start("score", "--config", self.config, *place).says("score worker has a model")

    def monitor(self) -> Daemon:
        return self.weir.start("monitor", "serve", "--config", self.config, "--format", "json")

    def serve(self, *arguments: object) -> Daemon:
        """Every role in one process, for clients."""
        run = self.weir.start("run", "--config", self.config, "--format", "json", *arguments)
        return run.says("score worker has a model")

    # Commands

    def replay_once(self, stream: Path, *arguments: object) -> Finished:
        return self.weir.run(*self.replay_command(stream, *arguments))

    def replay_command(self, stream: Path, *arguments: object) -> list[object]:
        return ["run", "--config", self.config, "--replay", stream, "--once", "--format", "json", *arguments]

    def report(self) -> dict:
        """What the journal says now."""
        done = self.weir.run("monitor", "report", "--config", self.config, "--format", "json")
        return json.loads(done.succeeded().stdout)

    def rejected(self, code: str) -> int:
        return self.report()["rejected"].get(code, 0)

    def verify(self, *arguments: object) -> Finished:
        return self.weir.run("verify", "--config", self.config, *arguments)

    def verified_digests(self) -> dict[str, str]:
        return digests(self.verify().succeeded().stdout)


def digests(text: str) -> dict[str, str]:
    """The digests in the output of `weir verify` or of a learner that stopped, by kind."""
    found = dict(re.findall(r"^(model|state) digest ([0-9a-f]{64})$", text, re.MULTILINE))
    assert found.keys() == {"model", "state"}, f"no digests in:\n{text}"
    return found


def endpoints(folder: Path, name: str, transport: str) -> dict[str, str]:
    if transport == "ipc":
        return {role: f"ipc://{folder}/{name}-{role}" for role in ROLES}
    return dict(zip(ROLES, (f"tcp://127.0.0.1:{port}" for port in free_ports(len(ROLES)))))


_ports_given: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listened on a moment ago and that no other call was given."""
    ports: list[int] = []
    while len(ports) < count:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _ports_given:
            _ports_given.add(port)
            ports.append(port)
    return ports
