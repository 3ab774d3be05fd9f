"""A journal on disk, looked at and damaged from outside, with SQLite alone."""

from __future__ import annotations

import sqlite3
import struct
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


def start(journal: Path) -> int:
    """The first record that is kept."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=5)) as database:
        return database.execute("SELECT sequence FROM boundary WHERE side = 0").fetchone()[0]


def cut(journal: Path, sequence: int) -> None:
    """Takes away every frame from the one that holds `sequence` on, so that the rest is a journal in good order.

    This is what a lost end looks like after SQLite has dropped the last commits of a damaged log.
    """
    with closing(sqlite3.connect(journal)) as database:
        database.execute("DELETE FROM frame WHERE sequence + record_count > ?", (sequence,))
        end, chain = database.execute(
            "SELECT sequence + record_count, chain FROM frame ORDER BY sequence DESC LIMIT 1").fetchone()
        database.execute(
            "UPDATE boundary SET sequence = ?, chain = ?, crc = ? WHERE side = 1",
            (end, chain, crc32c(struct.pack("<BQI", 1, end, chain))))
        for writer, last in database.execute("SELECT writer, max(writer_sequence) FROM frame GROUP BY writer").fetchall():
            database.execute(
                "UPDATE writer SET last_sequence = ?, crc = ? WHERE id = ?",
                (last, crc32c(struct.pack("<qq", writer, last)), writer))
        database.commit()


def crc32c(data: bytes) -> int:
    """CRC-32C bit by bit: reflected, polynomial 0x1EDC6F41."""
    sum = 0xFFFFFFFF
    for byte in data:
        sum ^= byte
        for _ in range(8):
            sum = sum >> 1 ^ (0x82F63B78 if sum & 1 else 0)
    return sum ^ 0xFFFFFFFF


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
