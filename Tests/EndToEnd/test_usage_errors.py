"""Wrong words on the command line end with exit code 64 and a usage line, before anything is opened."""

import pytest

WRONG = {
    "an unknown subcommand": ["divine"],
    "an unknown option": ["run", "--config", "weir.yaml", "--colour"],
    "no configuration": ["run"],
    "no stream": ["replay", "--config", "weir.yaml"],
    "a replay without once": ["run", "--config", "weir.yaml", "--replay", "events.csv"],
    "once without a replay": ["run", "--config", "weir.yaml", "--once"],
    "no worker": ["run", "--config", "weir.yaml", "--workers", "0"],
    "too many workers": ["run", "--config", "weir.yaml", "--workers", "65"],
    "workers in words": ["run", "--config", "weir.yaml", "--workers", "three"],
    "an unknown format": ["monitor", "report", "--config", "weir.yaml", "--format", "xml"],
    "an unknown log level": ["learn", "--config", "weir.yaml", "--log-level", "loud"],
    "a speed of zero": ["replay", "--config", "weir.yaml", "events.csv", "--speed", "0x"],
    "an endless speed": ["replay", "--config", "weir.yaml", "events.csv", "--speed", "inf"],
    "a paced lock-step": ["replay", "--config", "weir.yaml", "events.csv", "--lock-step", "--speed", "2x"],
    "a lock-step from within a batch": ["replay", "--config", "weir.yaml", "events.csv", "--lock-step", "--skip", "7"],
    "a negative skip": ["replay", "--config", "weir.yaml", "events.csv", "--skip", "-1"],
}


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG.keys())
def test_wrong_usage_exits_64_and_shows_the_usage(weir, tmp_path, words):
    done = weir.run(*words)
    assert done.code == 64
    assert "Error: " in done.stderr
    assert "Usage: " in done.stderr or "USAGE: " in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []
