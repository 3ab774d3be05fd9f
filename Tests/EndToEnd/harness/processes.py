"""Processes of the executable under test. Each has a deadline, and none outlives the test that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

# Longer than any command here takes on a busy machine; a process that reaches it hangs.
PROCESS_SECONDS = 60
# How long a condition may take to come true.
PATIENCE_SECONDS = 20
POLL_SECONDS = 0.01


def eventually(condition, what: str, within: float = PATIENCE_SECONDS):
    """The first truthy value of `condition()`; fails with `what` and the last value when none comes in time."""
    deadline = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {within} s: {what}; last: {value!r}"
        time.sleep(POLL_SECONDS)
    return value


@dataclass(frozen=True)
class Finished:
    """How a process ended. A process killed by a signal has that signal's number, negative, as its code."""

    code: int
    stdout: str
    stderr: str

    def succeeded(self) -> Finished:
        """Itself, after a check that the exit code is 0."""
        assert self.code == 0, f"exit code {self.code}\n{self.stderr}"
        return self


class Daemon:
    """A running process whose output goes to files, so that it can never block on a full pipe."""

    def __init__(self, command: list[str], folder: Path, output: Path, lifetime: float):
        self.command = command
        self._stdout, self._stderr = output.with_suffix(".stdout"), output.with_suffix(".stderr")
        with self._stdout.open("wb") as stdout, self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=environment())
        self._guard = threading.Timer(lifetime, self._process.kill)
        self._guard.daemon = True
        self._guard.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def stdout(self) -> str:
        return self._stdout.read_text(errors="replace")

    @property
    def stderr(self) -> str:
        return self._stderr.read_text(errors="replace")

    def is_running(self) -> bool:
        return self._process.poll() is None

    def says(self, text: str, within: float = PATIENCE_SECONDS) -> Daemon:
        """Waits until `text` stands in the log."""
        def said():
            if text in self.stderr:
                return True
            assert self.is_running(), f"ended with {self._process.returncode} before it said '{text}'\n{self.stderr}"
            return False

        eventually(said, f"'{text}' in the log of {' '.join(self.command)}", within)
        return self

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def stand_still(self) -> None:
        """Stops all its threads until SIGCONT, and waits until they have stopped."""
        self.signal(signal.SIGSTOP)
        tasks = Path(f"/proc/{self.pid}/task")
        # The state is the first word behind the name, which is in brackets and may have any other.
        eventually(lambda: all((task / "stat").read_text().rpartition(")")[2].split()[0] == "T" for task in tasks.iterdir()),
                   "all threads stand still")

    def stop(self) -> Finished:
        """Asks for a clean end and waits for it."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self, within: float = PATIENCE_SECONDS) -> Finished:
        try:
            code = self._process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {within} s: {' '.join(self.command)}") from None
        finally:
            self._guard.cancel()
        return Finished(code, self.stdout, self.stderr)

    def kill(self) -> None:
        """Ends it at once, as a power failure would. Does nothing where it has ended."""
        self._guard.cancel()
        if self.is_running():
            self._process.kill()
        self._process.wait()


class Weir:
    """The executable under test in one working folder, with everything that was started there."""

    def __init__(self, executable: Path, folder: Path):
        self.executable = executable
        self.folder = folder
        self._daemons: list[Daemon] = []
        self._transcript: list[tuple[str, Finished]] = []

    def run(self, *arguments: object, within: float = PROCESS_SECONDS) -> Finished:
        """Runs a command to its end."""
        command = [str(self.executable), *map(str, arguments)]
        done = subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=within, env=environment())
        finished = Finished(done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace"))
        self._transcript.append((" ".join(command), finished))
        return finished

    def start(self, *arguments: object, lifetime: float = PROCESS_SECONDS) -> Daemon:
        """Starts a command that goes on until it is stopped, or killed at the end of its lifetime."""
        command = [str(self.executable), *map(str, arguments)]
        output = self.folder / f"process-{len(self._daemons)}"
        daemon = Daemon(command, self.folder, output, lifetime)
        self._daemons.append(daemon)
        return daemon

    def kill_all(self) -> None:
        for daemon in self._daemons:
            daemon.kill()

    def errors(self) -> str:
        """What every process wrote to standard error, for the report of a failed test."""
        ended = [(name, done.stderr) for name, done in self._transcript]
        started = [(" ".join(daemon.command), daemon.stderr) for daemon in self._daemons]
        return "\n".join(f"$ {name}\n{stderr}" for name, stderr in ended + started if stderr)


def environment() -> dict[str, str]:
    """The environment of every process: a fixed width for help texts, and nothing that depends on the terminal."""
    return {**os.environ, "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
