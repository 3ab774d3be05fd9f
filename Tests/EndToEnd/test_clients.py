"""What a client sees over ZeroMQ, with unmodified pyzmq."""

import json

import pytest
import zmq

from harness.client import encoded, label, lines
from harness.deployment import Deployment, payments


@pytest.fixture(scope="module")
def served(module_weir):
    """A learner and a worker that the tests of this file share; each uses event ids of its own."""
    served = Deployment(module_weir, payments(window="30s", heads=("fraud", "dispute")), name="served")
    served.learn()
    served.score()
    return served


@pytest.fixture
def client(connect, served):
    return connect(served.intake)


def test_an_event_is_answered_with_its_probability_and_the_model_behind_it(client):
    answer = client.ask({"id": "scored-1", "merchant": "bakery", "amount": 12.5})
    assert answer["id"] == "scored-1"
    assert 0 < answer["probability"] < 1
    assert isinstance(answer["logit"], float)
    assert answer["modelEpoch"] == 1
    assert isinstance(answer["modelVersion"], int)
    assert answer["modelAge"] >= 0
    assert answer["durable"] is False


def test_every_head_has_its_probability_and_the_first_stands_at_the_top(client):
    answer = client.ask({"id": "heads-1", "merchant": "bakery", "amount": 3})
    assert list(answer["heads"]) == ["fraud", "dispute"]
    assert answer["heads"]["fraud"] == {"probability": answer["probability"], "logit": answer["logit"]}


def test_a_label_is_acknowledged_once_it_is_durable(client):
    client.ask({"id": "labelled-1", "merchant": "bakery", "amount": 3})
    assert client.ask(label("labelled-1", head="fraud")) == {"id": "labelled-1", "ack": "label", "durable": True}


@pytest.mark.parametrize("identifier", [7, -12, "7", "käse 🧀", "a\"b\\c"])
def test_an_id_comes_back_as_it_was_sent(client, identifier):
    answer = client.ask({"id": identifier, "merchant": "bakery", "amount": 1})
    assert answer["id"] == identifier
    assert type(answer["id"]) is type(identifier)


@pytest.mark.parametrize("form", [lambda *records: encoded(list(records)), lines], ids=["array", "lines"])
def test_several_records_are_answered_in_order_with_errors_in_place(client, form):
    answer = client.ask(
        form({"id": "several-1", "amount": 1}, {"amount": 2}, label("several-1", head="nobody"),
             label("several-1", head="dispute"), {"id": "several-2", "amount": 3}))
    assert [next(iter(each.keys() & {"probability", "error", "ack"})) for each in answer] == [
        "probability", "error", "error", "ack", "probability"]
    assert [each["error"]["code"] for each in answer[1:3]] == ["missing-id", "unknown-head"]
    assert answer[2]["error"]["id"] == "several-1"
    assert answer[3] == {"id": "several-1", "ack": "label", "durable": True}
    assert answer[4]["id"] == "several-2"


def test_one_broken_line_spoils_no_other_line(client):
    answer = client.ask(b'{"id": "line-1", "amount": 1}\n{"id": "line-2", "amo\n{"id": "line-3", "amount": 1}\n')
    assert [each.get("id") or each["error"]["code"] for each in answer] == ["line-1", "malformed-json", "line-3"]


def test_an_empty_array_is_answered_with_an_empty_array(client):
    assert client.ask(b" [ ] ") == []


def test_a_pretty_printed_event_is_one_record(client):
    answer = client.ask(json.dumps({"id": "pretty-1", "merchant": "bakery", "amount": 1}, indent=2).encode())
    assert answer["id"] == "pretty-1"


@pytest.mark.parametrize("envelope", [[], [b""], [b"", b"request 9", b""]], ids=["bare", "as REQ", "with a number"])
def test_a_dealer_gets_its_frames_back_before_the_answer(connect, served, envelope):
    dealer = connect(served.intake, zmq.DEALER).socket
    dealer.send_multipart([*envelope, encoded({"id": "dealer-1", "merchant": "bakery", "amount": 1})])
    *frames, answer = dealer.recv_multipart()
    assert frames == envelope
    assert json.loads(answer)["id"] == "dealer-1"


def test_a_dealer_may_send_many_requests_before_it_reads(connect, served):
    dealer = connect(served.intake, zmq.DEALER).socket
    sent = [f"pipelined-{number}" for number in range(500)]
    for name in sent:
        dealer.send(encoded({"id": name, "merchant": "bakery", "amount": 1}))
    assert [json.loads(dealer.recv())["id"] for _ in sent] == sent


def test_unknown_members_and_missing_fields_and_nulls_are_no_errors(client):
    for number, members in enumerate([{}, {"merchant": None, "amount": None}, {"colour": ["blue", {"deep": 1}]}]):
        assert 0 < client.ask({"id": f"partial-{number}", **members})["probability"] < 1


def test_a_client_that_left_without_its_answer_disturbs_nobody(connect, client, served):
    hasty = connect(served.intake, zmq.DEALER)
    hasty.socket.send(encoded({"id": "hasty-1", "merchant": "bakery", "amount": 1}))
    hasty.close()
    assert client.ask({"id": "patient-1", "merchant": "bakery", "amount": 1})["id"] == "patient-1"
