"""Scan a repository: an inventory of what it names, and a draft of the scenario that it makes up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from checker.app.draft import draft
from checker.app.identify import IDENTIFIED, MODIFIED, of_text
from checker.app.wording import problem
from checker.errors import BadInput
from checker.load.book import Library
from checker.scan.inventory import Inventory
from checker.scan.scanner import Progress, survey

#: share of a text's wording in common with a license, from which on it is called a changed copy and not another text
ALIKE = 0.9

__all__ = ["draft", "identifier", "scan"]


def scan(root: Path, library: Library, *, progress: Progress = iter) -> Inventory:
    """What the repository at `root` names. `progress` passes the files on one by one. Raises BadInput if there is no such folder."""
    if not root.is_dir():
        raise BadInput([problem("no_such_folder", str(root))])
    return survey(root, progress, identifier(library))


def identifier(library: Library) -> Callable[[str], str | None]:
    """A function that gives the id of a license text by its exact wording, `modified ID` of one that was changed, None of any other."""

    def identify(text: str) -> str | None:
        found = of_text(text, library)
        if found["status"] == IDENTIFIED:
            return str(found["id"])
        return f"modified {found['closest']}" if found["status"] == MODIFIED and found["similarity"] >= ALIKE else None

    return identify
