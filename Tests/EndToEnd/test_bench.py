"""`weir bench` in its smallest form: its JSON, and that its results depend on the seed alone."""

import json

SMALL = ("bench", "kernel", "--slots", "2^10", "--events", "100", "--seconds", "0", "--json")


def test_the_kernel_prints_time_and_result_of_every_case(weir):
    report = json.loads(weir.run(*SMALL).succeeded().stdout)
    assert report["benchmark"] == "kernel" and report["seed"] == 1
    assert len(report["cases"]) >= 10
    assert len({case["name"] for case in report["cases"]}) == len(report["cases"])
    for case in report["cases"]:
        assert case["nanosecondsPerEvent"] > 0
        assert abs(case["eventsPerSecond"] * case["nanosecondsPerEvent"] / 1e9 - 1) < 1e-9
        assert len(case["resultHash"]) == 16 and int(case["resultHash"], 16) > 0


def test_results_depend_on_the_seed_alone(weir):
    def hashes(*options):
        report = json.loads(weir.run(*SMALL, *options).succeeded().stdout)
        return {case["name"]: case["resultHash"] for case in report["cases"]}

    assert hashes() == hashes("--seconds", "0.01")
    assert all(one != two for one, two in zip(hashes().values(), hashes("--seed", "2").values()))


def test_slots_that_are_no_power_of_two_are_wrong_usage(weir):
    for slots in ("1000", "2^27", "2^x", "0"):
        assert weir.run("bench", "kernel", "--slots", slots).code == 64
    assert weir.run("bench", "kernel", "--case", "nonsense").code == 64
