"""A journal on disk, looked at and damaged from outside, with SQLite alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def end(journal: Path) -> int:
    """Records that are durable now; 0 where there is no journal yet. Reads beside a learner that writes."""
    if not journal.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=5)) as database:
            return database.execute("SELECT coalesce(max(sequence + record_count), 0) FROM frame").fetchone()[0]
    except sqlite3.OperationalError:
        return 0  # the tables are being made


def frames(journal: Path) -> list[int]:
    """The sequence number of each frame's first record."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as database:
        return [row[0] for row in database.execute("SELECT sequence FROM frame ORDER BY sequence")]


def flip_payload_byte(journal: Path, sequence: int) -> None:
    """Changes one bit in the middle of a frame's payload, as a failing disk would."""
    with closing(sqlite3.connect(journal)) as database:
        (payload,) = database.execute("SELECT payload FROM frame WHERE sequence = ?", (sequence,)).fetchone()
        damaged = bytearray(payload)
        damaged[len(damaged) // 2] ^= 0x01
        database.execute("UPDATE frame SET payload = ? WHERE sequence = ?", (bytes(damaged), sequence))
        database.commit()
