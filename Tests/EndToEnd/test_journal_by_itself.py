"""A journal holds the configuration it was written under, so it can be reported on and verified by itself."""

import json

import pytest


@pytest.fixture
def played(weir, clicks, slice_file):
    clicks.replay_once(slice_file).succeeded()
    return clicks


def test_a_report_needs_no_configuration(weir, played):
    alone = weir.run("monitor", "report", "--journal", played.journal, "--format", "json").succeeded()
    named = weir.run(
        "monitor", "report", "--journal", played.journal, "--config", played.config, "--format", "json"
    ).succeeded()
    assert json.loads(alone.stdout) == json.loads(named.stdout)
    assert json.loads(alone.stdout)["modelDigest"] is None


def test_a_verification_needs_no_configuration(weir, played):
    assert "intact" in weir.run("verify", "--journal", played.journal).succeeded().stdout


def test_neither_journal_nor_configuration_is_a_usage_error(weir):
    done = weir.run("verify")
    assert done.code == 64
    assert "give --journal, --config or both" in done.stderr
