"""A client as anybody would write it: unmodified pyzmq, JSON in, JSON out."""

from __future__ import annotations

import json

import zmq

ANSWER_MILLISECONDS = 20_000


class Client:
    """A REQ socket that gives up after a while instead of waiting for ever."""

    def __init__(self, context: zmq.Context, endpoint: str, kind: int = zmq.REQ):
        self.socket = context.socket(kind)
        self.socket.setsockopt(zmq.RCVTIMEO, ANSWER_MILLISECONDS)
        self.socket.setsockopt(zmq.SNDTIMEO, ANSWER_MILLISECONDS)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(endpoint)

    def ask(self, message: object):
        """The answer to a message: bytes go as they are, anything else as JSON."""
        self.socket.send(encoded(message))
        return json.loads(self.socket.recv())

    def close(self) -> None:
        self.socket.close()


def encoded(message: object) -> bytes:
    return message if isinstance(message, bytes) else json.dumps(message).encode()


def lines(*records: object) -> bytes:
    """Records as NDJSON."""
    return b"\n".join(map(encoded, records))


def label(event: object, value: object = 1, **members: object) -> dict:
    return {"label": {"id": event, "value": value, **members}}
