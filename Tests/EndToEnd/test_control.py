"""An operator's word to a running learner: it is durable, holds over a restart, and is a record like any other."""

import json

from harness.client import label
from harness.deployment import Deployment, payments
from harness.processes import eventually

RISKY = {"merchant": "casino", "amount": 900}


def told(deployment, command, *options):
    return deployment.weir.run("control", command, *options, "--config", deployment.config)


def checkpoints(deployment):
    listed = deployment.weir.run("inspect", "journal", "--journal", deployment.journal, "--format", "json")
    return json.loads(listed.succeeded().stdout)["checkpoints"]


def test_a_frozen_learner_learns_nothing_until_it_is_thawed_also_after_a_restart(weir, connect):
    text = payments().replace("missingLabel: unlabelled", "missingLabel: unlabelled, policy: retract, recalibrate: false")
    deployment = Deployment(weir, text)
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)

    def teach(first):
        for number in range(first, first + 20):
            client.ask({"id": f"e{number}", **RISKY})
            assert client.ask(label(f"e{number}", 1))["durable"] is True

    def probability(probe):
        return client.ask({"id": f"probe-{probe}", **RISKY})["probability"]

    frozen = told(deployment, "freeze").succeeded()
    assert frozen.stdout.startswith("freeze: durable as record ")
    teach(0)
    assert deployment.report()["frozen"] is True
    assert abs(probability("frozen") - 0.1) < 1e-6  # the base rate

    learner.stop().succeeded()
    learner = deployment.learn()
    teach(20)
    assert abs(probability("still-frozen") - 0.1) < 1e-6

    told(deployment, "thaw").succeeded()
    teach(40)
    probes = iter(range(1_000_000))
    eventually(lambda: probability(next(probes)) > 0.15, "a model that learns again")
    worker.stop().succeeded()
    learner.stop().succeeded()
    assert deployment.report()["frozen"] is False
    deployment.verify().succeeded()


def test_without_a_learner_the_command_says_so(weir):
    deployment = Deployment(weir, payments())
    done = told(deployment, "freeze")
    assert done.code == 69
    assert "did not answer" in done.stderr


def test_a_rollback_takes_an_earlier_model_back_for_good(weir, connect):
    text = payments().replace("missingLabel: unlabelled", "missingLabel: unlabelled, policy: retract, recalibrate: false")
    deployment = Deployment(weir, text, keepCheckpoints=5)
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)
    probes = iter(range(1_000_000))

    def teach(first, value):
        for number in range(first, first + 30):
            client.ask({"id": f"e{number}", **RISKY})
            assert client.ask(label(f"e{number}", value))["durable"] is True

    def probability():
        return client.ask({"id": f"probe-{next(probes)}", **RISKY})["probability"]

    teach(0, 1)
    eventually(lambda: probability() > 0.3, "a model that has learned")
    learner.stop().succeeded()  # writes a checkpoint
    [good] = checkpoints(deployment)
    learner = deployment.learn()
    teach(100, 0)  # somebody mixes up the labels
    eventually(lambda: probability() < 0.2, "a model that was led astray")

    done = told(deployment, "rollback", "--to", good).succeeded()
    assert done.stdout.startswith("rollback: durable as record ")
    eventually(lambda: probability() > 0.3, "the earlier model")
    learner.stop().succeeded()
    learner = deployment.learn()
    eventually(lambda: probability() > 0.3, "the earlier model after a restart")
    worker.stop().succeeded()
    learner.stop().succeeded()
    deployment.verify().succeeded()
    kinds = json.loads(deployment.weir.run("inspect", "journal", "--journal", deployment.journal, "--format", "json").stdout)
    assert kinds["records"]["rollback"] == 1


def test_a_rollback_to_no_checkpoint_changes_nothing_and_names_those_there_are(weir):
    deployment = Deployment(weir, payments())
    deployment.learn().stop().succeeded()
    learner = deployment.learn()
    done = told(deployment, "rollback", "--to", "77")
    assert done.code == 65
    assert "checkpoint-unusable" in done.stderr and "no checkpoint at record 77" in done.stderr
    learner.stop().succeeded()
    assert told(deployment, "rollback").code == 64
    assert told(deployment, "freeze", "--to", "1").code == 64


def test_after_a_clock_that_ran_ahead_event_time_is_set_back_by_command(weir, connect):
    """A mark of the far future, as a worker with a wrong clock sends it, makes every event late for good."""
    deployment = Deployment(weir, payments(clock="stream", window="10s"))
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)
    client.ask({"watermark": {"source": "wrong", "time": "2090-01-01T00:00:00Z", "position": 0}})

    def late():
        return deployment.rejected("late-event")

    client.ask({"id": "a", "time": "2026-01-01T00:00:00Z", **RISKY})
    eventually(lambda: late() == 1, "a late event")
    assert told(deployment, "reset-time").succeeded().stdout.startswith("reset-time: durable as record ")
    client.ask({"id": "b", "time": "2026-01-01T00:00:01Z", **RISKY})
    client.ask(label("b", time="2026-01-01T00:00:02Z"))
    worker.stop().succeeded()
    learner.stop().succeeded()
    assert late() == 1
    assert deployment.report()["labelFates"]["joined"] == 1
    deployment.verify().succeeded()
