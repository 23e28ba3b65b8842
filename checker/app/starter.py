"""The policy that a new organization begins with: valid, commented, and passing for a repository that names no model."""

from __future__ import annotations

from pathlib import Path

_TEMPLATES = Path(__file__).parent / "templates"


def policy() -> str:
    """The text of a first policy."""
    return (_TEMPLATES / "licet.yaml").read_text(encoding="utf-8")


def waivers() -> str:
    """The text of a first file of waivers."""
    return (_TEMPLATES / "licet.waivers.yaml").read_text(encoding="utf-8")
