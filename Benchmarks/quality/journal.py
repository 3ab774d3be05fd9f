"""Reads the scores that were served from a journal. Python's standard library alone."""

import sqlite3
import struct


class Payload:
    """Reads a frame of the journal, format 3."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def varint(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def skip(self, width):
        count = self.varint()
        self.at += count * width

    def scored(self, count):
        """The ids and served logits of the first head of the scored events among `count` records."""
        if self.data[0] != 3:
            raise SystemExit(f"journal records have format {self.data[0]}; this script reads 3")
        self.at = 1
        for _ in range(count):
            kind = self.data[self.at]
            self.at += 1
            if kind == 1:
                self.skip(1)
            elif kind == 2:
                length = self.varint()
                identity = self.data[self.at : self.at + length].decode()
                self.at += length
                for _ in range(3):
                    self.varint()
                self.skip(4)
                self.skip(8)
                self.skip(6)
                served = None
                for _ in range(self.varint()):
                    lanes = self.data[self.at]
                    if served is None:
                        (served,) = struct.unpack_from("<f", self.data, self.at + 9)
                    self.at += 13 + 4 * lanes
                yield identity, served
            elif kind == 3:
                self.skip(1)
                is_class = self.data[self.at + 1]
                self.at += 4 if is_class else 6
                self.varint()
                self.at += 4
            elif kind == 4:
                self.at += 1
            elif kind == 5:
                self.at += 8
                self.varint()
                self.varint()
            elif kind == 6:
                self.at += 8
            else:
                raise SystemExit(f"a journal record of unknown kind {kind}")
        if self.at != len(self.data):
            raise SystemExit("a journal frame has bytes after its end")


def served_logits(journal):
    """The served logit of the first head by event id."""
    logits = {}
    database = sqlite3.connect(f"file:{journal}?mode=ro", uri=True)
    for payload, count in database.execute("SELECT payload, record_count FROM frame ORDER BY sequence"):
        logits.update(Payload(payload).scored(count))
    database.close()
    return logits
