"""The wording of what `checker.app` says in words: one JSON file for each part and language, so that a translation needs no code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from checker.core.problems import problems
from checker.core.wording import say


@cache
def words(part: str, language: str = "en") -> dict[str, Any]:
    """All wording of a part (`explain`, `lookup` …) in a language."""
    import json

    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "words" / f"{part}.{language}.json").read_text(encoding="utf-8"))
    return loaded


#: a problem by its id
problem = problems(Path(__file__).parent / "words")


def sentence(part: str, name: str, /, **values: Any) -> str:
    """A sentence of a part, its placeholders filled in."""
    return say(words(part)[name], values)
