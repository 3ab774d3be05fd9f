"""The same rows are the same stream, as CSV or JSON lines, plain or compressed."""

import gzip
import json

import pytest

from harness.deployment import Deployment
from harness.streams import configuration, write_json_lines, write_slice

ROWS = 3_000


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return write_slice("ad-clicks", ROWS, tmp_path_factory.mktemp("formats") / "events.csv")


@pytest.fixture(scope="module")
def from_plain(module_weir, plain):
    return replayed(Deployment(module_weir, configuration("ad-clicks")), plain)


def replayed(deployment, stream):
    return json.loads(deployment.replay_once(stream).succeeded().stdout)


def compress(source, target):
    target.write_bytes(gzip.compress(source.read_bytes()))
    return target


def tabulate(source, target):
    # No cell of this sample holds a comma, a tab or a quote.
    target.write_text(source.read_text().replace(",", "\t"))
    return target


@pytest.mark.parametrize(
    "name, convert",
    [
        ("events.csv.gz", compress),
        ("events.tsv", tabulate),
        ("events.jsonl", write_json_lines),
        ("events.jsonl.gz", write_json_lines),
        ("events.ndjson", write_json_lines),
    ],
)
def test_another_form_of_the_same_rows_gives_the_same_model(clicks, plain, from_plain, tmp_path, name, convert):
    report = replayed(clicks, convert(plain, tmp_path / name))
    # The state also knows the stream's name, so only the model's digest can agree.
    for key in ("modelDigest", "journalSequence", "events", "labels", "rejected", "heads"):
        assert report[key] == from_plain[key], key


def test_line_ends_of_another_system_change_nothing(clicks, plain, from_plain, tmp_path):
    windows = tmp_path / "events.csv"
    windows.write_bytes(plain.read_bytes().replace(b"\n", b"\r\n"))
    assert replayed(clicks, windows) == from_plain
