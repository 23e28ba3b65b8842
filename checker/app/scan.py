"""Scan a repository: an inventory of what it names, and a draft of the scenario that it makes up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from checker.app.draft import draft
from checker.errors import BadInput, Problem
from checker.load.book import Library
from checker.load.texts import digest
from checker.scan.inventory import Inventory
from checker.scan.scanner import Progress, survey

__all__ = ["draft", "identifier", "scan"]


def scan(root: Path, library: Library, *, progress: Progress = iter) -> Inventory:
    """What the repository at `root` names. `progress` passes the files on one by one. Raises BadInput if there is no such folder."""
    if not root.is_dir():
        raise BadInput([Problem(str(root), 0, 0, "No such folder.", "Give the folder of a repository.")])
    return survey(root, progress, identifier(library))


def identifier(library: Library) -> Callable[[str], str | None]:
    """A function that gives the id of a license text, by the digest of its wording; None for every other text."""
    known: dict[str, str] = {}

    def identify(text: str) -> str | None:
        if not known:
            for license_id in sorted(library.license_files):
                recorded = (library.book().license(license_id).head.get("text") or {}).get("sha256")
                if recorded:
                    known.setdefault(recorded, license_id)
        return known.get(digest(text))

    return identify
