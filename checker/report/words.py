"""The wording of reports: one JSON file per language, so that a translation needs no code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from checker.core.wording import in_words


@cache
def words(language: str = "en") -> dict[str, Any]:
    """All wording of a language."""
    import json

    path = Path(__file__).parent / "words" / f"{language}.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def state_words(kind: str, state: str | None) -> str:
    """A state of then or now in words, by the kind of what changed."""
    known = words()
    group = {"license": {word: one["label"] for word, one in known["verdicts"].items()}, "duty": known["status"]}.get(kind, known["regulation_status"])
    return str(known["then_and_now"]["none"] if state is None else known["then_and_now"]["states"].get(state) or group.get(state, state)).casefold()


def label(group: str, word: Any) -> str:
    """The label of a word in a group of the wording; a word that is not there, in plain writing."""
    found = words()[group].get(word) if isinstance(word, str) else None
    return found if isinstance(found, str) else in_words(word)
