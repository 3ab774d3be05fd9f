"""Checkpoints: damaged ones are passed over for older ones, they never outrun the journal, and only so many are kept."""

import random
import re
import shutil

import pytest

from harness import journals
from harness.deployment import digests
from harness.streams import write_slice

UNUSABLE_DATA = 65


@pytest.fixture
def stopped(clicks_with, tmp_path):
    """A journal with five checkpoints, written and closed."""
    deployment = clicks_with(checkpointRecords=400, keepCheckpoints=5)
    deployment.replay_once(write_slice("ad-clicks", 4_000, tmp_path / "events.csv")).succeeded()
    assert len(sequences(deployment)) == 5
    return deployment


def sequences(deployment):
    return [int(path.stem) for path in sorted(deployment.checkpoints.glob("*.checkpoint"))]


def start_and_stop(deployment):
    learner = deployment.learn()
    log = learner.stderr
    assert "state restored" in log
    (line,) = [line for line in log.splitlines() if "state restored" in line]
    return re.search(r"checkpoint=(\w+)", line)[1], digests(learner.stop().succeeded().stdout)


def damages(whole: bytes, chance: random.Random):
    """Files that are no whole checkpoint: cut anywhere, one bit flipped anywhere, something else."""
    yield b""
    yield b"WEIRCKPT"
    yield bytes(len(whole))
    for _ in range(4):
        yield whole[:chance.randrange(len(whole))]
        flipped = bytearray(whole)
        flipped[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        yield bytes(flipped)
    yield whole + b"\0"


def test_whatever_damaged_the_newest_checkpoint_the_one_before_it_is_used(stopped):
    before = stopped.verified_digests()
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    *_, previous, newest = sequences(stopped)
    path = stopped.checkpoints / f"{newest:020}.checkpoint"
    whole = path.read_bytes()
    for damaged in damages(whole, random.Random(seed)):
        path.write_bytes(damaged)
        used, after = start_and_stop(stopped)
        assert (used, after) == (str(previous), before)
        # The stop has written the same checkpoint again.
        assert path.read_bytes() == whole


def test_with_every_checkpoint_damaged_the_whole_journal_is_folded(stopped):
    before = stopped.verified_digests()
    for path in stopped.checkpoints.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    assert start_and_stop(stopped) == ("none", before)


def test_verify_tells_of_a_damaged_checkpoint(stopped):
    damaged = stopped.checkpoints / f"{sequences(stopped)[2]:020}.checkpoint"
    damaged.write_bytes(b"?" + damaged.read_bytes()[1:])
    done = stopped.verify()
    assert done.code == 1
    assert f"{damaged} is damaged" in done.stderr
    assert done.stdout.count(": agrees") == 4


def test_a_checkpoint_of_another_journal_as_long_is_not_taken(stopped, clicks_with, tmp_path):
    """The same configuration and as many records, but other ones."""
    before = stopped.verified_digests()
    whole = write_slice("ad-clicks", 4_000, tmp_path / "other.csv").read_text().splitlines(keepends=True)
    other = tmp_path / "other.csv"
    # Two neighbours change places: as many records, in another order.
    other.write_text("".join(whole[:-2] + [whole[-1].rstrip("\n") + "\n", whole[-2]]))
    foreign = clicks_with(name="foreign", checkpointRecords=400, keepCheckpoints=5)
    foreign.replay_once(other).succeeded()
    newest = sequences(stopped)[-1]
    assert sequences(foreign)[-1] == newest
    shutil.copy(foreign.checkpoints / f"{newest:020}.checkpoint", stopped.checkpoints)
    done = stopped.verify()
    assert done.code == 1 and "or of another journal" in done.stderr
    done = stopped.weir.run("learn", "--config", stopped.config)
    assert done.code == UNUSABLE_DATA and "was made of another journal" in done.stderr
    shutil.rmtree(stopped.checkpoints)
    assert start_and_stop(stopped) == ("none", before)


def test_only_so_many_are_kept_and_parts_of_killed_writes_go(stopped):
    half = stopped.checkpoints / "00000000000000000009.checkpoint.partial"
    half.write_bytes(b"WEIRCKPT")
    start_and_stop(stopped)
    assert not half.exists()
    assert len(sequences(stopped)) == 5
    assert sequences(stopped)[-1] == journals.end(stopped.journal)


def test_none_is_left_out_while_one_is_written_and_few_bytes_wait(clicks_with, tmp_path):
    deployment = clicks_with(checkpointRecords=400, keepCheckpoints=1_000)
    deployment.replay_once(write_slice("ad-clicks", 4_000, tmp_path / "events.csv")).succeeded()
    ends = [0, *sequences(deployment)]
    # A batch has 257 records, its watermark among them.
    assert max(later - sooner for sooner, later in zip(ends, ends[1:])) < 400 + 257


@pytest.mark.parametrize("damage", ["none", "newest unreadable"])
def test_a_journal_that_ends_before_its_newest_checkpoint_is_refused_untouched(stopped, tmp_path, damage):
    newest = sequences(stopped)[-1]
    older = tmp_path / "older.journal"
    shutil.copy(stopped.journal, older)
    journals.cut(older, newest - 1)
    shutil.copy(older, stopped.journal)
    if damage != "none":
        # Its name still says how far the journal had come.
        (stopped.checkpoints / f"{newest:020}.checkpoint").write_bytes(b"")
    before = stopped.journal.read_bytes()
    for command in ("learn", "verify"):
        done = stopped.weir.run(command, "--config", stopped.config)
        assert done.code == UNUSABLE_DATA, done.stderr
        assert f"a checkpoint of it has folded {newest} records: its tail was lost" in done.stderr
        assert "removing the checkpoints accepts the loss" in done.stderr
    assert stopped.journal.read_bytes() == before
    shutil.rmtree(stopped.checkpoints)
    assert digests(stopped.learn().stop().succeeded().stdout) == stopped.verified_digests()


def test_a_journal_that_is_gone_is_not_begun_anew_beside_its_checkpoints(stopped):
    for suffix in ("", "-wal", "-shm"):
        stopped.journal.with_name(stopped.journal.name + suffix).unlink(missing_ok=True)
    done = stopped.weir.run("learn", "--config", stopped.config)
    assert done.code == UNUSABLE_DATA, done.stderr
    assert not stopped.journal.exists()


def test_a_checkpoint_that_cannot_be_written_stops_nothing(clicks_with, slice_file, uninterrupted):
    deployment = clicks_with(checkpointRecords=2_000)
    deployment.checkpoints.write_text("a file where the folder should be")
    done = deployment.replay_once(slice_file).succeeded()
    assert "checkpoint not written" in done.stderr
    assert f'"stateDigest": "{uninterrupted["stateDigest"]}"' in done.stdout


def test_a_folder_that_cannot_be_read_is_not_taken_for_an_empty_one(stopped):
    kept = stopped.checkpoints.with_name("kept")
    stopped.checkpoints.rename(kept)
    stopped.checkpoints.symlink_to(stopped.checkpoints)
    for words in (("learn",), ("verify",), ("monitor", "report")):
        done = stopped.weir.run(*words, "--config", stopped.config)
        assert done.code == 74, words
        assert f"cannot read {stopped.checkpoints}: " in done.stderr and "Remedy: " in done.stderr
    stopped.checkpoints.unlink()
    kept.rename(stopped.checkpoints)
    stopped.verify().succeeded()
