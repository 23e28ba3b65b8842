"""License texts at hand: normalized wording and its digest. The texts themselves are not kept here."""

from __future__ import annotations

import hashlib
from pathlib import Path


def normalize(text: str) -> str:
    """The wording alone: white space and case folded."""
    return " ".join(text.casefold().split())


def digest(text: str) -> str:
    """SHA-256 of the normalized wording, in hex."""
    return hashlib.sha256(normalize(text).encode()).hexdigest()


def index(folder: Path) -> dict[str, str]:
    """Digest -> normalized wording of every file in a folder of texts."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.is_file():
            wording = normalize(path.read_text(encoding="utf-8", errors="replace"))
            found[hashlib.sha256(wording.encode()).hexdigest()] = wording
    return found
