"""What can be wrong with an input, in words: each problem by its id, with its wording in the files of words of the package that finds it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from checker.core.wording import say
from checker.errors import Problem


@cache
def wordings(folder: Path, language: str = "en") -> dict[str, list[str]]:
    """The wording of every problem whose file is in this folder: what is wrong, and what to write instead."""
    import json

    loaded: dict[str, list[str]] = json.loads((folder / f"problems.{language}.json").read_text(encoding="utf-8"))
    return loaded


def problems(folder: Path, language: str = "en") -> Callable[..., Problem]:
    """A function that makes a problem of its id, its place (file, line, column) and the values of its placeholders.

    `folder` holds `problems.en.json`: for each id what is wrong, and what to write instead. It is read when first something is wrong.
    """
    def problem(name: str, /, file: str, line: int = 0, column: int = 0, **values: object) -> Problem:
        what, instead = wordings(folder, language)[name]
        return Problem(file, line, column, say(what, values), say(instead, values))

    return problem
