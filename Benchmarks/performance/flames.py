"""Draws where the learner's and a worker's threads spend their time, as flame graphs.

    python3 Benchmarks/performance/flames.py [--folder Docs/flames] [--seconds 5] [--batch 256]

perf samples `weir bench pipeline` (after warming up, with commits); each thread becomes an SVG without scripts: a box is a
function, as wide as its share of the thread's samples, its callers below it; a browser shows a box's name and share
when the pointer rests on it. Needs perf and make build.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from collections import Counter
from html import escape
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
WEIR = REPOSITORY / ".build" / "release" / "weir"
THREADS = {"weir-learner": "learner", "weir-score-0": "worker"}
WIDTH, ROW, LETTER = 1200, 17, 6.6
# Narrower boxes than this share are left out.
LEAST = 0.003


def stacks(samples: str) -> dict[str, Counter]:
    """Stacks from the outermost caller on, of each thread, with their numbers of samples."""
    found: dict[str, Counter] = {thread: Counter() for thread in THREADS}
    for sample in samples.split("\n\n"):
        lines = sample.strip().splitlines()
        if not lines:
            continue
        thread = lines[0].split()[0]
        if thread in found:
            frames = [re.sub(r"^[0-9a-f]+ ", "", line.strip()) for line in lines[1:]]
            found[thread][tuple(reversed(frames))] += 1
    return found


def demangled(names: set[str]) -> dict[str, str]:
    ordered = sorted(names)
    text = subprocess.run(["swift", "demangle", "--simplified"], input="\n".join(ordered), text=True, check=True,
                          capture_output=True).stdout
    return dict(zip(ordered, map(short, text.splitlines())))


def short(name: str) -> str:
    """A name without what only a compiler wants to know of it."""
    name = re.sub(r"^.*?((implicit )?closure #\d+).* in (static )?", r"\1 in ", name)
    name = re.sub(r"^(specialized |generic specialization <.*?> of |partial apply for |thunk for |merged )+", "", name)
    return name.removesuffix("+0x0")


class Box:
    def __init__(self) -> None:
        self.samples, self.callees = 0, {}


def tree(counted: Counter, names: dict[str, str]) -> Box:
    root = Box()
    for stack, samples in counted.items():
        root.samples += samples
        box = root
        for frame in stack:
            box = box.callees.setdefault(names[frame], Box())
            box.samples += samples
    return root


def draw(root: Box, title: str) -> str:
    boxes: list[tuple[int, float, float, str]] = []

    def place(box: Box, depth: int, left: float) -> None:
        for name in sorted(box.callees):
            callee = box.callees[name]
            share = callee.samples / root.samples
            if share >= LEAST:
                boxes.append((depth, left, share, name))
                place(callee, depth + 1, left)
            left += share

    place(root, 0, 0)
    height = (max(depth for depth, *_ in boxes) + 3) * ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="monospace" font-size="11">',
        f'<text x="4" y="{ROW - 4}">{escape(title)}</text>']
    for depth, left, share, name in boxes:
        x, y, width = left * WIDTH, height - (depth + 1) * ROW, share * WIDTH
        # Equal names have equal colours; warm ones, as is usual.
        hue = sum(name.encode()) * 7 % 50
        parts.append(
            f'<g><title>{escape(name)}: {share:.1%}</title><rect x="{x:.1f}" y="{y}" width="{max(width - 0.5, 0.5):.1f}" '
            f'height="{ROW - 1}" fill="hsl({hue},85%,68%)"/>')
        room = int(width / LETTER)
        if room >= 4:
            label = name if len(name) <= room else name[: room - 1] + "…"
            parts.append(f'<text x="{x + 2:.1f}" y="{y + ROW - 5}">{escape(label)}</text>')
        parts.append("</g>")
    return "\n".join(parts + ["</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "Docs" / "flames")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--batch", type=int, default=256)
    words = parser.parse_args()
    words.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "perf.data"
        subprocess.run(
            ["perf", "record", "-q", "-F", "1999", "-g", "-o", data, WEIR, "bench", "pipeline", "--batch", str(words.batch),
             "--seconds", str(words.seconds)], check=True)
        samples = subprocess.run(
            ["perf", "script", "-i", data, "-F", "comm,ip,sym"], check=True, capture_output=True, text=True).stdout
    counted = stacks(samples)
    names = demangled({frame for thread in counted.values() for stack in thread for frame in stack})
    for thread, name in THREADS.items():
        root = tree(counted[thread], names)
        title = f"{name}: {root.samples} samples of weir bench pipeline --batch {words.batch}"
        (words.folder / f"{name}.svg").write_text(draw(root, title))
        print(f"{words.folder / name}.svg: {title}")


if __name__ == "__main__":
    main()
