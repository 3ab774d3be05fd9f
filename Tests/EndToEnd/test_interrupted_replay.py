"""A replay that was stopped or killed, and any number of workers, end in the state of one run without interruption."""

import json
import signal

import pytest

from harness import journals
from harness.processes import eventually
from harness.streams import configuration, write_slice
from harness.deployment import Deployment


# All of the stream: half a second, and less would be over before a signal comes.
@pytest.fixture(scope="module")
def slice_file(tmp_path_factory):
    return write_slice("ad-clicks", 48_000, tmp_path_factory.mktemp("streams") / "events.csv")


@pytest.fixture(scope="module")
def uninterrupted(session_weir, slice_file):
    whole = Deployment(session_weir, configuration("ad-clicks"), name="uninterrupted-whole")
    return json.loads(whole.replay_once(slice_file).succeeded().stdout)


@pytest.fixture
def interrupt(clicks, slice_file, uninterrupted):
    """Starts the replay and signals it as soon as it has added `share` of all records to the journal.

    Shares are small: on a busy machine a run gets far ahead of the test that watches it.
    """
    whole = uninterrupted["journalSequence"]

    def interrupt(share, number, *arguments):
        goal = journals.end(clicks.journal) + share * whole
        run = clicks.weir.start(*clicks.replay_command(slice_file, *arguments))
        eventually(lambda: journals.end(clicks.journal) > goal, f"{goal:.0f} records in the journal")
        run.signal(number)
        done = run.wait()
        assert 0 < journals.end(clicks.journal) < whole, "the replay was over before the signal came"
        return done

    return interrupt


def test_a_run_stopped_half_way_exits_cleanly_and_says_how_to_go_on(interrupt):
    done = interrupt(0.2, signal.SIGTERM).succeeded()
    assert done.stdout == ""
    assert "input records; the same command goes on from there" in done.stderr


def test_a_stopped_run_resumed_by_the_same_command_gives_the_same_report(
    interrupt, clicks, slice_file, uninterrupted
):
    interrupt(0.2, signal.SIGTERM).succeeded()
    assert json.loads(clicks.replay_once(slice_file).succeeded().stdout) == uninterrupted


def test_a_run_stopped_several_times_gives_the_same_report(interrupt, clicks, slice_file, uninterrupted):
    stops = 0
    # A busy machine may let a run get far before its signal arrives: then two stops must do.
    while stops < 4 and journals.end(clicks.journal) < 0.4 * uninterrupted["journalSequence"]:
        interrupt(0.05, signal.SIGTERM).succeeded()
        stops += 1
    assert stops >= 2
    assert json.loads(clicks.replay_once(slice_file).succeeded().stdout) == uninterrupted


def test_a_run_killed_half_way_and_resumed_gives_the_same_report(interrupt, clicks, slice_file, uninterrupted):
    assert interrupt(0.2, signal.SIGKILL).code == -signal.SIGKILL
    assert json.loads(clicks.replay_once(slice_file).succeeded().stdout) == uninterrupted


def test_three_workers_give_the_same_report_as_one(clicks, slice_file, uninterrupted):
    assert json.loads(clicks.replay_once(slice_file, "--workers", 3).succeeded().stdout) == uninterrupted


def test_a_run_killed_with_three_workers_may_be_resumed_with_one(interrupt, clicks, slice_file, uninterrupted):
    interrupt(0.2, signal.SIGKILL, "--workers", 3)
    assert json.loads(clicks.replay_once(slice_file).succeeded().stdout) == uninterrupted


def test_running_again_after_the_end_changes_nothing(session_weir, slice_file, uninterrupted):
    finished = Deployment(session_weir, configuration("ad-clicks"), name="uninterrupted-whole")
    assert json.loads(finished.replay_once(slice_file).succeeded().stdout) == uninterrupted
    assert journals.end(finished.journal) == uninterrupted["journalSequence"]


def test_a_stopped_journal_verifies_before_it_is_resumed(interrupt, clicks):
    interrupt(0.2, signal.SIGTERM).succeeded()
    assert "checkpoint at" in clicks.verify().succeeded().stdout
