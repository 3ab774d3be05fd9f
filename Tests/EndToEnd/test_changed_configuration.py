"""A journal belongs to the configuration that made it; a changed one needs a new epoch, asked for by name."""

import pytest

from harness import journals
from harness.deployment import digests
from harness.streams import write_slice


@pytest.fixture
def changed(clicks, tmp_path):
    """A finished journal, and its configuration changed afterwards."""
    clicks.replay_once(write_slice("ad-clicks", 600, tmp_path / "events.csv")).succeeded()
    clicks.digests_before = clicks.verified_digests()
    clicks.original = clicks.config.read_text()
    clicks.config.write_text(clicks.original.replace("baseRate: 0.005", "baseRate: 0.006"))
    return clicks


@pytest.mark.parametrize("command", [["learn"], ["run"]], ids=lambda words: words[0])
def test_a_learner_with_a_changed_configuration_exits_78_and_names_the_way_out(changed, command):
    end = journals.end(changed.journal)
    done = changed.weir.run(*command, "--config", changed.config)
    assert done.code == 78
    assert "the journal was made under another configuration" in done.stderr
    assert "--new-epoch" in done.stderr
    assert journals.end(changed.journal) == end


@pytest.mark.parametrize("command", [["verify"], ["monitor", "report"]], ids=lambda words: words[0])
def test_readers_with_a_changed_configuration_exit_78(changed, command):
    done = changed.weir.run(*command, "--config", changed.config)
    assert done.code == 78
    assert "another configuration" in done.stderr


def test_a_new_epoch_starts_the_model_afresh_behind_the_old_records(changed):
    end = journals.end(changed.journal)
    settled = changed.learn("--new-epoch").stop().succeeded()
    fresh = digests(settled.stdout)
    assert fresh["model"] != changed.digests_before["model"]
    assert journals.end(changed.journal) == end + 1  # the mark of the new configuration
    assert fresh == changed.verified_digests()
    assert changed.report()["events"] == 0

    # From now on the journal is the new configuration's: no flag is needed, and the old one is the stranger.
    assert digests(changed.learn().stop().succeeded().stdout) == fresh
    changed.config.write_text(changed.original)
    assert changed.verify().code == 78


def test_a_new_epoch_on_a_journal_of_the_same_configuration_changes_nothing(changed):
    changed.config.write_text(changed.original)
    assert digests(changed.learn("--new-epoch").stop().succeeded().stdout) == changed.digests_before


def test_a_replay_under_a_new_epoch_gives_the_model_of_a_fresh_journal(changed, tmp_path):
    stream = tmp_path / "events.csv"
    again = changed.replay_once(stream, "--new-epoch").succeeded()
    assert '"events": 600' in again.stdout
    fresh = changed.replay_once(stream, "--journal", tmp_path / "fresh.journal").succeeded()
    model = next(line for line in fresh.stdout.splitlines() if "modelDigest" in line)
    assert model in again.stdout


def test_endpoints_and_other_places_are_no_part_of_the_model(changed):
    changed.config.write_text(
        changed.original.replace("journal: {", "limits: { spoolBytes: 2000000 }\njournal: { keepCheckpoints: 7,"))
    assert digests(changed.learn().stop().succeeded().stdout) == changed.digests_before
