"""Deploy/README.md's commands run as written, and systemd accepts the units."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = REPOSITORY / "Deploy"
WEIR = pathlib.Path(os.environ.get("WEIR", REPOSITORY / ".build/release/weir")).resolve()
# The commands take a few seconds; a machine may be busy, but nothing may hang.
DEADLINE_SECONDS = 120


def shell_blocks():
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def test_the_commands_of_the_runbook_run_as_written():
    blocks = shell_blocks()
    assert len(blocks) >= 8, "the runbook lost its commands"
    environment = dict(
        os.environ,
        WEIR=str(WEIR),
        # The python that runs the tests has pyzmq.
        PATH=f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        # A path of a Unix socket has 107 bytes at most, which a nested temporary folder may exceed.
        TMPDIR="/tmp",
    )
    script = "set -euo pipefail\n" + "\n".join(blocks)
    process = subprocess.Popen(
        ["bash", "-c", script], cwd=REPOSITORY, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,  # so that the daemons can be ended with the shell, whatever happens
    )
    try:
        output, _ = process.communicate(timeout=DEADLINE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        pytest.fail(f"the commands did not end within {DEADLINE_SECONDS} s:\n{output}")
    finally:
        # A command that failed leaves the daemons of the blocks before it behind.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    assert process.returncode == 0, output
    assert "card-payments: 6 features of 4 fields, 1 head" in output
    # Once from each client run: the score, then the durable acknowledgement of the label.
    assert output.count("'ack': 'label', 'durable': True") == 2, output
    assert "state digest " in output
    assert re.search(r"journal \d+ frames, \d+ records: intact", output), output
    assert re.search(r"checkpoint at \d+: agrees", output), output
    # The second client run repeated the first: nothing is lost over both restarts, and nothing counts twice.
    last_report = output[output.rindex("card-payments: "):]
    assert last_report.startswith("card-payments: 2 events, 2 labels, 1 waiting"), output
    assert "duplicate-event 1, duplicate-label 1" in last_report, output


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_accepts_the_units(tmp_path):
    names = []
    for unit in sorted(DEPLOY.glob("*.service")):
        # A template is verified by an instance; the executable is looked up, so the built one stands in.
        name = unit.name.replace("@.service", "@5600.service")
        text = unit.read_text(encoding="utf-8")
        assert "ExecStartPre=/usr/bin/weir check-config --config /etc/weir/weir.yaml" in text
        (tmp_path / name).write_text(text.replace("/usr/bin/weir", str(WEIR)), encoding="utf-8")
        names.append(f"./{name}")
    assert len(names) == 3
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], cwd=tmp_path, text=True, timeout=60,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert result.returncode == 0, result.stdout
    # It exits 0 on an unknown key and only says so.
    assert not [line for line in result.stdout.splitlines() if ".service:" in line], result.stdout
