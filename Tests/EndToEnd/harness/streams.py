"""The sample streams, and slices of them in other forms."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
SAMPLE_STREAMS = REPOSITORY / "SampleStreams"
MALFORMED = SAMPLE_STREAMS / "malformed"


def configuration(name: str) -> str:
    return (SAMPLE_STREAMS / name / "weir.yaml").read_text()


def events(name: str) -> Path:
    return SAMPLE_STREAMS / name / "events.csv.gz"


def write_slice(name: str, rows: int, target: Path) -> Path:
    """The first `rows` rows of a sample as a plain CSV file."""
    with gzip.open(events(name), "rt") as source:
        target.write_text("".join(itertools.islice(source, rows + 1)))
    return target


def write_json_lines(source: Path, target: Path) -> Path:
    """A CSV file as JSON lines with the types a program would have used; empty cells become absent members."""
    opened = gzip.open(target, "wt") if target.suffix == ".gz" else target.open("w")
    with source.open(newline="") as rows, opened as sink:
        for row in csv.DictReader(rows):
            sink.write(json.dumps({name: typed(cell) for name, cell in row.items() if cell != ""}) + "\n")
    return target


def typed(cell: str) -> object:
    for kind in (int, float):
        try:
            value = kind(cell)
        except ValueError:
            continue
        # "007", "1e5" or "+1" as a category is a text, not the number it resembles.
        if repr(value) == cell:
            return value
    return cell
