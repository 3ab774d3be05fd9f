"""The simulated samples are what their README's command writes, byte by byte; other options write another stream."""

import gzip
import re
import shlex

import pytest

from harness.streams import SAMPLE_STREAMS

SIMULATED = ["card-fraud", "ad-clicks-drift"]


def command(name):
    """The words of the command by which the sample was made."""
    text = (SAMPLE_STREAMS / name / "README.md").read_text().replace("\\\n", " ")
    (line,) = re.findall(r"^weir (simulate .*)$", text, re.MULTILINE)
    return shlex.split(line)


@pytest.mark.parametrize("name", SIMULATED)
def test_the_command_in_the_readme_writes_the_committed_sample(weir, tmp_path, name):
    assert weir.run(*command(name)).succeeded().stdout == ""
    for file in ("events.csv", "truth.csv"):
        with gzip.open(SAMPLE_STREAMS / name / f"{file}.gz") as committed:
            assert (tmp_path / file).read_bytes() == committed.read(), file


def test_the_truth_is_told_in_its_own_file_only(weir, tmp_path):
    done = weir.run("simulate", "ad-clicks", "--events", 200, "--truth", "truth.csv").succeeded()
    assert "true_probability" not in done.stdout
    assert len(done.stdout.splitlines()) == len((tmp_path / "truth.csv").read_text().splitlines()) == 201


@pytest.mark.parametrize("change", [("--seed", 2), ("--base-rate", 0.2), ("--drift", "level@0.1=50")], ids=str)
def test_another_option_gives_another_stream(weir, change):
    words = ("simulate", "ad-clicks", "--events", 2_000, "--base-rate", 0.1)
    if change[0] == "--base-rate":
        words = words[:-2]
    assert weir.run(*words, *change).succeeded().stdout != weir.run(
        "simulate", "ad-clicks", "--events", 2_000, "--base-rate", 0.1).succeeded().stdout
