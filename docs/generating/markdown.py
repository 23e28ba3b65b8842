"""Pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table; a pipe or a line break inside a cell is taken care of."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(one) for one in line) + " |" for line in lines) + "\n"


def _cell(value: Any) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def code(*words: Any) -> str:
    """Words as code, joined by commas."""
    return ", ".join(f"`{word}`" for word in words)


def yes(value: Any) -> str:
    """A cell that is filled only where something holds."""
    return "yes" if value else ""
