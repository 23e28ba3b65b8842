"""Scan a repository: an inventory of what it names, and a draft of the scenario that it makes up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from checker.errors import BadInput, Problem
from checker.load.book import Library
from checker.scan.inventory import Hit, Inventory
from checker.scan.scanner import survey
from checker.scan.walk import Entry

#: the step that a role is an input of; `used` and `shipped` are no step
_ACTIONS = {"base": "fine_tune", "adapter_base": "adapt", "merged": "merge", "dataset": "fine_tune"}
#: the strongest of the roles that an input has says what was made of it
_ORDER = ("merged", "adapter_base", "base", "dataset", "shipped", "used")


def scan(root: Path, library: Library, *, progress: Callable[[list[Entry]], Iterable[Entry]] = iter) -> Inventory:
    """What the repository at `root` names. `progress` passes the files on one by one. Raises BadInput if there is no such folder."""
    if not root.is_dir():
        raise BadInput([Problem(str(root), 0, 0, "No such folder.", "Give the folder of a repository.")])
    return survey(root, progress)


def draft(inventory: Inventory, library: Library) -> dict[str, Any]:
    """A scenario as data: every model and data set as an input, one step for what was made of them, what is unknown left out."""
    roles: dict[tuple[str, str], list[Hit]] = {}
    for hit in inventory.hits:
        roles.setdefault((hit.registry, hit.id), []).append(hit)
    taken: set[str] = set()
    inputs, parts = [], []
    for (registry, name), hits in sorted(roles.items()):
        role = min((hit.role for hit in hits), key=_ORDER.index)
        one: dict[str, Any] = {"id": _slug(name, taken)}
        if role == "dataset":
            one |= {"kind": "dataset", "name": name}
        else:
            one |= {"model": name}
        one["note"] = f"{role}, {registry}: {hits[0].file}:{hits[0].line}"[:500]
        inputs.append(one)
        if role in _ACTIONS:
            parts.append((role, one["id"]))
    data: dict[str, Any] = {"title": "Draft of what the repository names", "inputs": inputs}
    made = [role for role, _ in parts if role != "dataset"]
    if made:
        action = _ACTIONS[min(made, key=_ORDER.index)]
        data["steps"] = [{"id": _slug("result", taken), "action": action, "from": [identifier for _, identifier in parts]}]
    return data


def _slug(name: str, taken: set[str]) -> str:
    """A short id made from a name, not yet taken."""
    stem = re.sub(r"[^a-z0-9._-]+", "-", name.rpartition("/")[2].lower()).strip("-._")[:80] or "input"
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    taken.add(slug)
    return slug
