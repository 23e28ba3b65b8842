"""What `checker.load` says is wrong with a file: each problem, and each piece of one, by its id."""

from __future__ import annotations

from pathlib import Path

from checker.core.problems import problems

#: a problem by its id
problem = problems(Path(__file__).parent / "words")


def fragment(name: str, /, **values: object) -> str:
    """A piece of a problem by its id."""
    return problem(name, "", **values).what
