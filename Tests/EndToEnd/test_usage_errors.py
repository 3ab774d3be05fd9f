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
    "an evaluation of nothing": ["evaluate", "events.csv"],
    "an evaluation that skips everything": ["evaluate", "--config", "weir.yaml", "events.csv", "--skip", "1"],
    "blocks of no length": ["evaluate", "--config", "weir.yaml", "events.csv", "--blocks", "0s"],
    "blocks without a unit": ["evaluate", "--config", "weir.yaml", "events.csv", "--blocks", "7"],
    "an evaluation on no thread": ["evaluate", "--config", "weir.yaml", "events.csv", "--threads", "0"],
    "a simulation of nothing": ["simulate", "ad-clicks"],
    "an unknown simulation": ["simulate", "weather", "--events", "10"],
    "no events to simulate": ["simulate", "ad-clicks", "--events", "0"],
    "a base rate above a half": ["simulate", "ad-clicks", "--events", "10", "--base-rate", "0.6"],
    "a negative seed": ["simulate", "card-fraud", "--events", "10", "--seed", "-1"],
    "a window in a simulation that has none": ["simulate", "card-fraud", "--events", "10", "--window", "1d"],
    "an unknown drift": ["simulate", "ad-clicks", "--events", "10", "--drift", "tilt@0.5=2"],
    "a drift that ends before it starts": ["simulate", "ad-clicks", "--events", "10", "--drift", "level@0.8-0.2=2"],
    "a drift of new ads for cards": ["simulate", "card-fraud", "--events", "10", "--drift", "new-ads@0.5=9"],
    "a slice of an unknown field": ["simulate", "ad-clicks", "--events", "10", "--drift", "slice@0.5=2:colour=1"],
    "an unknown row format": ["simulate", "ad-clicks", "--events", "10", "--format", "xml"],
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
