"""Rows so wide that 256 of them are no message are played all the same, on any number of workers and at any speed, and
a replay ends where an intake takes nothing of it."""

import json
import signal

import pytest

from harness import journals
from harness.deployment import Deployment, payments
from harness.processes import eventually
from harness.streams import MALFORMED

ROWS = 4_000
WIDE = range(128, 1_300)
TOO_WIDE = 1_400


@pytest.fixture(scope="module")
def stream(tmp_path_factory):
    """JSON writes a control character in six bytes: forty of the wide rows fill a message, and one row is beyond it."""
    def text(row):
        return "\x01" * (65_000 if row == TOO_WIDE else 1_300 if row in WIDE else 1)

    lines = [
        f"{row},2024-01-01T{row // 3600:02}:{row // 60 % 60:02}:{row % 60:02}Z,{','.join([text(row)] * 3)},1,{row % 2}\n"
        for row in range(ROWS)]
    file = tmp_path_factory.mktemp("wide") / "wide.csv"
    file.write_text("id,time,merchant,shop,city,amount,label\n" + "".join(lines))
    return file


@pytest.fixture(scope="module")
def text():
    plain = (MALFORMED / "streams" / "weir.yaml").read_text()
    return plain.replace("  - { hash: merchant }\n", "".join(
        f"  - {{ hash: {field} }}\n" for field in ("merchant", "shop", "city")))


@pytest.fixture(scope="module")
def evaluated(module_weir, stream, text):
    config = module_weir.folder / "evaluated.yaml"
    config.write_text(text)
    done = module_weir.run("evaluate", "--config", config, stream, "--format", "json")
    return json.loads(done.succeeded().stdout)[0]["report"]


def test_only_the_row_that_no_message_holds_is_refused(evaluated):
    assert evaluated["events"] == ROWS - 1
    # Its own label is what finds no event.
    assert evaluated["rejected"] == {"malformed-json": 1, "unknown-event": 1}
    assert evaluated["heads"][0]["labelled"] == ROWS - 1


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_workers_gives_the_report_of_an_evaluation(weir, stream, text, evaluated, workers):
    run = Deployment(weir, text).replay_once(stream, "--workers", workers)
    assert json.loads(run.succeeded().stdout) == evaluated


def test_a_run_killed_among_wide_rows_and_resumed_gives_the_same_report(weir, stream, text, evaluated):
    deployment = Deployment(weir, text)
    run = weir.start(*deployment.replay_command(stream, "--workers", 2))
    eventually(lambda: journals.end(deployment.journal) > 300, "some of the wide rows in the journal")
    run.signal(signal.SIGKILL)
    run.wait()
    assert journals.end(deployment.journal) < evaluated["journalSequence"], "the replay was over before the signal came"
    assert json.loads(deployment.replay_once(stream, "--workers", 3).succeeded().stdout) == evaluated


def test_a_paced_replay_loses_no_wide_row(weir, stream, text, evaluated):
    deployment = Deployment(weir, text)
    run = deployment.serve("--workers", 1)
    weir.run("replay", "--config", deployment.config, stream, "--speed", "max").succeeded()
    report = json.loads(run.stop().succeeded().stdout)
    for key in ("events", "labels", "rejected", "labelFates"):
        assert report[key] == evaluated[key], key


def test_a_lock_step_goes_on_at_the_end_of_a_batch_only(weir, stream, text):
    deployment = Deployment(weir, text)
    done = weir.run("replay", "--config", deployment.config, stream, "--lock-step", "--skip", "300")
    assert done.code == 65
    assert "no batch of the stream ends after 300 input records: one ends after 256" in done.stderr
    assert "Remedy: " in done.stderr


@pytest.mark.parametrize("how", [["--lock-step"], ["--speed", "max"]])
def test_a_replay_ends_where_a_worker_takes_no_directives(weir, stream, text, how):
    playing = Deployment(weir, text)
    # The workers' clock is the wall's, the replayer's the stream's.
    serving = Deployment(weir, payments(), name="serving")
    serving.learn()
    serving.score()
    done = weir.run("replay", "--config", playing.config, stream, "--to", serving.intake, *how)
    assert done.code == 78
    assert "directive-refused" in done.stderr and "Remedy: start the workers with stream: { clock: stream }" in done.stderr
    assert "replayed" not in done.stdout
