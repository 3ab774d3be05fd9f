"""An operator's word to a running learner: it is durable, holds over a restart, and is a record like any other."""

from harness.client import label
from harness.deployment import Deployment, payments
from harness.processes import eventually

RISKY = {"merchant": "casino", "amount": 900}


def told(deployment, command):
    return deployment.weir.run("control", command, "--config", deployment.config)


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
