"""An inventory for people: what is used, under which license as far as the registry knows, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from checker.app.wording import sentence, words
from checker.core.wording import say
from checker.load.book import Library
from checker.load.sources import Sources
from checker.load.strict_yaml import printable
from checker.scan.inventory import GAPS, ROLES, Hit, Inventory

#: places and lines of each kind that are shown; the rest is counted
MAX_PLACES, MAX_SHOWN = 3, 40
#: a sentence of the inventory, filled in
_said = partial(sentence, "inventory")


def render(inventory: Inventory, library: Library, *, as_of: str = "", **_: Any) -> str:
    """Models and data sets first, each once; then what is hosted, local, labeled, and not read."""
    lines = [*_models(inventory, Sources(library), as_of), *_licenses(inventory), *_hosted(inventory), *_local(inventory), *_skipped(inventory)]
    return "\n".join(printable(line) for line in lines or [_said("none")]) + "\n"


def _models(inventory: Inventory, sources: Sources, as_of: str) -> Iterator[str]:
    grouped: dict[tuple[str, str], list[Hit]] = {}
    for hit in inventory.hits:
        grouped.setdefault((hit.id, hit.registry), []).append(hit)
    if grouped:
        yield _said("models", count=len(grouped))
    for (name, where), hits in sorted(grouped.items(), key=lambda one: (min(ROLES.index(hit.role) for hit in one[1]), one[0])):
        roles = ", ".join(sorted({hit.role for hit in hits}, key=ROLES.index))
        known = sources.registry.find(name) if where == "huggingface" and roles != "dataset" else None
        license = sources.on(known["license"], as_of) if known and known.get("license") else None
        pinned = sorted({hit.revision for hit in hits if hit.revision})
        told = {"name": name, "roles": roles, "where": f"{where}@{', '.join(pinned)}" if pinned else where}
        yield "  " + (_said("model_governed", license=license, **told) if license else _said("model", **told))
        yield from _places((hit.file, hit.line, _evidence(hit)) for hit in hits)


def _evidence(hit: Hit) -> str:
    doubtful = words("inventory")["confidence"].get(hit.confidence)
    return say(doubtful, {"evidence": hit.evidence}) if doubtful else hit.evidence


def _places(places: Iterable[tuple[str, int, str]]) -> Iterator[str]:
    listed = list(places)
    for file, line, how in listed[:MAX_PLACES]:
        yield f"      {file}:{line}: {how}"
    if len(listed) > MAX_PLACES:
        yield "      " + _said("more_places", count=len(listed) - MAX_PLACES)


def _cut(lines: list[str]) -> list[str]:
    return lines if len(lines) <= MAX_SHOWN else [*lines[:MAX_SHOWN], "  " + _said("more", count=len(lines) - MAX_SHOWN)]


def _licenses(inventory: Inventory) -> list[str]:
    found = _cut([f"  {one.file}:{one.line}: " + _said("license_of" if one.of else "license", label=one.label, subject=one.of, evidence=one.evidence)
                  for one in inventory.licenses])
    return ["", _said("licenses", count=len(inventory.licenses)), *found] if found else []


def _hosted(inventory: Inventory) -> Iterator[str]:
    grouped: dict[tuple[str, str], list[tuple[str, int, str]]] = {}
    for one in inventory.hosted:
        grouped.setdefault((one.provider, one.id), []).append((one.file, one.line, one.evidence))
    if grouped:
        yield from ("", _said("hosted", count=len(grouped)))
    for (provider, name), places in sorted(grouped.items()):
        yield f"  {name}  ({provider})"
        yield from _places(places)


def _local(inventory: Inventory) -> list[str]:
    found = _cut([f"  {one.file}:{one.line}: {one.id}" for one in inventory.local])
    return ["", _said("local", count=len(inventory.local)), *found] if found else []


def _skipped(inventory: Inventory) -> list[str]:
    gaps = [one for one in inventory.skipped if one.cause in GAPS]
    found = _cut([f"  {one.file}: {one.why}" for one in gaps])
    other = [f"  {one.file}: {one.why}" for one in inventory.skipped if one.cause not in GAPS]
    return [*(["", _said("gaps", count=len(gaps)), *found] if gaps else []), *(["", _said("left_out"), *_cut(other)] if other else [])]
