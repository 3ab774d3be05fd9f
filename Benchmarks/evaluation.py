"""What the benchmarks share: `weir evaluate` on a set of configurations, and its numbers.

Python's standard library alone.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
WEIR = pathlib.Path(os.environ.get("WEIR", REPOSITORY / ".build" / "release" / "weir"))
SKIPPED_SHARE = 0.1


def weir(*words, **options):
    """Runs the executable; ends the script with its message where it fails."""
    if not WEIR.exists():
        sys.exit(f"{WEIR} is missing. Remedy: make build")
    done = subprocess.run([WEIR, *map(str, words)], capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"weir {' '.join(map(str, words))}\n{done.stderr}")
    return done.stdout


def evaluate(configurations, events, folder, block="1d", skip=SKIPPED_SHARE, threads=None):
    """The numbers of each configuration, by name.

    `configurations` maps names to YAML texts, which are written to `folder`: paths in them are relative to it.
    """
    words = []
    for number, text in enumerate(configurations.values()):
        path = pathlib.Path(folder) / f"configuration-{number}.yaml"
        path.write_text(text)
        words += ["--config", path]
    options = ["--skip", skip, "--blocks", block, "--format", "json"]
    if threads:
        options += ["--threads", threads]
    results = json.loads(weir("evaluate", *words, events, *options))
    return {name: numbers(result) for name, result in zip(configurations, results)}


def numbers(result):
    """What the tables show of the first head."""
    head = result["report"]["heads"][0]
    errors = result["bootstrap"]["standardErrors"][0]
    return {
        "labelled": head["labelled"], "positives": head["positives"], "blocks": errors["blocks"],
        "NE": head["normalizedEntropy"], "NE error": errors["normalizedEntropy"],
        "AUC": head["aucROC"], "PR-AUC": head["aucPR"],
        "raw": head["rawCalibrationRatio"], "raw error": errors["rawCalibrationRatio"],
        "mapped": head["mappedCalibrationRatio"], "mapped error": errors["mappedCalibrationRatio"],
        "served": head["calibrationRatio"], "served error": errors["calibrationRatio"],
        "seconds": result["cpuSeconds"],
    }


def replaced(text, old, new):
    """`text` with `old`, which must occur, replaced by `new`."""
    if old not in text:
        sys.exit(f"a configuration does not contain '{old}'")
    return text.replace(old, new)


def with_error(value, error, digits=3):
    return f"{value:.{digits}f} ± {error:.{digits}f}" if value is not None and error is not None else "none"


def version():
    """The executable's version and the date, for the head of a page."""
    done = subprocess.run(["date", "-u", "+%Y-%m-%d"], capture_output=True, text=True)
    return weir("--version").strip(), done.stdout.strip()


def markdown(header, rows):
    return "\n".join(map(line, [header, ["---" if index == 0 else "--:" for index in range(len(header))], *rows]))


def line(cells):
    return "| " + " | ".join(cells) + " |"


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="weir-benchmark-")


def model_key(text, key):
    """The configuration with `key` added to its model section, or with one of its own."""
    if re.search(r"^model: \{ ", text, re.MULTILINE):
        return re.sub(r"^model: \{ ", f"model: {{ {key}, ", text, count=1, flags=re.MULTILINE)
    return text.rstrip() + f"\nmodel: {{ {key} }}\n"
