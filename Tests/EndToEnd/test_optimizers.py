"""Every optimizer: one state on any number of workers, stopped on the way or not, and refolded from the journal."""

import json
import signal

import pytest

from harness import journals
from harness.deployment import Deployment
from harness.processes import eventually
from harness.streams import configuration, write_slice

OPTIMIZERS = ["portfolio", "ftrl", "ekf"]


@pytest.fixture(scope="module")
def stream(tmp_path_factory):
    return write_slice("ad-clicks", 12_000, tmp_path_factory.mktemp("optimized") / "events.csv")


def deployed(weir, optimizer, name):
    text = configuration("ad-clicks").replace("model: {", f"model: {{ optimizer: {optimizer},")
    assert f"optimizer: {optimizer}" in text
    return Deployment(weir, text, name=name)


@pytest.fixture(scope="module", params=OPTIMIZERS)
def single(request, module_weir, stream):
    """One worker, without interruption."""
    whole = deployed(module_weir, request.param, f"single-{request.param}")
    whole.optimizer = request.param
    whole.played = json.loads(whole.replay_once(stream).succeeded().stdout)
    return whole


def test_three_workers_come_to_the_state_of_one(weir, stream, single):
    shared = deployed(weir, single.optimizer, "three")
    assert json.loads(shared.replay_once(stream, "--workers", 3).succeeded().stdout) == single.played


def test_a_run_that_was_stopped_comes_to_the_same_state(weir, stream, single):
    whole = single.played["journalSequence"]
    resumed = deployed(weir, single.optimizer, "resumed")
    run = weir.start(*resumed.replay_command(stream))
    eventually(lambda: journals.end(resumed.journal) > whole / 10, "a tenth of the records in the journal")
    run.signal(signal.SIGTERM)
    run.wait().succeeded()
    assert journals.end(resumed.journal) < whole, "the replay was over before the signal came"
    assert json.loads(resumed.replay_once(stream).succeeded().stdout) == single.played


def test_the_journal_refolds_to_the_reported_state(single):
    assert single.verified_digests() == {
        "model": single.played["modelDigest"], "state": single.played["stateDigest"]}


def test_no_two_optimizers_come_to_the_same_model(module_weir, stream):
    models = set()
    for optimizer in OPTIMIZERS:
        journal = deployed(module_weir, optimizer, f"single-{optimizer}")
        models.add(journal.verified_digests()["model"])
    assert len(models) == len(OPTIMIZERS)


def test_only_a_filter_says_how_uncertain_it_is_and_each_counts_what_it_never_saw(weir, connect):
    for optimizer in OPTIMIZERS:
        text = configuration("ad-clicks").replace("clock: stream", "clock: wall")
        text = text.replace("model: {", f"model: {{ optimizer: {optimizer},")
        served = Deployment(weir, text, name=f"answers-{optimizer}")
        run = served.serve()
        answer = connect(served.intake).ask({"event_id": 1, "campaign": "men", "item_id": 5})
        run.stop().succeeded()
        assert answer["unseenFeatures"] > 0
        assert ("standardError" in answer) == (optimizer == "ekf")
        if optimizer == "ekf":
            assert answer["standardError"] > 0


@pytest.mark.parametrize("rules", [
    "forget: { time: 2h }, admit: 3, expire: { events: 20000 }",
    "optimizer: ftrl, forget: { events: 20000 }, admit: 2, expire: { time: 1h }, standardError: true",
])
def test_rules_for_slots_give_one_state_on_any_number_of_workers_and_on_refolding(weir, slice_file, rules):
    text = configuration("ad-clicks").replace("model: { bits: 18", f"model: {{ bits: 12, {rules}")
    reports = []
    for workers in (1, 3):
        deployment = Deployment(weir, text, name=f"rules-{workers}")
        reports.append(json.loads(deployment.replay_once(slice_file, "--workers", workers).succeeded().stdout))
        assert deployment.verified_digests()["state"] == reports[-1]["stateDigest"]
    assert reports[0] == reports[1]
    # A table of 4,096 slots for the features of this stream: some share one, and the report says how many.
    assert 0 < reports[0]["slots"]["loadFactor"] <= 1 and 0 < reports[0]["slots"]["collisionRate"] < 1
