"""A journal that is not what was written is refused with the first record that cannot be trusted."""

import shutil

import pytest

from harness import journals
from harness.deployment import Deployment
from harness.streams import configuration, write_slice

UNUSABLE_DATA = 65


@pytest.fixture
def stopped(clicks, tmp_path):
    """A journal of a few frames, written and closed."""
    clicks.replay_once(write_slice("ad-clicks", 1_500, tmp_path / "events.csv")).succeeded()
    assert len(journals.frames(clicks.journal)) > 4
    return clicks


def test_verify_names_the_first_record_of_a_damaged_frame(stopped):
    sequence = journals.frames(stopped.journal)[2]
    journals.flip_payload_byte(stopped.journal, sequence)
    done = stopped.verify()
    assert f"damaged at record {sequence}: the frame does not match its checksum" in done.stderr
    assert done.code == UNUSABLE_DATA
    assert "intact" not in done.stdout


def test_a_learner_does_not_start_on_a_damaged_last_frame(stopped):
    sequence = journals.frames(stopped.journal)[-1]
    journals.flip_payload_byte(stopped.journal, sequence)
    done = stopped.weir.run("learn", "--config", stopped.config)
    assert f"damaged at record {sequence}: " in done.stderr
    assert done.code == UNUSABLE_DATA


def test_a_learner_that_must_fold_a_damaged_frame_refuses_it(stopped):
    sequence = journals.frames(stopped.journal)[2]
    journals.flip_payload_byte(stopped.journal, sequence)
    # With a checkpoint it would not read the frame again.
    shutil.rmtree(checkpoints(stopped))
    done = stopped.weir.run("learn", "--config", stopped.config)
    assert f"damaged at record {sequence}: " in done.stderr
    assert done.code == UNUSABLE_DATA


def test_a_report_on_a_damaged_journal_is_refused(stopped):
    sequence = journals.frames(stopped.journal)[1]
    journals.flip_payload_byte(stopped.journal, sequence)
    done = stopped.weir.run("monitor", "report", "--config", stopped.config)
    assert f"damaged at record {sequence}: " in done.stderr
    assert done.code == UNUSABLE_DATA
    assert done.stdout == ""


def test_a_damaged_checkpoint_is_passed_over_and_the_journal_folded_instead(stopped):
    before = stopped.verified_digests()
    (newest,) = sorted(checkpoints(stopped).iterdir())[-1:]
    damaged = bytearray(newest.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    newest.write_bytes(damaged)
    learner = stopped.learn().says("checkpoint skipped")
    stopped_again = learner.stop().succeeded()
    assert f"model digest {before['model']}" in stopped_again.stdout
    assert f"state digest {before['state']}" in stopped_again.stdout


def test_a_journal_without_its_checkpoints_folds_to_the_same_state(stopped):
    before = stopped.verified_digests()
    shutil.rmtree(checkpoints(stopped))
    assert f"state digest {before['state']}" in stopped.learn().stop().succeeded().stdout


def test_a_file_that_is_no_journal_is_left_alone(weir):
    deployment = Deployment(weir, configuration("ad-clicks"))
    deployment.journal.write_text("Dear diary, " * 1_000)
    for command in (["verify"], ["monitor", "report"], ["learn"]):
        done = weir.run(*command, "--config", deployment.config)
        assert done.code not in (0, 70), done.stderr
        assert str(deployment.journal) in done.stderr
    assert deployment.journal.read_text() == "Dear diary, " * 1_000


def checkpoints(deployment):
    return deployment.journal.with_name(deployment.journal.name + ".checkpoints")


def test_a_monitor_that_reads_old_damage_ends_and_the_learner_does_not(stopped):
    sequence = journals.frames(stopped.journal)[1]
    journals.flip_payload_byte(stopped.journal, sequence)
    # The newest checkpoint lies behind the damage.
    learner = stopped.learn()
    for _ in range(2):
        done = stopped.monitor().wait()
        assert done.code == UNUSABLE_DATA
        assert f"damaged at record {sequence}: " in done.stderr and "Remedy: weir verify" in done.stderr
    assert "a monitor asked for damaged records" in learner.stop().succeeded().stderr


def test_a_report_on_a_journal_that_lost_its_end_is_refused(stopped):
    end = journals.end(stopped.journal)
    journals.cut(stopped.journal, end - 1)
    done = stopped.weir.run("monitor", "report", "--config", stopped.config)
    assert done.code == UNUSABLE_DATA
    assert f"a checkpoint of it has folded {end} records: its tail was lost" in done.stderr
    assert done.stdout == ""
