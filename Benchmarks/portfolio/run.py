#!/usr/bin/env python3
"""Is a portfolio as good as a tuned rate? Plays streams with the default optimizer and with one FTRL learner at each of
five rates, with labels as late as they are and with labels at once, and prints normalised entropies as Markdown. README.md
says how.
"""

import argparse
import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from evaluation import evaluate, line, markdown, model_key, temporary_folder, version, weir

RATES = ["0.05", "0.15", "0.5", "1.5", "3"]
RECORDED = ["bank-response", "flight-cancellations", "hotel-cancellations"]
QUALITY = HERE.parent / "quality" / "configs"
# How far above the best single rate, chosen in hindsight, the portfolio may end.
TOLERANCE = 0.002
SIMULATION = ["--events", "1000000", "--base-rate", "0.03", "--window", "1d"]
SIMULATED = {
    "ad-clicks, no drift": [],
    "ad-clicks, all odds doubled half-way": ["--drift", "level@0.5=2"],
    "ad-clicks, odds up by half and back": ["--drift", "level@0.3=1.5", "--drift", "level@0.6=0.6667"],
    "ad-clicks, three coefficients change": [
        "--drift", "slice@0.3=4:ad_category=3", "--drift", "slice@0.5=0.25:ad_category=1",
        "--drift", "slice@0.7=4:user_segment=2"],
    "ad-clicks, level and coefficients": [
        "--drift", "level@0.4=1.5", "--drift", "slice@0.3=4:ad_category=3", "--drift", "slice@0.6=0.25:ad_category=1",
        "--drift", "slope@0.7-0.9=0.5"],
}


def immediately(text):
    """The configuration with every label known as soon as the event, and a window no longer than that needs."""
    text = re.sub(r"time: \{ column: (label_time|reservation_status_date), format: [^}]* \}", "delay: 0s", text)
    text = re.sub(r"delay: \w+", "delay: 0s", text)
    return re.sub(r"window: \w+", "window: 1m", text)


def row(title, events, text, folder, block="1d"):
    """Prints one stream's entropies: the portfolio's, each rate's, and the portfolio's excess over the best, which it returns."""
    texts = {"portfolio": text}
    for rate in RATES:
        texts[rate] = model_key(text, f"optimizer: ftrl, alpha: {rate}")
    results = evaluate(texts, events, folder, block)
    portfolio = results["portfolio"]["NE"]
    best = min(RATES, key=lambda rate: results[rate]["NE"])
    excess = portfolio - results[best]["NE"]
    cells = [f"{results[rate]['NE']:.4f}" for rate in RATES]
    cells[RATES.index(best)] = f"*{cells[RATES.index(best)]}*"
    print(line([title, f"{portfolio:.4f}", *cells, f"{excess:+.4f}".replace("-", "−")]), flush=True)
    return excess


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, help="the folder of the recorded streams; they are left out without")
    parser.add_argument("--seed", default="1", help="of the simulation (default: %(default)s)")
    options = parser.parse_args()
    name, date = version()
    print(f"Weir {name}, {date}. Normalised entropy of the served probability; the first 10 % of the rows are learned and\n"
          "not judged. The best single rate, chosen in hindsight, is in italics; the last column is the portfolio's excess "
          "over it.\n")
    print(markdown(["stream", "portfolio", *(f"α = {rate}" for rate in RATES), "excess"], []), flush=True)
    excesses = []
    for stream in RECORDED if options.data else []:
        if not (options.data / stream).is_dir():
            sys.exit(f"{stream} is not in {options.data}")
        with temporary_folder() as folder:
            if (options.data / stream / "aux.csv.gz").exists():
                shutil.copyfile(options.data / stream / "aux.csv.gz", pathlib.Path(folder) / "aux.csv.gz")
            text = (QUALITY / f"{stream}.yaml").read_text()
            events = options.data / stream / "events.csv.gz"
            excesses.append(row(stream, events, text, folder))
            if immediately(text) != text:
                excesses.append(row(f"{stream}, labels at once", events, immediately(text), folder))
    drifting = []
    for title, drift in SIMULATED.items():
        with temporary_folder() as folder:
            events = pathlib.Path(folder) / "events.csv"
            weir("simulate", "ad-clicks", *SIMULATION, "--seed", options.seed, *drift, "--output", events)
            text = (HERE / "configs" / "ad-clicks.yaml").read_text()
            for label, changed in ((title, text), (f"{title}; labels at once", immediately(text))):
                excesses.append(row(label, events, changed, folder))
                if drift:
                    drifting.append(excesses[-1])
    within = sum(excess <= TOLERANCE for excess in excesses)
    better = sum(excess < 0 for excess in drifting)
    print(f"\nWithin {TOLERANCE} of the best single rate: {within} of {len(excesses)}. Better than every single rate under "
          f"planted drift: {better} of {len(drifting)}.")


if __name__ == "__main__":
    main()
