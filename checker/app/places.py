"""The places of a repository: what the scan found in each, and the scenario that it makes up there with the policy's facts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from checker.app import scan as scanning
from checker.app.check import broken, judged, read
from checker.core.concerns import file_of
from checker.core.study import Study
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.paths import place_of
from checker.load.scenario import understand
from checker.load.sources import Sources
from checker.load.strict_yaml import Document, parse, read_text
from checker.policy.decide import inside, like
from checker.policy.gate import Judged, place_concern
from checker.scan.inventory import GAPS, Inventory

ROOT = "."
#: the step by which a draft puts together what is only used
_SIDE_BY_SIDE = "combine"
T = TypeVar("T")


class Task(NamedTuple):
    """What places share: the folder, the policy, the separate agreements, the day, the words of policies."""

    root: Path
    library: Library
    policy: Mapping[str, Any]
    agreements: list[Any] | None
    as_of: str
    words: Mapping[str, Any]


def of_repository(task: Task, progress: Callable[..., Any] = iter) -> list[Judged]:
    """Every place of the repository, assessed; the root first. What belongs to no place belongs to the root."""
    inventory = scanning.scan(task.root, task.library, progress=progress)
    places = {one["path"]: one for one in task.policy["places"]}
    places.setdefault(ROOT, {"path": ROOT, "scenario": None, "skip": None, "facts": {}, "file": None, "line": 0})
    folders = sorted(places, key=len, reverse=True)
    found = []
    for folder in sorted(places, key=lambda one: (one != ROOT, one)):
        part = _own(inventory, folder, folders)
        found += [_left_out(task, places[folder])] if places[folder]["skip"] else _judged(task, places[folder], part)
    return found


def of_scenario(task: Task, path: Path) -> Judged:
    """One scenario file, with the standing facts of the policy where it says nothing."""
    name, place = str(path), place_of(path)
    try:
        entry, study = _scenario(task, read_text(path), name, place)
    except BadInput as error:
        return Judged(broken(name, place, error), None)
    return Judged(entry, study)


def _own(inventory: Inventory, folder: str, folders: list[str]) -> Inventory:
    """What lies in this folder and in none of the places below it."""

    def mine(group: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(one for one in group if next(other for other in folders if inside(str(getattr(one, "file", "")), other)) == folder)

    licenses = (*mine(tuple(one for one in inventory.licenses if not one.is_everywhere)), *(one for one in inventory.licenses if one.is_everywhere))
    return Inventory(mine(inventory.hits), licenses, mine(inventory.hosted), mine(inventory.local), mine(inventory.skipped), inventory.links)


def _left_out(task: Task, place: Mapping[str, Any]) -> Judged:
    entry, study = _assessed(task, place, _filled(task, {**place, "facts": {}}, Inventory()))
    location = {"file": place["file"], "line": place["line"]}
    note = place_concern("skipped", (place["path"],), location, task.words, place=place["path"], reason=place["skip"])
    return Judged(entry, study, ({**note, "words": []},))


def _judged(task: Task, place: Mapping[str, Any], part: Inventory) -> list[Judged]:
    """The place, by its scenario; or each thing that is released there, by a scenario of its own."""
    others = tuple(_unread(task, part))
    if place["scenario"]:
        try:
            entry, study = _scenario(task, read_text(task.root / place["scenario"], place["scenario"]), place["scenario"], place["scenario"])
        except BadInput as error:
            return [Judged(broken(place["scenario"], place["scenario"], error), None, others)]
        return [Judged(entry, study, (*_unlisted(task, place, part, entry), *others))]
    found = []
    for number, data in enumerate(_apart(_filled(task, place, part))):
        own = others if number == 0 else ()
        try:
            entry, study = _assessed(task, place, data)
        except BadInput as error:
            found.append(Judged(broken(place["path"], place["path"], error), None, own))
            continue
        _relocate(entry, part, place)
        found.append(Judged(entry, study, own))
    return found


# ---- scenarios -------------------------------------------------------------------------------------------------------


def _standing(task: Task) -> dict[str, Any]:
    """What the policy states once for every scenario."""
    stated = {"actor": task.policy["actor"], "profile": task.policy["profile"], "positions": task.policy["positions"], "agreements": task.agreements}
    return {key: value for key, value in stated.items() if value not in (None, {})}


def _scenario(task: Task, text: str, name: str, place: str) -> tuple[dict[str, Any], Study]:
    document = parse(text, name)
    if isinstance(document.value, dict):
        own, standing = document.value, _standing(task)
        actor = own.get("actor")
        document.value = {**standing, **own, **({"actor": {**standing.get("actor", {}), **actor}} if isinstance(actor, dict) else {})}
    return judged(understand(document, task.library, as_of=task.as_of)._replace(place=place), task.library, read(name, text, place))


def _filled(task: Task, place: Mapping[str, Any], part: Inventory) -> dict[str, Any]:
    """The scenario that the place makes up: what was found, released in the way that the policy states for it."""
    data = {**scanning.draft(part, task.library), **_standing(task), "title": place["path"]}
    registry = Sources(task.library).registry
    for one in data["inputs"]:
        known = next((other["license"] for other in task.policy["models"] if like(other["model"], str(one.get("model") or one.get("name") or ""))), None)
        if known and "license" not in one and not (registry.find(str(one.get("model") or "")) or {}).get("license"):
            one["license"] = known
    data["steps"] = [step for step in data.get("steps", ()) if step["action"] != _SIDE_BY_SIDE]
    used = {name for one in (*data["inputs"], *data["steps"]) for name in _origins(one)}
    ends = [one["id"] for one in (*data["inputs"], *data["steps"]) if one["id"] not in used and one.get("kind") != "dataset"]
    drafted = {one["of"]: one for one in data.get("releases", ())}
    # what the repository itself shows (weights under a label) is more than what the policy says of all; what it says of this place is more still
    data["releases"] = [{**task.policy["release"], **drafted.get(end, {}), "of": end, **place["facts"]} for end in ends]
    return data


def _apart(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One scenario for each release, with all that goes into it; the whole where nothing is released.

    What is used side by side is judged one by one: each has findings and fingerprints of its own, and what is open of one
    does not multiply what is open of another.
    """
    made = {one["id"]: _origins(one) for one in (*data["inputs"], *data["steps"])}
    names = {one["id"]: one.get("model") or one.get("name") or one["id"] for one in (*data["inputs"], *data["steps"])}
    for release in data["releases"]:
        needed: set[str] = set()
        stack = [release["of"]]
        while stack:
            name = stack.pop()
            if name not in needed:
                needed.add(name)
                stack += made.get(name, [])
        own = {group: [one for one in data[group] if one["id"] in needed] for group in ("inputs", "steps")}
        yield {**data, **own, "releases": [release], "title": f"{data['title']}: {names[release['of']]}"}
    if not data["releases"]:
        yield data


def _assessed(task: Task, place: Mapping[str, Any], data: dict[str, Any]) -> tuple[dict[str, Any], Study]:
    document = Document(place["path"])
    document.value = data
    scenario = understand(document, task.library, as_of=task.as_of)._replace(place=place["path"])
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return judged(scenario, task.library, read(place["path"], text, place["path"]))


def _origins(one: Mapping[str, Any]) -> list[str]:
    return [_id(reference) for reference in one.get("from") or ()]


def _id(reference: Any) -> str:
    return str(reference["id"] if isinstance(reference, dict) else reference)


def _relocate(entry: dict[str, Any], part: Inventory, place: Mapping[str, Any]) -> None:
    """Findings of a draft stand where the model is named, not in a file that nobody wrote."""
    first = {hit.id: {"file": hit.file, "line": hit.line} for hit in reversed(part.hits)}
    first |= {f"{one.id} ({one.provider})": {"file": one.file, "line": one.line} for one in reversed(part.hosted)}
    nodes = {node["id"]: node for node in entry["lineage"]["nodes"]}
    nowhere = {"file": place["file"] or place["path"], "line": place["line"]}
    fallback = next((first[node["name"]] for node in nodes.values() if node["name"] in first), nowhere)
    for node in nodes.values():
        owner = nodes.get(node["id"].partition("~")[0], node)
        node["location"] = dict(first.get(node["name"]) or first.get(owner["name"]) or fallback)
    for finding in (*entry["findings"], *entry["regulation"]):
        node = nodes.get(finding["artifact"]) or nodes.get(f"release:{finding['release']}")
        finding["location"] = dict(node["location"] if node else fallback)


# ---- what the scan could not tell ------------------------------------------------------------------------------------


def _unread(task: Task, part: Inventory) -> Iterator[dict[str, Any]]:
    for gap in part.skipped:
        if gap.cause in GAPS:
            yield place_concern("unread", (gap.file, gap.cause), {"file": gap.file, "line": 1}, task.words, file=gap.file, why=gap.why.rstrip("."))
    for one in part.local:
        yield place_concern("unidentified", (one.file, one.id), {"file": one.file, "line": one.line}, task.words, subject=one.id)


def _unlisted(task: Task, place: Mapping[str, Any], part: Inventory, entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Models that stand in the code of the place, and not in the scenario that is said to describe it."""
    listed = {str(name).casefold() for one in entry["scenario"]["inputs"] for name in (one.get("model"), one.get("name"), one["id"]) if name}
    listed |= {str(node["name"]).casefold() for node in entry["lineage"]["nodes"]}
    told: set[str] = set()
    for hit in part.hits:
        if hit.id.casefold() not in listed and hit.id not in told:
            told.add(hit.id)
            yield place_concern("unlisted", (place["path"], hit.id), {"file": hit.file, "line": hit.line}, task.words,
                                subject=hit.id, place=place["path"], scenario=file_of(entry))
