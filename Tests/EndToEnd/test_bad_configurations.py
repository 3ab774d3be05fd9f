"""A broken configuration is refused with its line, its key and a remedy, by every command that reads one."""

import re

import pytest

from harness.streams import MALFORMED, SAMPLE_STREAMS
from test_bad_streams import COUNTED, REFUSED

CONFIGURATIONS = MALFORMED / "configurations"

# The line and the key that must be named; None where the mistake has no line, or no key.
PLACES = {
    "aliases-without-end": (None, None),
    "base-rate-above-one": (7, "heads[0].baseRate"),
    "duration-without-unit": (7, "heads[0].window"),
    "empty": (None, None),
    "endpoint-twice": (10, "endpoints.model"),
    "feature-leaks-label": (5, "features[1].number"),
    "head-twice": (8, "heads[1].name"),
    "key-twice": (1, "name"),
    "label-of-unknown-head": (11, "replay.labels[0].head"),
    "misspelt-key": (7, "heads[0].widnow"),
    "negative-gamma": (7, "heads[0].loss.focal.gamma"),
    "no-heads": (1, "heads"),
    "not-utf8": (4, None),
    "open-brace": (6, None),
    "port-out-of-range": (9, "endpoints.intake"),
    "stream-clock-without-time": (8, "stream"),
    "too-many-bits": (8, "model.bits"),
    "unknown-feature": (4, "features[0].hsah"),
}

COMMANDS = {
    "check-config": ["check-config"],
    "run": ["run"],
    "replay in a run": ["run", "--replay", "events.csv", "--once"],
    "score": ["score"],
    "learn": ["learn"],
    "monitor serve": ["monitor", "serve"],
    "monitor report": ["monitor", "report"],
    "replay": ["replay", "events.csv"],
    "verify": ["verify"],
}


@pytest.mark.parametrize("name", PLACES)
def test_a_broken_configuration_is_refused_with_line_key_and_remedy(weir, name):
    path = CONFIGURATIONS / f"{name}.yaml"
    done = weir.run("check-config", "--config", path)
    assert done.code == 78
    assert done.stdout == ""
    line, key = PLACES[name]
    place = re.escape(str(path)) + (rf":{line}(:\d+)?" if line else "") + (rf": {re.escape(key)}" if key else "")
    assert re.search(rf"{place}: .+\. Remedy: .+\.$", done.stderr, re.MULTILINE), done.stderr


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS.keys())
def test_every_command_refuses_it_before_it_touches_anything(weir, tmp_path, words):
    done = weir.run(*words, "--config", CONFIGURATIONS / "misspelt-key.yaml")
    assert done.code == 78
    assert "did you mean 'window'?" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["nowhere.yaml", "."])
def test_a_configuration_that_is_no_file_is_refused(weir, path):
    done = weir.run("check-config", "--config", path)
    assert done.code == 78
    assert "Remedy: " in done.stderr


@pytest.mark.parametrize("sample", ["ad-clicks", "rare-cancellations"])
def test_a_sample_configuration_is_explained(weir, sample):
    done = weir.run("check-config", "--config", SAMPLE_STREAMS / sample / "weir.yaml").succeeded()
    assert done.stdout.startswith(f"{sample}: ")
    assert done.stderr == ""


def test_every_malformed_file_is_described_and_tested():
    files = {path.name for folder in ("configurations", "streams") for path in (MALFORMED / folder).iterdir()}
    described = set(re.findall(r"^\| `([^`]+)` \| .+ \|$", (MALFORMED / "README.md").read_text(), re.MULTILINE))
    tested = {f"{name}.yaml" for name in PLACES} | REFUSED.keys() | COUNTED.keys()
    assert files - {"weir.yaml"} == described == tested
