"""A monitor goes on from its own checkpoint, keeps a history, and survives the loss of either."""

import json
import re
import sqlite3

import pytest

from harness.client import label, lines
from harness.deployment import Deployment
from harness.processes import eventually
from test_monitor_alarms import budget, cheat, receiver, wrong_model  # noqa: F401


class Watched:
    """A learner, a worker and a monitor with a state."""

    def __init__(self, weir, connect, alarm=""):
        self.pipeline = Deployment(weir, wrong_model(budget(alarm)))
        self.pipeline.learn()
        self.worker = self.pipeline.score()
        self.client = connect(self.pipeline.intake)
        self.state = weir.folder / "state"

    def monitor(self, folder=None):
        return self.pipeline.weir.start(
            "monitor", "serve", "--config", self.pipeline.config, "--state", folder or self.state, "--format",
            "json").says("the monitor ")

    def checkpoints(self):
        return sorted(self.state.glob("*.monitor"))

    def rows(self, kind):
        with sqlite3.connect(self.state / "history.sqlite") as database:
            return [json.loads(body) for (body,) in database.execute(
                "select body from entries where kind = ? order by time", (kind,))]

    def matured(self):
        report = self.pipeline.report()
        return report["pending"] == 0 and report["heads"][0]["labelled"]


@pytest.fixture
def watched(weir, connect):
    return Watched(weir, connect)


def test_a_restarted_monitor_goes_on_and_reports_what_the_journal_says(watched):
    first = watched.monitor()
    cheat(watched.client, 400)
    first.says("drift alarm")
    first.stop().succeeded()
    assert len(watched.checkpoints()) == 1

    second = watched.monitor().says("the monitor goes on")
    sequence = re.search(r"sequence=(\d+) .*the monitor goes on", second.stderr).group(1)
    assert int(sequence) == int(watched.checkpoints()[0].name.split(".")[0])
    for number in range(200):
        watched.client.ask(lines({"id": f"later{number}", "merchant": "m"}, label(f"later{number}", 0)))
    eventually(watched.matured, "everything judged")
    report = json.loads(second.stop().succeeded().stdout)
    # The tail goes on with watermarks, so the journal may say more by now, of everything but what is judged.
    told = watched.pipeline.report()
    for part in ("heads", "alarms", "events", "labels", "rejected"):
        assert report[part] == told[part]
    assert len(watched.rows(1)) == len(report["alarms"])
    assert sum(hour["labelled"] for hour in watched.rows(2)) == report["heads"][0]["labelled"]


def test_a_stopped_monitor_and_one_that_read_all_at_once_have_equal_bytes(watched, weir):
    for _ in range(3):
        monitor = watched.monitor()
        cheat(watched.client, 150)
        monitor.stop().succeeded()
    watched.worker.stop().succeeded()
    watched.monitor().stop().succeeded()
    whole = weir.folder / "whole"
    watched.monitor(whole).says("sequence=0").stop().succeeded()
    stopped, read = watched.checkpoints()[-1], sorted(whole.glob("*.monitor"))[-1]
    assert stopped.name == read.name
    assert stopped.read_bytes() == read.read_bytes()


def test_a_killed_monitor_starts_from_what_it_has(watched):
    cheat(watched.client, 300)
    watched.monitor().stop().succeeded()
    killed = watched.monitor().says("the monitor goes on")
    killed.kill()
    report = json.loads(watched.monitor().says("the monitor goes on").stop().succeeded().stdout)
    assert report["events"] == 300


@pytest.mark.parametrize("damage", ["bent", "empty", "foreign"])
def test_a_damaged_checkpoint_is_set_aside_and_the_journal_read_again(watched, damage):
    cheat(watched.client, 300)
    watched.monitor().stop().succeeded()
    path = watched.checkpoints()[-1]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes({"bent": bytes(content), "empty": b"", "foreign": b"x" * 500}[damage])
    monitor = watched.monitor().says("set aside")
    assert path.with_name(path.name + ".damaged").exists()
    report = json.loads(monitor.stop().succeeded().stdout)
    assert report["events"] == 300 and report["alarms"] == watched.pipeline.report()["alarms"]


@pytest.mark.parametrize("content", [b"no database at all" * 100, b""], ids=["foreign", "empty"])
def test_a_damaged_history_is_set_aside_and_never_fatal(watched, content):
    cheat(watched.client, 300)
    watched.monitor().says("alarm", within=20).stop().succeeded()
    history = watched.state / "history.sqlite"
    before = watched.rows(1)
    assert before
    history.write_bytes(content)
    for beside in watched.state.glob("history.sqlite-*"):
        beside.unlink()
    monitor = watched.monitor()
    if content:
        monitor.says("history is set aside")
        assert (watched.state / "history.sqlite.damaged").read_bytes() == content
    cheat(watched.client, 20)
    monitor.stop().succeeded()
    assert watched.rows(1)[:len(before)] == before, "what the fold still knows is written again"


def test_another_monitor_section_reads_the_journal_again(watched):
    cheat(watched.client, 300)
    watched.monitor().stop().succeeded()
    config = watched.pipeline.config
    config.write_text(config.read_text().replace("slicesPerField: 2", "slicesPerField: 3"))
    monitor = watched.monitor().says("of another configuration")
    assert json.loads(monitor.stop().succeeded().stdout)["events"] == 300


def test_an_alarm_that_nobody_took_is_told_after_a_restart_and_one_that_was_taken_is_not(weir, connect, receiver):
    hook = receiver(*[500] * 1_000)
    watched = Watched(weir, connect, f", webhook: {{ url: \"{hook.url}\" }}")
    monitor = watched.monitor()
    cheat(watched.client, 400)
    monitor.says("the webhook failed")
    assert "alarms were not sent" in monitor.stop().succeeded().stderr
    assert len(watched.checkpoints()) == 1

    hook.statuses.clear()
    tried = len(hook.posts)
    again = watched.monitor().says("the monitor goes on").says("the alarm was posted")
    alarms = json.loads(again.stop().succeeded().stdout)["alarms"]
    told = [json.loads(body)["number"] for _, _, body in hook.posts[tried:]]
    assert told == list(range(len(alarms)))
    watched.monitor().says("the monitor goes on").stop().succeeded()
    assert len(hook.posts) == tried + len(told)
