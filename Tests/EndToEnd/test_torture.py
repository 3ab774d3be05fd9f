"""The short form of `make torture`: what was called durable survives kills, counts once, and folds to one state."""

import os

import torture


def test_ten_kills_under_load_lose_and_double_nothing(executable, tmp_path):
    seed = int(os.environ.get("WEIR_TEST_SEED", "") or int.from_bytes(os.urandom(4), "little"))
    print(f"WEIR_TEST_SEED={seed}")
    outcome = torture.torture(executable, tmp_path, 10, seed)
    assert outcome.acknowledged > 0
    assert not outcome.ended
    assert str(outcome) == "kills 10 lost 0 duplicated 0 digestsDiffering 0", (
        outcome.lost, outcome.duplicated, outcome.differing)
