"""The wording of what `checker.app` says in words: one JSON file for each part and language, so that a translation needs no code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from checker.core.wording import say
from checker.errors import Problem


@cache
def words(part: str, language: str = "en") -> dict[str, Any]:
    """All wording of a part (`explain`, `lookup` …) in a language."""
    import json

    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "words" / f"{part}.{language}.json").read_text(encoding="utf-8"))
    return loaded


def problem(name: str, /, file: str, line: int = 0, column: int = 0, **values: Any) -> Problem:
    """A problem by its id, at its place, its placeholders filled in."""
    what, instead = words("problems")[name]
    return Problem(file, line, column, say(what, values), say(instead, values))


def sentence(part: str, name: str, /, **values: Any) -> str:
    """A sentence of a part, its placeholders filled in."""
    return say(words(part)[name], values)
