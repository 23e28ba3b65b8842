"""The artifacts of an Assessment as bills of materials list them: what each is, whence it comes, which licenses it carries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from checker.core.concerns import file_of
from checker.core.fingerprint import identify
from checker.core.license import NO_LICENSE, OWN_WORK, UNREAD
from checker.export._rows import clean

#: relations in which a work, changed or not, is part of what is made
_CONTAINED = ("copy", "modification", "component")
_MODELS = ("model", "adapter")
_DATA = ("dataset", "outputs")


class Part(NamedTuple):
    """One artifact. `concluded` are the licenses that govern it; `ways` the (artifact, step) pairs it was made by."""

    id: str
    ref: str
    name: str
    kind: str
    declared: str | None
    concluded: tuple[Mapping[str, Any], ...]
    ways: tuple[tuple[str, str], ...]
    file: str
    line: int
    stated_by: str


def parts(entry: Mapping[str, Any], number: int = 0) -> list[Part]:
    """Inputs and what the steps made of them, in the order of the lineage. `number` keeps the references of several entries apart."""
    lineage = entry["lineage"]
    labels = {one.get("of"): one.get("license") for one in entry["scenario"].get("releases") or () if one.get("license")}
    made_from: dict[str, list[tuple[str, str]]] = {}
    for edge in lineage["edges"]:
        made_from.setdefault(edge["to"], []).append((edge["from"], str(edge["action"] or " or ".join(edge["actions"]))))
    kinds: dict[str, str] = {}
    found = []
    for node in lineage["nodes"]:
        if node["role"] == "release":
            continue
        kinds[node["id"]] = node["kind"] or _kind_made(made_from.get(node["id"], ()), kinds)
        declared = node["declared"] or labels.get(node["id"])
        ref = identify((file_of(entry), str(number), node["id"])) + "-" + re.sub(r"[^A-Za-z0-9.-]", "-", node["id"])
        found.append(Part(node["id"], ref, clean(node["name"]), kinds[node["id"]], clean(declared) if declared else None, _governing(entry, node["id"]),
                          tuple(made_from.get(node["id"], ())), node["location"]["file"], max(1, node["location"]["line"]), node["role"]))
    return found


def _kind_made(ways: Any, kinds: Mapping[str, str]) -> str:
    """What a step makes is what it is made of: a model if any model went in, else data if data did."""
    origins = [kinds.get(origin, "model") for origin, _ in ways]
    return next((kind for group in (_MODELS, _DATA) for kind in origins if kind in group), origins[0] if origins else "model")


def _governing(entry: Mapping[str, Any], node: str) -> tuple[Mapping[str, Any], ...]:
    found = []
    for license in entry["licenses"]:
        ways = [one for one in license["reaches"] if one["artifact"] == node or (node in one["path"] and one["relation"] in _CONTAINED)]
        if ways and license["id"] not in (NO_LICENSE, OWN_WORK, UNREAD):
            found.append(license)
    return tuple(found)


def is_model(part: Part) -> bool:
    """Is it a model or an adapter?"""
    return part.kind in _MODELS


def is_data(part: Part) -> bool:
    """Is it data?"""
    return part.kind in _DATA


def hub_id(part: Part) -> tuple[str, str] | None:
    """(publisher, name) of a model id of the hub; None if the name is no such id."""
    match = re.fullmatch(r"([A-Za-z0-9][\w.-]{0,95})/([A-Za-z0-9][\w.-]{0,95})", part.name)
    return (match[1], match[2]) if match and is_model(part) and part.stated_by == "input" else None


@cache
def spdx_id(name: str) -> str | None:
    """The identifier of the SPDX list that a name is, whatever its case; None if the list has none."""
    from license_expression import get_spdx_licensing

    known = {symbol.key.casefold(): symbol.key for symbol in get_spdx_licensing().known_symbols.values() if not symbol.key.startswith("LicenseRef-")}
    return known.get(name.casefold()) or known.get(f"{name.casefold()}-only")
