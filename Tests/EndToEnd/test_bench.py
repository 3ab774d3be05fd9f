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


INTAKE = ("bench", "intake", "--slots", "2^10", "--events", "100", "--seconds", "0")


def test_the_intake_prints_time_and_result_of_every_case(weir):
    cases = json.loads(weir.run(*INTAKE, "--json").succeeded().stdout)["cases"]
    hashes = {case["name"]: case["resultHash"] for case in cases}
    assert {"json/in-order", "json/out-of-order", "json/escaped", "csv/fields", "frame/decode"} <= hashes.keys()
    # The same events, however they are written.
    assert hashes["json/in-order"] == hashes["json/out-of-order"] == hashes["csv/features"]
    for case in cases:
        assert case["nanosecondsPerEvent"] > 0 and case["eventsPerSecond"] > 0
        assert int(case["resultHash"], 16) > 0


def test_the_intake_writes_its_events_for_other_programs(weir, tmp_path):
    weir.run(*INTAKE, "--write-workload", str(tmp_path / "events.txt")).succeeded()
    lines = (tmp_path / "events.txt").read_text().splitlines()
    assert len(lines) == 100
    for line in lines:
        label, event = line.split("\t")
        assert label in "01" and len(json.loads(event)) == 41


def test_the_pipeline_answers_every_message_and_is_held_against_the_disk(weir, tmp_path):
    short = ("--seconds", "0", "--slots", "2^10", "--batch", "4", "--folder", str(tmp_path), "--json")
    cases = json.loads(weir.run("bench", "pipeline", *short).succeeded().stdout)["cases"]
    scored, durable = cases
    assert (scored["name"], durable["name"]) == ("scored/4", "durable/4")
    assert scored["resultHash"] == durable["resultHash"]
    for case in cases:
        assert case["eventsPerSecond"] > 0 and 150 < case["journalBytesPerEvent"] < 600
    assert durable["diskAloneEventsPerSecond"] > 0
    assert list(tmp_path.glob("weir-bench-*")) == []


def test_waits_are_told_beside_those_of_an_echo(weir, tmp_path):
    short = ("--seconds", "0", "--slots", "2^10", "--folder", str(tmp_path), "--json")
    cases = json.loads(weir.run("bench", "latency", *short).succeeded().stdout)["cases"]
    assert [case["name"] for case in cases] == [
        "echo/one", "idle/one", "half-load/echo", "half-load/one", "echo/crowd", "idle/crowd"]
    for case in cases:
        assert 0 < case["p50Microseconds"] <= case["p99Microseconds"] <= case["p999Microseconds"] <= case["maxMicroseconds"]
    assert cases[3]["loadEventsPerSecond"] > 0
    assert list(tmp_path.glob("weir-bench-*")) == []


def test_what_a_learner_holds_is_folded_handed_over_and_restored(weir, tmp_path):
    short = ("--seconds", "0", "--slots", "2^10", "--pending", "500", "--journal-events", "2000", "--folder", str(tmp_path))
    cases = json.loads(weir.run("bench", "state", *short, "--json").succeeded().stdout)["cases"]
    assert [case["name"] for case in cases] == ["fold/500-waiting", "snapshot/2^10", "restart/2000-events"]
    for case in cases:
        assert case["nanosecondsPerEvent"] > 0 and int(case["resultHash"], 16) > 0
    assert cases[2]["secondsPerGigabyte"] > 0 and cases[2]["secondsFromCheckpoint"] > 0
    assert list(tmp_path.glob("weir-bench-*")) == []
    assert weir.run("bench", "state", "--pending", "0").code == 64


def test_a_folder_that_is_not_there_is_told(weir, tmp_path):
    done = weir.run("bench", "pipeline", "--seconds", "0", "--folder", str(tmp_path / "nowhere"))
    assert done.code == 74 and "no folder can be made" in done.stderr


def test_clients_share_what_is_under_way_and_their_number_is_bounded(weir, tmp_path):
    short = ("--seconds", "0", "--slots", "2^10", "--batch", "1", "--clients", "20", "--workers", "2", "--folder", str(tmp_path), "--json")
    for case in json.loads(weir.run("bench", "pipeline", *short).succeeded().stdout)["cases"]:
        assert case["eventsPerSecond"] > 0 and case["settledEventsPerSecond"] > 0
    for clients in ("0", "1001"):
        assert weir.run("bench", "pipeline", "--clients", clients).code == 64
