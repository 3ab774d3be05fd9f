"""Help texts and the version, compared whole."""

from pathlib import Path

import pytest

from harness.golden import golden

HELP = Path(__file__).parent / "help"
COMMANDS = [
    "", "run", "score", "learn", "monitor", "monitor serve", "monitor report", "replay", "evaluate", "simulate", "simulate ad-clicks",
    "simulate card-fraud", "verify", "inspect", "inspect journal", "inspect model", "inspect joiner", "inspect quarantine", "requeue", "control", "check-config",
    "check", "top", "bench", "bench intake", "bench kernel", "bench latency", "bench pipeline", "bench state",
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command or "weir")
def test_help_reads_as_it_was_reviewed(weir, command):
    text = weir.run(*command.split(), "--help").succeeded().stdout
    assert text == golden(HELP / f"{command.replace(' ', '-') or 'weir'}.txt", text)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command or "weir")
def test_the_version_is_the_same_everywhere(weir, command):
    text = weir.run(*command.split(), "--version").succeeded().stdout
    assert text == golden(HELP / "version.txt", text)


def test_every_subcommand_that_help_names_has_its_help_here(weir):
    listed = weir.run("--help").stdout.split("SUBCOMMANDS:\n")[1].split("\n\n")[0]
    names = {line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "}
    assert names == {command.split()[0] for command in COMMANDS if command}
