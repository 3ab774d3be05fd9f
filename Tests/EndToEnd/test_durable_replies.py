"""What a reply that says "durable" is worth, and what happens where the journal is behind, away, or has lost its end."""

import shutil

import pytest

from harness.client import label
from harness.deployment import Deployment, payments
from harness.processes import eventually

SAFE = {"merchant": "bakery", "amount": 3}


def test_a_score_waits_for_its_commit_where_the_configuration_says_so(weir, connect):
    deployment = Deployment(weir, payments(extra="intake: { ack: durable }\n"))
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)
    answer = client.ask({"id": "a", **SAFE})
    assert answer["durable"] is True
    # Whoever was told so finds the event in the journal after a kill.
    worker.kill()
    learner.kill()
    assert deployment.report()["events"] == 1


def test_a_journal_that_lost_what_was_acknowledged_is_refused_and_goes_on_once_restored(weir, connect, tmp_path):
    deployment = Deployment(weir, payments())
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)
    assert client.ask(label("early", 1))["durable"] is True
    learner.stop().succeeded()
    kept = tmp_path / "kept"
    kept.mkdir()
    for path in deployment.journal.parent.glob(deployment.journal.name + "*"):
        shutil.move(path, kept / path.name)

    refused = deployment.weir.start("learn", "--config", deployment.config).wait()
    assert refused.code == 65
    assert "journal-tail-lost" in refused.stderr
    assert "Remedy: restore the journal from a copy" in refused.stderr
    # The worker scores on.
    assert client.ask({"id": "meanwhile", **SAFE})["id"] == "meanwhile"
    assert worker.is_running()

    for path in deployment.journal.parent.glob(deployment.journal.name + "*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in kept.iterdir():
        shutil.move(path, deployment.journal.parent / path.name)
    learner = deployment.learn()
    assert client.ask(label("meanwhile", 0))["durable"] is True
    worker.stop().succeeded()
    learner.stop().succeeded()
    report = deployment.report()
    assert (report["events"], report["labels"]) == (1, 2)


@pytest.mark.parametrize("policy", ["refuse", "shed"])
def test_a_full_spool_does_what_the_configuration_says_and_the_report_counts_it(weir, connect, policy):
    deployment = Deployment(weir, payments(extra=f"limits: {{ spoolBytes: 1048576, spoolFull: {policy} }}\n"))
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)
    learner.stop().succeeded()
    answers = []
    for batch in range(12):
        reply = client.ask([{"id": f"{batch}-{number}", **SAFE} for number in range(4_000)])
        answers += reply if isinstance(reply, list) else [reply]
    busy = sum("error" in answer for answer in answers)
    shed = sum(answer.get("shed", False) for answer in answers)
    taken = sum(answer.get("durable") is False and "shed" not in answer for answer in answers)
    assert taken >= 4_000
    if policy == "refuse":
        assert busy > 0 and shed == 0
        assert {answer["error"]["code"] for answer in answers if "error" in answer} == {"busy"}
    else:
        assert busy == 0 and shed > 0 and taken + shed == 48_000

    learner = deployment.learn()
    code, count = ("busy", busy) if policy == "refuse" else ("shed", shed)
    eventually(lambda: deployment.rejected(code) == count, f"{count} counted under {code}")
    worker.stop().succeeded()
    learner.stop().succeeded()
    report = deployment.report()
    assert report["events"] == taken
    assert report["rejected"] == {code: count}
