#!/usr/bin/env python3
"""Are the served probabilities true, whatever the loss? Plays streams with rare positives under losses that bend the score,
and prints the calibration ratio of the raw, the mapped and the served probability as Markdown. README.md says how.
"""

import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from evaluation import REPOSITORY, evaluate, markdown, replaced, temporary_folder, version, weir, with_error

SIMULATED_EVENTS = 5_000_000
# The heads that are compared: what stands in place of the plain loss.
HEADS = {
    "cross-entropy": "loss: bce",
    "focal, γ = 1": "loss: { focal: { gamma: 1 } }",
    "focal, γ = 2": "loss: { focal: { gamma: 2 } }",
    "focal, γ = 5": "loss: { focal: { gamma: 5 } }",
    "positives weigh 20": "loss: { weighted: { positive: 20 } }",
    "one negative in ten": "loss: bce, negatives: 0.1",
}


def section(title, events, configuration, folder, goal=True):
    """The table of one stream, and how many rows miss the goal."""
    texts = {name: replaced(configuration, "loss: bce", head) for name, head in HEADS.items()}
    results = evaluate(texts, events, folder)
    rows, missed = [], 0
    for name, result in results.items():
        distance = abs(result["served"] - 1)
        allowed = max(0.02, 2 * result["served error"])
        missed += distance > allowed
        rows.append([
            name, with_error(result["raw"], result["raw error"]), with_error(result["mapped"], result["mapped error"]),
            with_error(result["served"], result["served error"]), f"{result['NE']:.4f}",
            ("yes" if distance <= allowed else "**no**") + f" ({distance:.3f} of {allowed:.3f})"])
    one = next(iter(results.values()))
    print(f"### {title}\n")
    print(f"{one['labelled']:,} judged, {one['positives']:,.0f} positives "
          f"({one['positives'] / one['labelled']:.2%}), {one['blocks']} days.\n")
    print(markdown(["head", "raw", "mapped", "served", "NE", "within the goal"], rows))
    print(flush=True)
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=SIMULATED_EVENTS, help="simulated payments (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the simulation (default: %(default)s)")
    options = parser.parse_args()
    name, date = version()
    print(f"Weir {name}, {date}. Predicted over observed positives ± one standard error by a bootstrap over days; the first\n"
          "10 % of the rows are learned and not judged. The goal: the served ratio is within max(0.02, 2 standard errors) "
          "of 1.\n")
    with temporary_folder() as folder:
        sample = REPOSITORY / "SampleStreams" / "rare-cancellations"
        missed = section(
            "rare-cancellations", sample / "events.csv.gz", (sample / "weir.yaml").read_text(), folder)
        events = pathlib.Path(folder) / "events.csv"
        weir("simulate", "card-fraud", "--events", options.events, "--seed", options.seed, "--output", events)
        missed += section(
            f"card-fraud, {options.events:,} payments", events,
            (HERE / "configs" / "card-fraud.yaml").read_text(), folder)
    print(f"{missed} of {2 * len(HEADS)} rows miss the goal." if missed else "Every row meets the goal.")


if __name__ == "__main__":
    main()
