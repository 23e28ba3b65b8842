"""License texts outside the project: their fingerprints, and a folder that keeps official texts."""

from __future__ import annotations

from pathlib import Path

from checker.load import fingerprints
from checker.load.book import Library
from checker.load.fingerprints import FILE, RULES
from checker.load.strict_yaml import load

__all__ = ["FILE", "index"]


def index(folder: Path, library: Library) -> tuple[bytes, list[str]]:
    """The fingerprints of the texts in a folder, and the ids of licenses whose text is not there."""
    return fingerprints.build(library.heads(), fingerprints.read_texts(folder), load(library.path(RULES), RULES).value)
