"""Every bad input is answered with an error that names its code and, where it can be read, its id; and is counted."""

import random

import pytest
import zmq

from bad_inputs import MESSAGES, RECORDS, SEED, UNDER_THE_WALL_CLOCK
from harness.client import encoded, label
from harness.deployment import Deployment, payments

GOOD = {"merchant": "bakery", "amount": 4}


@pytest.fixture(scope="module")
def served(module_weir):
    served = Deployment(module_weir, payments(heads=("fraud", "dispute")), name="served")
    served.learn()
    served.worker = served.score()
    return served


@pytest.fixture
def client(connect, served):
    return connect(served.intake)


def settle(client):
    """Waits until everything the worker was sent before is in the journal: a label's acknowledgement says so."""
    assert client.ask(label("nobody", head="fraud"))["durable"] is True


@pytest.mark.parametrize("bad", RECORDS + MESSAGES + UNDER_THE_WALL_CLOCK, ids=lambda bad: bad.name)
def test_a_bad_message_is_answered_with_its_code_and_counted_under_it(served, client, bad):
    settle(client)
    before = served.rejected(bad.code)
    answer = client.ask(bad.message)
    assert answer.keys() == {"error"}
    error = answer["error"]
    assert error["code"] == bad.code
    assert error["message"]
    if bad.id is not ...:
        assert error.get("id") == bad.id
    settle(client)
    assert served.rejected(bad.code) == before + 1


@pytest.mark.parametrize("bad", RECORDS, ids=lambda bad: bad.name)
def test_a_bad_line_is_refused_in_its_place_between_good_ones(client, bad):
    first, middle, last = client.ask(
        b"\n".join([encoded({"id": "first", **GOOD}), bad.message, encoded({"id": "last", **GOOD})]))
    assert (first["id"], middle["error"]["code"], last["id"]) == ("first", bad.code, "last")


@pytest.mark.parametrize("amount", ["1000000", "-1e6", "0", "-0.0", "1e-300", "5e-324"])
def test_a_number_within_its_range_is_scored(client, amount):
    assert 0 < client.ask(f'{{"id": "in-range", "amount": {amount}}}'.encode())["probability"] < 1


@pytest.mark.parametrize("size, code", [(1 << 20, None), ((1 << 20) + 1, "message-too-large")])
def test_a_message_of_exactly_one_mebibyte_is_still_read(client, size, code):
    message = b'{"id": "large", "pad": "' + b"x" * (size - 26) + b'"}'
    assert len(message) == size
    assert client.ask(message).get("error", {}).get("code") == code


def test_a_message_beyond_16_mib_costs_its_sender_the_connection_and_nobody_else_anything(connect, served, client):
    flood = connect(served.intake, zmq.DEALER).socket
    with flood.get_monitor_socket(zmq.EVENT_DISCONNECTED) as events:
        flood.send(b"x" * ((16 << 20) + 1))
        assert events.poll(20_000), "the connection is still open"
        flood.disable_monitor()
    assert client.ask({"id": "next client", **GOOD})["id"] == "next client"


@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_damaged_messages_never_end_the_worker(connect, served, client, seed):
    """Bytes of good messages changed, removed and repeated; each must have an answer that is JSON."""
    chance = random.Random(seed)
    good = [b'{"id": "damaged", "merchant": "bakery", "amount": -12.5e1, "time": 1700000000}',
            b'{"label": {"id": "damaged", "head": "fraud", "value": 1, "weight": 2}}',
            b'[{"id": 1, "amount": null}, {"id": 2}]']
    for _ in range(150):
        damaged = bytearray(chance.choice(good))
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(damaged))
            damaged[place:place + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
        assert client.ask(bytes(damaged)) is not None, f"seed {seed}: {bytes(damaged)!r}"
    assert client.ask({"id": "still there", **GOOD})["id"] == "still there"
    assert served.worker.is_running()


@pytest.mark.parametrize("frames, kept", [(40, True), (63, False), (5_000, False)])
def test_frames_before_the_payload_come_back_up_to_a_bound_and_beyond_it_the_message_is_dropped(
        served, client, connect, frames, kept):
    settle(client)
    before = served.rejected("message-too-large")
    dealer = connect(served.intake, zmq.DEALER).socket
    envelope = [f"frame {number}".encode() for number in range(frames)]
    dealer.send_multipart([*envelope, encoded({"id": "wrapped", **GOOD})])
    if kept:
        *returned, answer = dealer.recv_multipart()
        assert returned == envelope and b'"id":"wrapped"' in answer
    settle(client)
    assert served.worker.is_running()
    assert served.rejected("message-too-large") == before + (0 if kept else 1)


def test_a_return_address_of_many_bytes_is_not_kept(served, client, connect):
    settle(client)
    before = served.rejected("message-too-large")
    dealer = connect(served.intake, zmq.DEALER).socket
    dealer.send_multipart([bytes(5_000), encoded({"id": "wrapped", **GOOD})])
    settle(client)
    assert served.rejected("message-too-large") == before + 1


@pytest.mark.parametrize("role", ["journal", "tail"])
def test_messages_of_many_frames_do_not_end_a_learner(served, client, connect, role):
    dealer = connect(served.endpoints[role], zmq.DEALER).socket
    dealer.send_multipart([b""] * 200)
    settle(client)
    assert served.report()["events"] >= 0
