"""The wording of reports: one JSON file per language, so that a translation needs no code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any


@cache
def words(language: str = "en") -> dict[str, Any]:
    """All wording of a language."""
    import json

    path = Path(__file__).parent / "words" / f"{language}.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
