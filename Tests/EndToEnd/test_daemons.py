"""The roles as separate daemons: they learn together, stop cleanly, restart where they were, and refuse misfits."""

import json
import re

import pytest
import zmq

from harness import journals
from harness.client import encoded, label, lines
from harness.deployment import Deployment, digests, payments
from harness.processes import eventually

RISKY, SAFE = {"merchant": "casino", "amount": 900}, {"merchant": "bakery", "amount": 4}


def teach(client, batch):
    """Twenty events with their labels: the risky merchant is always a fraud, the safe one never."""
    records = []
    for number in range(10):
        for kind, members, value in (("risky", RISKY, 1), ("safe", SAFE, 0)):
            name = f"{kind}-{batch}-{number}"
            records += [{"id": name, **members}, label(name, value)]
    answers = client.ask(lines(*records))
    assert all(answer.get("durable") is True for answer in answers[1::2]), answers


@pytest.mark.parametrize("transport", ["ipc", "tcp"])
def test_four_daemons_learn_from_labels_and_each_stops_cleanly(weir, connect, transport):
    pipeline = Deployment(weir, payments(), transport)
    other_intake = Deployment(weir, payments(), transport, name="other").intake
    learner, workers = pipeline.learn(), [pipeline.score(), pipeline.score(other_intake)]
    monitor = pipeline.monitor()
    clients = [connect(pipeline.intake), connect(other_intake)]
    for batch in range(10):
        teach(clients[batch % 2], batch)
    probes = iter(range(1_000_000))

    def has_learned():
        client, probe = clients[0], next(probes)
        risky = client.ask({"id": f"probe-risky-{probe}", **RISKY})
        safe = client.ask({"id": f"probe-safe-{probe}", **SAFE})
        return risky["probability"] > safe["probability"] + 0.2

    eventually(has_learned, "a fraud's probability well above a sale's")

    for worker in workers:
        worker.stop().succeeded()
    settled = learner.stop().succeeded()
    watched = json.loads(monitor.stop().succeeded().stdout)
    assert digests(settled.stdout) == pipeline.verified_digests()
    assert f"journal sequence {journals.end(pipeline.journal)}\n" in settled.stdout
    assert watched["name"] == "payments"
    assert 0 < watched["journalSequence"] <= journals.end(pipeline.journal)


def test_a_learner_resumes_where_it_stopped_in_a_new_epoch(deployment, connect):
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)
    teach(client, 0)
    worker.stop().succeeded()
    before = learner.stop().succeeded()
    assert digests(before.stdout) == deployment.verified_digests()
    end = journals.end(deployment.journal)

    learner = deployment.learn()
    assert re.search(rf"epoch=2 .*sequence={end}\b|sequence={end} .*epoch=2\b", learner.stderr)
    after = learner.stop().succeeded()
    assert after.stdout == before.stdout


def test_a_worker_answers_while_the_learner_is_down_and_acknowledges_when_it_is_back(deployment, connect):
    learner, worker = deployment.learn(), deployment.score()
    client, dealer = connect(deployment.intake), connect(deployment.intake, zmq.DEALER).socket
    assert client.ask({"id": "before", **SAFE})["modelEpoch"] == 1
    learner.stop().succeeded()

    # One socket, in order: had the label been acknowledged, its answer would come before the event's.
    dealer.send(encoded(label("before", 0)))
    dealer.send(encoded({"id": "meanwhile", **SAFE}))
    meanwhile = json.loads(dealer.recv())
    assert (meanwhile["id"], meanwhile["modelEpoch"], meanwhile["durable"]) == ("meanwhile", 1, False)

    learner = deployment.learn()
    assert json.loads(dealer.recv()) == {"id": "before", "ack": "label", "durable": True}
    names = iter(range(1_000_000))
    eventually(lambda: client.ask({"id": f"after-{next(names)}", **SAFE})["modelEpoch"] == 2, "scores by the new epoch")
    worker.stop().succeeded()
    assert digests(learner.stop().succeeded().stdout) == deployment.verified_digests()


def test_what_was_acknowledged_survives_a_killed_learner(deployment, connect):
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)
    for batch in range(5):
        teach(client, batch)
    learner.kill()
    learner = deployment.learn()
    report = deployment.report()
    assert (report["events"], report["labels"], report["rejected"]) == (100, 100, {})
    worker.stop().succeeded()
    assert digests(learner.stop().succeeded().stdout) == deployment.verified_digests()


def test_events_are_counted_once_when_worker_and_learner_lose_sight_of_each_other(deployment, connect):
    learner, worker = deployment.learn(), deployment.score()
    client = connect(deployment.intake)
    teach(client, 0)
    learner.kill()
    for number in range(50):
        client.ask({"id": f"unseen-{number}", **SAFE})
    learner = deployment.learn()
    eventually(lambda: deployment.report()["events"] >= 70, "every event in the journal")
    worker.stop().succeeded()
    learner.stop().succeeded()
    report = deployment.report()
    assert (report["events"], report["rejected"]) == (70, {})


def test_a_worker_of_another_configuration_is_refused(weir, deployment):
    deployment.learn()
    other = Deployment(weir, payments(window="2s"), name="stranger")
    other.endpoints.update(deployment.endpoints)
    text = other.config.read_text()
    for role in ("journal", "model"):
        text = re.sub(rf"^  {role}: .*$", f'  {role}: "{deployment.endpoints[role]}"', text, flags=re.MULTILINE)
    other.config.write_text(text)
    done = weir.start("score", "--config", other.config).wait()
    assert done.code == 78
    assert "the learner refused this worker" in done.stderr
    assert "Remedy: give both the same configuration file" in done.stderr


def test_a_second_learner_on_the_same_journal_is_refused_and_the_first_goes_on(deployment, connect):
    learner = deployment.learn()
    deployment.score()
    second = deployment.weir.run("learn", "--config", deployment.config)
    assert second.code == 74
    assert f"is open for writing by process {learner.pid}" in second.stderr
    teach(connect(deployment.intake), 0)
    assert learner.is_running()


def test_all_roles_in_one_process_serve_clients_and_report_when_stopped(deployment, connect):
    run = deployment.serve()
    client = connect(deployment.intake)
    for batch in range(5):
        teach(client, batch)
    report = json.loads(run.stop().succeeded().stdout)
    assert (report["events"], report["labels"], report["rejected"]) == (100, 100, {})
    assert report["journalSequence"] == journals.end(deployment.journal)
    assert deployment.verified_digests() == {"model": report["modelDigest"], "state": report["stateDigest"]}


def test_several_workers_of_one_process_each_serve_an_intake(deployment, connect):
    run = deployment.serve("--workers", 2)
    for worker, intake in enumerate((deployment.intake, f"{deployment.intake}-1")):
        assert connect(intake).ask({"id": f"worker-{worker}", **SAFE})["id"] == f"worker-{worker}"
    assert json.loads(run.stop().succeeded().stdout)["events"] == 2
