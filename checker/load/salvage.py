"""What is left of a scenario file whose form is wrong, so that its names can be checked in the same breath.

What is faulty is left out or, in a list, replaced by a plain entry of the same id: the places of the others stay, and what is
said of them is true. The file is refused all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from checker.load import shape
from checker.load.strict_yaml import Document, Path_

_LISTS = ("inputs", "steps", "releases", "agreements")


def salvage(schema: Mapping[str, Any], document: Document) -> dict[str, Any] | None:
    """The parts of the document that fit the schema; None if too little is left to go on."""
    value = deepcopy(document.value)
    if not isinstance(value, dict):
        return None
    for path in sorted(document.faults, key=len):
        _leave_out(value, path)
    inputs = value.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        return None
    for group in _LISTS:
        item = {**schema["properties"][group]["items"], "definitions": schema.get("definitions", {})}
        for index, one in enumerate(value.get(group) or ()):
            if one is None or not shape.fits(item, one):
                plain = _plain(group, index, _id(document.value[group][index]), _id(inputs[0]) or "0")
                filled = {**plain, **(one or {})}
                value[group][index] = filled if shape.fits(item, filled) else plain
    rest = {key: one for key, one in value.items() if key not in _LISTS}
    return value if shape.fits(schema, {**rest, "inputs": inputs}) else None


def _leave_out(value: dict[str, Any], path: Path_) -> None:
    """Take out what is at fault: a field of the file or of an entry; an entry that is no mapping as a whole."""
    if not path or path[0] not in value:
        return
    group = value[path[0]]
    if isinstance(group, list) and len(path) > 1:
        entry = group[path[1]]
        if len(path) > 2 and isinstance(entry, dict):
            entry.pop(path[2], None)
        elif not isinstance(entry, dict):
            group[path[1]] = None
    elif isinstance(group, dict) and len(path) > 1:
        group.pop(path[1], None)
    else:
        value.pop(path[0])


def _id(entry: Any) -> str:
    found = entry.get("id") if isinstance(entry, dict) else None
    return found if isinstance(found, str) else ""


def _plain(group: str, index: int, name: str, first: str) -> dict[str, Any]:
    """An entry that says nothing but that it is there."""
    name = name or f"{group}-{index}"
    plain: dict[str, dict[str, Any]] = {"inputs": {"id": name}, "steps": {"id": name, "action": "copy", "from": [first]},
                                        "releases": {"id": name, "of": first}, "agreements": {"licenses": []}}
    return plain[group]
