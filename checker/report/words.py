"""The wording of reports: one JSON file per language, so that a translation needs no code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from checker.core.verdict import GOOD
from checker.core.wording import in_words, say


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


def range_words(best: str, worst: str) -> str:
    """Between which verdicts the answer lies: one, several that are all good, or several that are not."""
    known = words()
    if best == worst:
        return str(known["sentences"]["range_same"])
    named = {name: known["verdicts"][word]["label"].casefold() for name, word in (("best", best), ("worst", worst))}
    return say(known["sentences"]["range_good" if worst in GOOD else "best_worst"], named)


def open_words(entry: Mapping[str, Any]) -> str:
    """What is said where no fact is asked for: what an unsettled question does, what duties hang on, or that nothing matters."""
    best, worst = entry["verdict_range"]
    name = "only_unsettled" if entry["unsettled"] else "open_but_good" if best != worst else "nothing_open"
    return str(words()["sentences"][name])


def label(group: str, word: Any) -> str:
    """The label of a word in a group of the wording; a word that is not there, in plain writing."""
    found = words()[group].get(word) if isinstance(word, str) else None
    return found if isinstance(found, str) else in_words(word)
