"""Retention: old frames go, never past the oldest kept checkpoint, and what is kept works as before."""

import json
import shutil

import pytest

from harness import journals
from harness.deployment import digests
from harness.processes import eventually

UNUSABLE_DATA = 65
# Of the 2 MB or so that the slice makes, in four to five event days.
LIMITS = {"bytes": {"retainBytes": "1_048_576"}, "age": {"retainAge": "12h"}}


@pytest.fixture(params=LIMITS)
def pruned(request, clicks_with, slice_file, uninterrupted):
    """The slice, learned with retention and without a monitor, which retention would wait for."""
    deployment = clicks_with(checkpointRecords=4_000, keepCheckpoints=2, **LIMITS[request.param])
    state = learned(deployment, slice_file)
    assert state == {"model": uninterrupted["modelDigest"], "state": uninterrupted["stateDigest"]}
    assert 0 < journals.start(deployment.journal) <= oldest_checkpoint(deployment)
    return deployment


def learned(deployment, stream):
    """Plays a stream to daemons in lock-step; the digests of the learner's state."""
    learner, worker = deployment.learn(), deployment.score()
    deployment.weir.run("replay", "--config", deployment.config, "--lock-step", stream).succeeded()
    worker.stop().succeeded()
    return digests(learner.stop().succeeded().stdout)


def oldest_checkpoint(deployment):
    return min(int(path.stem) for path in deployment.checkpoints.glob("*.checkpoint"))


def test_a_pruned_journal_verifies_from_its_oldest_checkpoint(pruned, uninterrupted):
    done = pruned.verify().succeeded()
    assert f"refolded from the checkpoint at {oldest_checkpoint(pruned)}\n" in done.stdout
    assert "checkpoint at" in done.stdout and "agrees" in done.stdout
    assert f"state digest {uninterrupted['stateDigest']}" in done.stdout


def test_a_learner_restarts_from_a_checkpoint(pruned, uninterrupted):
    assert f"state digest {uninterrupted['stateDigest']}" in pruned.learn().stop().succeeded().stdout


def test_a_learner_restarts_from_the_older_checkpoint_when_the_newest_is_damaged(pruned, uninterrupted):
    sorted(pruned.checkpoints.glob("*.checkpoint"))[-1].write_bytes(b"")
    learner = pruned.learn().says("checkpoint skipped")
    assert f"state digest {uninterrupted['stateDigest']}" in learner.stop().succeeded().stdout


def test_without_a_checkpoint_a_pruned_journal_is_refused(pruned):
    shutil.rmtree(pruned.checkpoints)
    done = pruned.weir.run("learn", "--config", pruned.config)
    assert done.code == UNUSABLE_DATA
    start = journals.start(pruned.journal)
    assert f"the journal starts at record {start}, and no readable checkpoint" in done.stderr
    assert "weir learn --new-epoch" in done.stderr


def test_a_report_that_needs_removed_records_is_refused_with_a_remedy(pruned):
    done = pruned.weir.run("monitor", "report", "--config", pruned.config)
    assert done.code == UNUSABLE_DATA
    assert f"starts at record {journals.start(pruned.journal)}: older ones were removed" in done.stderr
    assert "journal.retainBytes" in done.stderr
    assert done.stdout == ""


def test_a_monitor_that_needs_removed_records_is_refused_by_the_tail(pruned):
    learner = pruned.learn()
    done = pruned.monitor().wait()
    assert done.code == UNUSABLE_DATA
    assert "older ones were removed" in done.stderr and "journal.retainAge" in done.stderr
    assert learner.is_running()


def test_a_range_before_the_start_is_refused_and_one_after_a_checkpoint_verifies(pruned):
    start, end, base = journals.start(pruned.journal), journals.end(pruned.journal), oldest_checkpoint(pruned)
    done = pruned.verify("--from", start - 1)
    assert done.code == UNUSABLE_DATA
    assert f"holds the records from {start} to before {end}" in done.stderr
    assert f"refolded from the checkpoint at {base}\n" in pruned.verify("--from", base).succeeded().stdout


def test_damage_in_what_is_kept_is_found(pruned):
    frames = journals.frames(pruned.journal)
    journals.flip_payload_byte(pruned.journal, frames[len(frames) // 2])
    done = pruned.verify()
    assert done.code == UNUSABLE_DATA
    assert f"damaged at record {frames[len(frames) // 2]}: " in done.stderr


def test_a_new_epoch_on_a_pruned_journal_starts_afresh_and_can_be_reported_on(pruned):
    text = pruned.config.read_text()
    pruned.config.write_text(text.replace("bits: 18", "bits: 17"))
    assert pruned.weir.run("learn", "--config", pruned.config).code == 78
    learner = pruned.learn("--new-epoch")
    learner.stop().succeeded()
    assert pruned.report()["events"] == 0
    pruned.verify().succeeded()


def test_nothing_is_removed_while_fewer_checkpoints_than_wanted_are_kept(clicks_with, slice_file):
    deployment = clicks_with(checkpointRecords=40_000, keepCheckpoints=5, retainBytes="1_048_576")
    deployment.replay_once(slice_file).succeeded()
    assert journals.start(deployment.journal) == 0


def test_a_file_under_retention_stops_growing(clicks_with, slice_file, tmp_path):
    """Removed frames give their pages to new ones; what comes while a checkpoint is written may lie there before it."""
    grown = clicks_with(name="grown")
    learned(grown, slice_file)
    bounded = clicks_with(name="bounded", checkpointRecords=2_000, keepCheckpoints=1, retainBytes="1_048_576")
    # A stream is known by its name; the same events once more are duplicates, and records as any.
    for turn in range(5):
        learned(bounded, shutil.copy(slice_file, tmp_path / f"{turn}-{slice_file.name}"))
    assert journals.end(bounded.journal) > 4 * journals.end(grown.journal)
    assert bounded.journal.stat().st_size < 2 * grown.journal.stat().st_size


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_a_monitor_that_follows_is_waited_for_and_reports_the_same(clicks_with, slice_file, uninterrupted, limits):
    deployment = clicks_with(checkpointRecords=2_000, keepCheckpoints=1, **limits)
    assert json.loads(deployment.replay_once(slice_file).succeeded().stdout) == uninterrupted


def test_a_monitor_that_was_refused_is_not_waited_for(pruned, slice_file, tmp_path):
    title, *rows = slice_file.read_text().splitlines(keepends=True)
    later = tmp_path / "later.csv"
    later.write_text(title + "".join(row.replace(",2019-", ",2020-") for row in rows[:12_000]))
    learner, worker = pruned.learn(), pruned.score()
    before = journals.start(pruned.journal)
    assert pruned.monitor().wait().code == UNUSABLE_DATA
    pruned.weir.run("replay", "--config", pruned.config, "--lock-step", later).succeeded()
    eventually(lambda: journals.start(pruned.journal) > before, "old frames removed", within=20)
    worker.stop().succeeded()
    learner.stop().succeeded()
