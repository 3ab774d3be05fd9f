"""The catalogue of inputs that must be refused, each with its code: one list for every test that needs bad input.

The configuration behind it is `payments` with two heads under the wall clock.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from harness.client import encoded

MIB = 1 << 20
SEED = 20_240_229


@dataclass(frozen=True)
class Bad:
    """A message, the code it must be refused with, and the id that the refusal must name, where one can be read."""

    name: str
    message: bytes
    code: str
    id: object = None


def event(name: str, members: str, code: str, id: object = "e") -> Bad:
    """An event with the id `e`, a time unless it is the time that is bad, and raw JSON members."""
    time = "" if '"time"' in members else '"time": "2024-01-01T00:00:00Z", '
    return Bad(name, b'{"id": "e", ' + time.encode() + members.encode() + b"}", code, id)


def bad_label(name: str, members: str, code: str, id: object = "e") -> Bad:
    return Bad(name, b'{"label": {"id": "e", ' + members.encode() + b"}}", code, id)


def ahead(**span: int) -> str:
    return (datetime.now(timezone.utc) + timedelta(**span)).isoformat().replace("+00:00", "Z")


def garbage(seed: int) -> bytes:
    """Random bytes that begin like nothing known, so that the whole message is one malformed record."""
    return b"\xff" + random.Random(seed).randbytes(300)


# Refused whatever the clock, as one line of a message or as a message of its own.
RECORDS = [
    Bad("malformed JSON", b'{"id": "e", "amount": }', "malformed-json", "e"),
    Bad("a truncated record", b'{"id": "e", "amount": 1', "malformed-json", "e"),
    Bad("a truncated string", b'{"id": "e', "malformed-json"),
    Bad("single quotes", b"{'id': 'e'}", "malformed-json"),
    Bad("text behind the record", b'{"id": "e"} trailing', "malformed-json", "e"),
    Bad("a leading zero", b'{"id": "e", "amount": 01}', "malformed-json", "e"),
    Bad("a number", b"42", "not-an-object"),
    Bad("a string", b'"event"', "not-an-object"),
    Bad("null", b"null", "not-an-object"),
    event("nested too deep", f'"extra": {"[" * 40}{"]" * 40}', "nested-too-deep"),
    event("a field twice", '"amount": 1, "amount": 2', "duplicate-key"),
    event("the id twice", '"id": "f", "amount": 2', "duplicate-key", id=...),
    Bad("no id", b'{"amount": 1}', "missing-id"),
    Bad("an empty object", b"{}", "missing-id"),
    Bad("an empty id", b'{"id": "", "amount": 1}', "invalid-id"),
    Bad("a null id", b'{"id": null, "amount": 1}', "invalid-id"),
    Bad("a fractional id", b'{"id": 1.5, "amount": 1}', "invalid-id"),
    Bad("a truth value as id", b'{"id": true, "amount": 1}', "invalid-id"),
    Bad("an object as id", b'{"id": {"a": 1}, "amount": 1}', "invalid-id"),
    Bad("a control character in the id", b'{"id": "a\\u0007b"}', "invalid-id"),
    Bad("an endless id", encoded({"id": "x" * 5_000}), "invalid-id"),
    event("a number as text", '"amount": "ten"', "wrong-type"),
    event("a number as truth value", '"amount": true', "wrong-type"),
    event("a number as list", '"amount": [1]', "wrong-type"),
    event("a category as object", '"merchant": {"name": "bakery"}', "wrong-type"),
    event("NaN", '"amount": NaN', "number-not-finite"),
    event("Infinity", '"amount": Infinity', "number-not-finite"),
    event("-Infinity", '"amount": -Infinity', "number-not-finite"),
    event("1e999", '"amount": 1e999', "number-not-finite"),
    event("-1e999", '"amount": -1e999', "number-not-finite"),
    event("just above a million", '"amount": 1000000.5', "number-out-of-range"),
    event("far below a million", '"amount": -1e300', "number-out-of-range"),
    event("a bad time", '"time": "yesterday"', "invalid-time"),
    event("a thirteenth month", '"time": "2024-13-01T00:00:00Z"', "invalid-time"),
    event("a truth value as time", '"time": true', "invalid-time"),
    event("a time in milliseconds", '"time": 1735689600000', "invalid-time"),
    event("an endless text", f'"merchant": "{"x" * 5_000}"', "text-too-long"),
    bad_label("label 2", '"head": "fraud", "value": 2', "invalid-label-value"),
    bad_label("label -0.1", '"head": "fraud", "value": -0.1', "invalid-label-value"),
    bad_label('label "yes"', '"head": "fraud", "value": "yes"', "invalid-label-value"),
    bad_label("label true", '"head": "fraud", "value": true', "invalid-label-value"),
    bad_label("label null", '"head": "fraud", "value": null', "invalid-label-value"),
    bad_label("no label", '"head": "fraud"', "invalid-label-value"),
    bad_label("label NaN", '"head": "fraud", "value": NaN', "number-not-finite"),
    bad_label("label 1e999", '"head": "fraud", "value": 1e999', "number-not-finite"),
    bad_label("a negative weight", '"head": "fraud", "value": 1, "weight": -1', "invalid-weight"),
    bad_label("weight 1e300", '"head": "fraud", "value": 1, "weight": 1e300', "invalid-weight"),
    bad_label("weight as text", '"head": "fraud", "value": 1, "weight": "heavy"', "invalid-weight"),
    bad_label("weight Infinity", '"head": "fraud", "value": 1, "weight": Infinity', "number-not-finite"),
    bad_label("an unknown head", '"head": "theft", "value": 1', "unknown-head"),
    bad_label("a head as number", '"head": 0, "value": 1', "unknown-head"),
    bad_label("no head where there are two", '"value": 1', "head-required"),
    bad_label("a bad label time", '"head": "fraud", "value": 1, "time": "soon"', "invalid-time"),
    bad_label("a label member twice", '"head": "fraud", "value": 1, "value": 1', "duplicate-key"),
    Bad("a label without id", b'{"label": {"head": "fraud", "value": 1}}', "missing-id"),
    Bad("a label with an invalid id", b'{"label": {"id": "", "head": "fraud", "value": 1}}', "invalid-id"),
]

# Refused whatever the clock, but only as a message of its own.
MESSAGES = [
    Bad("an empty message", b"", "empty-message"),
    Bad("blanks", b" \n\t ", "empty-message"),
    Bad("more than 1 MiB", b'{"id": "e", "pad": "' + b"x" * MIB + b'"}', "message-too-large"),
    Bad("5,000 records", b"[" + b",".join([b"{}"] * 5_000) + b"]", "batch-too-large"),
    Bad("5,000 lines", b"\n".join([b"{}"] * 5_000), "batch-too-large"),
    Bad("an array cut short", b'[{"id": "e"}, {"id":', "malformed-json"),
    Bad("ten thousand open brackets", b"[" * 10_000, "nested-too-deep"),
    Bad("ten thousand open braces", b'{"a":' * 10_000, "nested-too-deep"),
    *(Bad(f"random bytes, seed {seed}", garbage(seed), "malformed-json") for seed in range(SEED, SEED + 4)),
]

# Refused under the wall clock alone.
UNDER_THE_WALL_CLOCK = [
    event("an event two days ahead", f'"time": "{ahead(days=2)}"', "time-too-far-ahead"),
    bad_label(
        "a label two days ahead", f'"head": "fraud", "value": 1, "time": "{ahead(days=2)}"', "time-too-far-ahead"),
    Bad("a watermark", encoded({"watermark": {"source": "s", "time": "2024-01-01T00:00:00Z", "position": 1}}),
        "directive-refused"),
    Bad("the end of a stream", encoded({"watermark": {"source": "s", "time": "end", "position": 1}}),
        "directive-refused"),
    Bad("a batch directive", encoded({"batch": {"number": 0, "part": 0, "parts": 1}}), "directive-refused"),
]
