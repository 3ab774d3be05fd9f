"""A recording that cannot be read ends the replay and names file and line; bad values in a readable one are counted."""

import json

import pytest

from harness.streams import MALFORMED
from harness.deployment import Deployment

STREAMS = MALFORMED / "streams"
UNUSABLE_DATA, UNUSABLE_FILE = 65, 74

# Where the mistake is, as the message must name it behind the file, and what it says.
REFUSED = {
    "checksum-wrong.csv.gz": (": byte ", "gzip-corrupt"),
    "column-missing.csv": (" has no column 'amount'", "its columns are: id, time, merchant, label"),
    "column-twice.csv": (":1: column 5: ", "column-name-duplicate"),
    "column-without-name.csv": (":1: column 4: ", "column-name-empty"),
    "cut-short.csv.gz": (": byte ", "gzip-truncated"),
    "empty.csv": (":1: ", "header-missing"),
    "field-missing.csv": (":3: column 5: ", "field-count-mismatch"),
    "field-too-many.csv": (":3: column 6: ", "field-count-mismatch"),
    "format-unknown.txt": (" is unknown", ".csv, .tsv, .jsonl or .ndjson"),
    "quote-left-open.csv": (":3: column 3: ", "unterminated-quote"),
    "stray-quote.csv": (":3: column 3: ", "stray-quote"),
}

# What is counted in a file that is read to its end: events, labels, and the rejected.
COUNTED = {
    "wrong-values.csv": (4, 6, {
        "duplicate-event": 1, "duplicate-label": 1, "invalid-label-value": 1, "invalid-time": 1, "missing-id": 1,
        "number-out-of-range": 1, "unknown-event": 3, "wrong-type": 1,
    }),
    "wrong-values.jsonl": (3, 4, {
        "invalid-label-value": 1, "malformed-json": 2, "not-an-object": 1, "number-not-finite": 1, "unknown-event": 2,
        "wrong-type": 2,
    }),
}


@pytest.fixture
def payments(weir):
    return Deployment(weir, (STREAMS / "weir.yaml").read_text())


@pytest.mark.parametrize("name", REFUSED)
def test_an_unreadable_stream_exits_65_with_file_place_and_reason(payments, name):
    done = payments.replay_once(STREAMS / name)
    place, reason = REFUSED[name]
    assert f"{STREAMS / name}{place}" in done.stderr
    assert reason in done.stderr
    assert done.code == UNUSABLE_DATA
    assert done.stdout == ""


@pytest.mark.parametrize("name", COUNTED)
def test_bad_values_of_a_readable_stream_are_refused_and_counted_one_by_one(payments, name):
    report = json.loads(payments.replay_once(STREAMS / name).succeeded().stdout)
    assert (report["events"], report["labels"], report["rejected"]) == COUNTED[name]


def test_a_stream_that_is_not_there_exits_74(payments):
    done = payments.replay_once(STREAMS / "nowhere.csv")
    assert "nowhere.csv: there is no such file" in done.stderr
    assert done.code == UNUSABLE_FILE


def test_a_stream_mended_behind_the_broken_row_goes_on_as_if_it_had_never_been_broken(
    clicks, slice_file, uninterrupted, tmp_path
):
    rows = slice_file.read_text().splitlines(keepends=True)
    stream = tmp_path / slice_file.name
    stream.write_text("".join(rows[:5_000]) + "half a row\n" + "".join(rows[5_001:]))
    broken = clicks.replay_once(stream)
    assert f"{stream}:5001: " in broken.stderr
    assert broken.code == UNUSABLE_DATA
    stream.write_text("".join(rows))
    assert json.loads(clicks.replay_once(stream).succeeded().stdout) == uninterrupted
