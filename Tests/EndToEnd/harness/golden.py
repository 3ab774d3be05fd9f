"""Golden files change only where WEIR_UPDATE_GOLDEN=1 says so, and the difference is reviewed like an interface."""

from __future__ import annotations

import os
from pathlib import Path


def golden(path: Path, actual: str) -> str:
    """The golden text at `path`, rewritten with `actual` first where that is asked for."""
    if os.environ.get("WEIR_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual)
    assert path.exists(), f"{path} is missing; WEIR_UPDATE_GOLDEN=1 writes it"
    return path.read_text()
