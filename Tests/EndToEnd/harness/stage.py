"""The dashboard over staged views, and HTTP without a library in between."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
from pathlib import Path


class Stage:
    """A running `dashboard-stage`."""

    def __init__(self, executable: Path):
        self._process = subprocess.Popen(
            [str(executable), "127.0.0.1:0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self._line().removeprefix("listening on ")
        self.url = f"http://{self.address}/"

    def _line(self) -> str:
        line = self._process.stdout.readline()
        assert line, f"the stage ended with {self._process.wait(5)}"
        return line.strip()

    def show(self, scene: str) -> None:
        """Publishes a view, or several quickly after each other."""
        self._process.stdin.write(f"show {scene}\n")
        self._process.stdin.flush()
        assert self._line() == f"showing {scene}"

    def request(self, path: str, method: str = "GET", headers: dict | None = None) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(self.address, timeout=10)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def json(self, path: str):
        response, body = self.request(path)
        assert response.status == 200, (path, response.status, body)
        return json.loads(body)

    def close(self) -> int:
        """Ends it as the end of its input does; its exit code."""
        self._process.stdin.close()
        try:
            return self._process.wait(10)
        finally:
            self._process.kill()


def stage_executable(weir: Path) -> Path:
    """Beside the executable under test, unless WEIR_STAGE names another."""
    return Path(os.environ.get("WEIR_STAGE", weir.parent / "dashboard-stage"))
