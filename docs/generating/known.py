"""The project's own book, read once; links to its rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from checker.load.book import Library

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def library() -> Library:
    """The project's own book."""
    return Library(ROOT)


@cache
def book() -> Any:
    """What the library holds."""
    return library().book()


@cache
def _rule_files() -> dict[str, str]:
    apart = ("vocabulary", "positions", "profiles", "norms")
    return {name.rpartition("/")[2][:-5]: name for name in library().rule_files if name.split("/")[1] not in apart}


def rule_link(rule_id: str, shown: str | None = None) -> str:
    """A rule's id, linked to its file."""
    return f"[`{shown or rule_id}`](../../{_rule_files()[rule_id]})"
