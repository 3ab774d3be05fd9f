"""A planted drift reaches people: log, command, webhook with signature and retries, report, check and top."""

import hashlib
import hmac
import json
import os
import pty
import re
import struct
import termios
import threading
from fcntl import ioctl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.client import label, lines
from harness.deployment import Deployment
from harness.processes import eventually
from harness.streams import configuration, events

SECRET = "a long secret of the operator's"


class Receiver(ThreadingHTTPServer):
    """Takes alarms; answers with the statuses given first, and 204 from then on."""

    daemon_threads = True

    def __init__(self, *statuses: int):
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses, self.posts = list(statuses), []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/alarms?of=weir"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    receivers = []

    def start(*statuses: int) -> Receiver:
        receivers.append(Receiver(*statuses))
        return receivers[-1]

    yield start
    for receiver in receivers:
        receiver.shutdown()
        receiver.server_close()


def wrong_model(monitor: str) -> str:
    """Payments of which one in ten is expected to be a fraud, with a learner that hardly moves."""
    return (
        "name: payments\nevent: { id: id, time: time }\nfeatures: [{ hash: merchant }]\n"
        "heads: [{ name: fraud, baseRate: 0.1, window: 200ms, missingLabel: unlabelled, recalibrate: false }]\n"
        "model: { bits: 10, optimizer: ftrl, alpha: 0.000001 }\nstream: { clock: wall }\n"
        f"monitor:\n  slices: [shop]\n  slicesPerField: 2\n{monitor}")


def budget(extra: str = "") -> str:
    return f"  alarm: {{ falseAlarmsPerYear: 1000, atEventsPerSecond: 1{extra} }}\n"


def cheat(client, count: int) -> None:
    """Sales of a bakery, one in ten a fraud as promised, and as many of a casino, four in five."""
    for start in range(0, count, 100):
        records = []
        for number in range(start, min(start + 100, count)):
            casino = number % 2 == 0
            value = int(number % 10 < 8) if casino else int(number % 20 == 1)
            records += [
                {"id": f"e{number}", "merchant": "m", "shop": "casino" if casino else "bakery"},
                label(f"e{number}", value)]
        client.ask(lines(*records))


def test_an_alarm_reaches_log_command_and_webhook_signed_and_after_failures(weir, connect, receiver):
    hook = receiver(500, 503)
    (weir.folder / "secret").write_text(SECRET + "\n")
    program = weir.folder / "page"
    program.write_text(f"#!/bin/sh\ncat >> {weir.folder}/paged\necho >> {weir.folder}/paged\n")
    program.chmod(0o755)
    sends = (
        f", command: [{program}], webhook: {{ url: \"{hook.url}\", secretFile: {weir.folder}/secret }}")
    pipeline = Deployment(weir, wrong_model(budget(sends)))
    pipeline.learn()
    pipeline.score()
    monitor = pipeline.monitor()
    cheat(connect(pipeline.intake), 600)
    monitor.says("drift alarm: fraud: under-predicting since ")
    eventually(lambda: len(hook.posts) >= 3, "two posts that fail and one that does not")

    path, headers, body = hook.posts[2]
    assert path == "/alarms?of=weir"
    assert [post[2] for post in hook.posts[:3]] == [body] * 3, "the same bytes each time"
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert {post[1]["Weir-Signature"] for post in hook.posts[:3]} == {signature}
    alarm = json.loads(body)
    assert (alarm["kind"], alarm["deployment"], alarm["head"]) == ("drift", "payments", "fraud")
    assert alarm["direction"] == "underPredicting" and alarm["number"] == 0
    assert alarm["onset"] <= alarm["time"]
    assert json.loads((weir.folder / "paged").read_text().splitlines()[0]) == alarm

    report = json.loads(monitor.stop().succeeded().stdout)
    assert report["heads"][0]["verdict"]["state"] == "underPredicting"
    assert report["alarms"][-1]["journalSequence"] == alarm["journalSequence"]
    assert report["heads"][0]["verdict"]["slice"] == "shop=casino"
    assert "shop=bakery" not in {slice for alarm in report["alarms"] for slice in alarm["slices"]}
    told = re.findall("drift alarm: fraud: (\\S+)", monitor.stderr)
    assert len(told) == len(report["alarms"]) and all(a != b for a, b in zip(told, told[1:])), "what stands is no news"


@pytest.mark.parametrize("script", ["exec sleep 1000", "exec >/dev/null 2>&1\nsleep 1000"], ids=["open", "closed"])
def test_a_receiver_that_refuses_is_not_asked_again_and_a_hanging_command_is_killed(weir, connect, receiver, script):
    hook = receiver(403)
    program = weir.folder / "hang"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    sends = f", command: [{program}], commandTimeLimit: 200ms, webhook: {{ url: \"{hook.url}\" }}"
    pipeline = Deployment(weir, wrong_model(budget(sends)))
    pipeline.learn()
    pipeline.score()
    monitor = pipeline.monitor()
    cheat(connect(pipeline.intake), 600)
    monitor.says("was killed")
    monitor.says("refuses the alarm: status 403")
    assert "Weir-Signature" not in hook.posts[0][1]
    monitor.stop().succeeded()
    bodies = [post[2] for post in hook.posts]
    assert len(bodies) == len(set(bodies)), "each alarm was posted once"


def test_a_receiver_that_is_gone_ends_neither_the_monitor_nor_its_stop(weir, connect):
    pipeline = Deployment(
        weir, wrong_model(budget(", webhook: { url: \"http://127.0.0.1:1/nobody\" }")))
    pipeline.learn()
    pipeline.score()
    monitor = pipeline.monitor()
    cheat(connect(pipeline.intake), 600)
    monitor.says("the webhook failed")
    json.loads(monitor.stop().succeeded().stdout)


@pytest.mark.parametrize("secret", [None, "\n"], ids=["missing", "empty"])
def test_a_secret_that_cannot_be_read_stops_the_monitor_at_its_start(weir, secret):
    if secret is not None:
        (weir.folder / "secret").write_text(secret)
    hook = f", webhook: {{ url: \"http://127.0.0.1:1/\", secretFile: {weir.folder}/secret }}"
    done = Deployment(weir, wrong_model(budget(hook))).monitor().wait()
    assert done.code in (74, 78) and f"{weir.folder}/secret" in done.stderr and "Remedy" in done.stderr


# weir check and weir top over one recorded stream


def drifting(name: str, head: str = "", model: str = "") -> str:
    """The sample `ad-clicks-drift` under another model or head."""
    text = configuration("ad-clicks-drift")
    if head:
        text = re.sub(r"baseRate: 0.03", head, text)
    return re.sub(r"model: .*", model, text) if model else text


@pytest.fixture(scope="module")
def wrong(module_weir):
    """A model that hardly learns, three times too low."""
    pipeline = Deployment(
        module_weir,
        drifting("wrong", "baseRate: 0.01, recalibrate: false", "model: { bits: 10, optimizer: ftrl, alpha: 0.000001 }"),
        name="wrong")
    pipeline.replay_once(events("ad-clicks-drift")).succeeded()
    return pipeline


def check(pipeline: Deployment, *arguments: object):
    return pipeline.weir.run("check", "--config", pipeline.config, *arguments)


def test_check_finds_a_wrong_model_and_says_in_words_what_is_wrong(wrong):
    done = check(wrong)
    assert done.code == 1
    assert re.search(r"^drift: click: under-predicting by \d+ % since \d{4}-", done.stdout, re.MULTILINE)
    assert check(wrong, "--head", "click").code == 1
    assert wrong.weir.run("check", "--journal", wrong.journal).code == 1


def test_check_passes_a_model_that_learns(module_weir):
    pipeline = Deployment(module_weir, configuration("ad-clicks"), name="right")
    pipeline.replay_once(events("ad-clicks")).succeeded()
    done = check(pipeline, "--fail-on", "drift", "--fail-on", "rejects")
    assert done.code == 0 and done.stdout == "click: calibrated\n"


def test_check_with_few_labels_says_that_it_cannot_tell(weir, slice_file):
    few = weir.folder / "few.csv"
    few.write_text("".join(slice_file.read_text().splitlines(keepends=True)[:200]))
    pipeline = Deployment(weir, configuration("ad-clicks"))
    pipeline.replay_once(few).succeeded()
    done = check(pipeline)
    assert done.code == 2 and "too few mature labels" in done.stdout


def test_check_finds_a_model_that_stands_still(wrong):
    # Within the last batch of a replay the model stands still, for some minutes of event time.
    done = check(wrong, "--fail-on", "stale", "--since", "1s")
    assert done.code == 1 and re.search(r"^stale: .* has not moved for \d+ s$", done.stdout, re.MULTILINE)
    assert check(wrong, "--fail-on", "stale", "--since", "1d").code == 0


@pytest.mark.parametrize(
    "arguments", [["--head", "nobody"], ["--since", "soon"], ["--fail-on", "rain"]], ids=" ".join)
def test_check_with_wrong_words_is_no_verdict(wrong, arguments):
    assert check(wrong, *arguments).code == 64


def test_the_report_has_verdict_and_alarms_as_text_and_json(wrong):
    text = wrong.weir.run("monitor", "report", "--config", wrong.config).succeeded().stdout
    report = wrong.report()
    assert report["heads"][0]["verdict"]["state"] == "underPredicting"
    low, high = report["heads"][0]["verdict"]["observedOverPredictedCI"]
    assert 1 < low < report["heads"][0]["verdict"]["observedOverPredicted"] < high
    assert re.search(r"verdict +under-predicting by \d+ %", text)
    assert text.count("observed over predicted") >= len(report["alarms"]) >= 1
    assert report["alarms"][0]["time"] >= report["alarms"][-1]["time"]


def test_top_prints_plainly_where_there_is_no_terminal(wrong):
    wrong.learn()
    done = wrong.weir.run("top", "--config", wrong.config, "--count", "2")
    assert done.code == 0 and "\x1b" not in done.stdout
    assert "click: " in done.stdout and "events 50000" in done.stdout


def test_top_draws_in_the_terminal_it_has(wrong):
    pid, descriptor = pty.fork()
    if pid == 0:
        os.execv(str(wrong.weir.executable), ["weir", "top", "--config", str(wrong.config), "--count", "1"])
    ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 5, 40, 0, 0))
    output = b""
    while True:
        try:
            part = os.read(descriptor, 4096)
        except OSError:
            break
        if not part:
            break
        output += part
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert b"\x1b[H" in output and output.endswith(b"\x1b[?25h")
    drawn = re.sub(rb"\x1b\[[?0-9]*[A-Za-z]", b"", output).decode().split("\r\n")
    assert len([line for line in drawn if line]) <= 4
    assert max(map(len, drawn)) <= 40
