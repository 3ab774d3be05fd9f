#!/usr/bin/env python3
"""What late labels cost, and what each way of dealing with them makes of it: normalised entropy and calibration ratio on
hotel bookings, whose cancellations become known up to two years later. Prints Markdown; README.md says how.

Every booking is judged by its final outcome with the score that was served, read from the journal: a policy that closes
its windows early would otherwise be judged by the labels it has seen.
"""

import argparse
import csv
import gzip
import math
import pathlib
import random
import re
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from evaluation import SKIPPED_SHARE, markdown, replaced, temporary_folder, version, weir, with_error
from journal import served_logits

STREAM = "hotel-cancellations"
HEAD = "window: 740d"
LABEL_TIME = 'time: { column: reservation_status_date, format: "%m/%d/%Y" }'
REPLICATES, SEED = 1_000, 1
CLIP = 1e-6


def policies(text):
    """Configurations by name. All but the first have the labels when they became known."""
    def head(keys):
        return replaced(text, HEAD, keys)

    yield "oracle: every label at once", replaced(head("window: 1m"), LABEL_TIME, "delay: 0s")
    yield "wait for the window's end", head("window: 740d, policy: wait")
    yield "retract (the default)", head("window: 740d")
    yield "naive: what is silent for 25 days is a negative for good", head("window: 25d, wait: 25d")
    yield "naive: silence teaches nothing, labels as they come", head(
        "window: 740d, missingLabel: unlabelled, policy: retract")


def served(text, events, folder):
    """The served probability by event id."""
    configuration, journal = pathlib.Path(folder) / "weir.yaml", pathlib.Path(folder) / "weir.journal"
    configuration.write_text(text)
    for file in pathlib.Path(folder).glob("weir.journal*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    weir("run", "--config", configuration, "--replay", events, "--once", "--journal", journal, cwd=folder)
    return {key: 1 / (1 + math.exp(-max(-700, min(700, logit)))) for key, logit in served_logits(journal).items()}


def statistics(blocks):
    """NE and calibration ratio of sums (count, positives, predicted, log loss)."""
    count, positives, predicted, loss = (sum(column) for column in zip(*blocks))
    rate = positives / count
    entropy = -(rate * math.log(rate) + (1 - rate) * math.log(1 - rate))
    return loss / count / entropy, predicted / positives


def judge(rows, probabilities):
    """NE and ratio with their standard errors by a bootstrap over days."""
    days = {}
    for row in rows:
        p, y = min(max(probabilities[row["event_id"]], CLIP), 1 - CLIP), int(row["label"])
        sums = days.setdefault(row["booking_date"][:10], [0, 0, 0.0, 0.0])
        sums[0] += 1
        sums[1] += y
        sums[2] += probabilities[row["event_id"]]
        sums[3] -= math.log(p) if y else math.log(1 - p)
    blocks = list(days.values())
    generator = random.Random(SEED)
    drawn = [statistics(generator.choices(blocks, k=len(blocks))) for _ in range(REPLICATES)]
    means = [sum(column) / REPLICATES for column in zip(*drawn)]
    errors = [
        math.sqrt(sum((value - mean) ** 2 for value in column) / (REPLICATES - 1))
        for column, mean in zip(zip(*drawn), means)]
    return *statistics(blocks), *errors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="the folder of the recorded streams")
    options = parser.parse_args()
    source = options.data / STREAM
    name, date = version()
    with gzip.open(source / "events.csv.gz", "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    judged = rows[int(len(rows) * SKIPPED_SHARE):]
    print(f"Weir {name}, {date}. {STREAM}: {len(rows):,} bookings, the last {len(judged):,} judged by their final outcome, "
          f"{sum(row['label'] == '1' for row in judged):,} cancelled.\n± one standard error by a bootstrap over days, seed "
          f"{SEED}.\n")
    table = []
    for policy, text in policies((HERE / "configs" / f"{STREAM}.yaml").read_text()):
        with temporary_folder() as folder:
            shutil.copyfile(source / "aux.csv.gz", pathlib.Path(folder) / "aux.csv.gz")
            entropy, ratio, entropy_error, ratio_error = judge(judged, served(text, source / "events.csv.gz", folder))
        table.append([policy, with_error(entropy, entropy_error), with_error(ratio, ratio_error)])
    print(markdown(["policy", "NE", "calibration ratio"], table))


if __name__ == "__main__":
    main()
