"""An Assessment arranged for reading: grouped, ordered and cross-referenced. Nothing is judged and nothing is worded here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

from checker.core.concerns import counts
from checker.core.figures import measure_of
from checker.core.wording import called, in_words, say
from checker.report._picture import picture
from checker.report.words import words

Entry = Mapping[str, Any]
Row = dict[str, Any]

#: what is read first
STRICTEST_FIRST = ("prohibited", "needs_permission", "not_enough_facts", "depends_on_unsettled", "permitted_with_obligations", "permitted",
                    "no_license_engaged")
_EFFECTS = ("forbids", "reserves", "needs_permission", "requires", "notes")
_DECIDING = ("forbids", "reserves", "needs_permission")
#: the roles of a lineage, by the group of facts about what has them
_ROLES = {"inputs": "input", "steps": "made", "releases": "release"}
#: deeper levels of a lineage are not set in further
_DEEPEST = 12


def view(entry: Entry, number: int) -> Row:
    """What the templates read: the entry itself, and its parts in reading order. `id` begins every anchor of its own."""
    anchor = f"s{number}"
    if "errors" in entry:
        return {"id": anchor, "number": number, "a": entry, "failed": True}
    names = {one["id"]: one["name"] for one in entry["licenses"]}
    return {
        "id": anchor, "number": number, "a": entry, "failed": False,
        "title": entry["scenario"].get("title") or words()["sentences"]["untitled"],
        "names": names,
        "asked": _asked(entry, anchor),
        "called": names_of(entry),
        "gate": entry.get("gate"),
        "gated": [one for one in (entry.get("gate") or {}).get("concerns", ()) if counts(one)],
        "duties": _duty_groups(entry["obligations"]),
        "counts": _counts(entry["obligations"]),
        "licenses": _licenses(entry, anchor),
        "elsewhere": _blocks(one for one in entry["findings"] if one["license"] not in names),
        "releases": _releases(entry),
        "lineage": lineage_rows(entry["lineage"]),
        "picture": picture(entry),
        "facts": flatten(entry["scenario"]),
        "inputs": inputs_read(entry.get("inputs") or {}),
    }


# ---- what is open ----------------------------------------------------------------------------------------------------


def _asked(entry: Entry, anchor: str) -> dict[str, Row]:
    """Key of an open fact or position -> the question that stands in the report, and where."""
    facts = {one["fact"]: {"ask": one["ask"], "to": f"{anchor}-q{number}", "position": False} for number, one in enumerate(entry["questions"], 1)}
    return facts | {f"positions.{one['id']}": {"ask": one["question"], "to": f"{anchor}-u{number}", "position": True}
                    for number, one in enumerate(entry["unsettled"], 1)}


def names_of(entry: Entry) -> dict[str, dict[str, str]]:
    """Group of facts -> id -> name, of everything that a fact may be about."""
    nodes = entry["lineage"]["nodes"]
    named = {group: {str(node["id"]).removeprefix("release:"): str(node["name"]) for node in nodes if node["role"] == role} for group, role in _ROLES.items()}
    return named | {"conditions": {one["id"]: one["name"] for one in entry["licenses"]}}


def fact_words(key: str, names: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> str:
    """The key of a fact in words, where no question of the report asks for it. `names`: see `names_of`."""
    patterns = words()["facts"]
    measure = measure_of(key)
    if measure is not None:
        over = words()["counted_over"].get(measure.scope, measure.scope).replace("{release}", measure.release)
        told = {"id": words()["metrics"][measure.metric], "fact": over, "day": measure.day}
        return say(patterns["figures_on" if measure.day else "figures"], told)
    group, _, rest = key.partition(".")
    # an id may hold dots, a fact does not; in a figure the metric comes first
    first, _, last = rest.partition(".") if group == "figures" else rest.replace(".conduct.", ".").replace(".figures.", ".").rpartition(".")
    pattern: str = patterns.get(f"{group}.{last}") or patterns.get(group) or key
    return pattern.replace("{fact}", in_words(last)).replace("{id}", called(names.get(group, {}), first) if first else in_words(last))


# ---- duties ----------------------------------------------------------------------------------------------------------


def _duty_groups(obligations: Sequence[Entry]) -> list[Row]:
    """Duties that are due, then those that may be; within them one group per license and per what they hang on."""

    def group(duty: Entry) -> tuple[bool, str, tuple[str, ...]]:
        return duty["when"] != "due", duty["license"], tuple(duty["open"])

    return [{"due": not maybe, "license": license_id, "open": list(hangs_on), "duties": list(duties)}
            for (maybe, license_id, hangs_on), duties in groupby(sorted(obligations, key=group), key=group)]


def _counts(obligations: Sequence[Entry]) -> dict[str, int]:
    due = sum(1 for one in obligations if one["when"] == "due")
    return {"due": due, "maybe": len(obligations) - due, "not_met": sum(1 for one in obligations if one["status"] == "not_met")}


# ---- licenses and findings -------------------------------------------------------------------------------------------


def _licenses(entry: Entry, anchor: str) -> list[Row]:
    """The licenses, the strictest first, each with its findings."""
    rows = []
    for number, one in enumerate(sorted(entry["licenses"], key=_strictness), 1):
        own = [finding for finding in entry["findings"] if finding["license"] == one["id"]]
        rows.append({"license": one, "to": f"{anchor}-l{number}",
                     "blocks": _blocks(finding for finding in own if finding["effect"] != "grants"),
                     "grants": [finding for finding in own if finding["effect"] == "grants"],
                     "deciding": _by_rule(finding for finding in own if finding["effect"] in _DECIDING)})
    return rows


def _strictness(license: Entry) -> tuple[int, str]:
    known = license["verdict"] in STRICTEST_FIRST
    return (STRICTEST_FIRST.index(license["verdict"]) if known else 0), license["id"]


def _blocks(findings: Iterable[Entry]) -> list[Row]:
    """Findings by effect, and within it by rule."""
    by_effect: dict[str, list[Entry]] = {}
    for finding in findings:
        effect = finding["effect"] if finding["effect"] in _EFFECTS else "other"
        by_effect.setdefault(effect, []).append(finding)
    return [{"effect": effect, "rules": _by_rule(by_effect[effect])} for effect in (*_EFFECTS, "other") if effect in by_effect]


def _by_rule(findings: Iterable[Entry]) -> list[Row]:
    """Findings of one rule that ask for the same remedy for the same reason, in one group each."""
    groups: dict[tuple[str, ...], Row] = {}
    for one in findings:
        key = (one["rule"], one["title"], one["remedy"], one["why"])
        group = groups.setdefault(key, {"title": one["title"], "remedy": one["remedy"], "why": one["why"], "findings": [], "sections": []})
        group["findings"].append(one)
        group["sections"] += [part for part in re.split(r",\s*", str(one["section"] or "")) if part and part not in group["sections"]]
    for group in groups.values():
        group["certain"] = any(one["holds"] == "yes" for one in group["findings"])
    return list(groups.values())


# ---- the scenario ----------------------------------------------------------------------------------------------------


def _releases(entry: Entry) -> list[Row]:
    """Each release with what the scenario states of it, in two lists of (fact, value): its particulars, and what was done."""
    stated = {one.get("id") or one.get("of"): one for one in entry["scenario"].get("releases") or ()}
    rows = []
    for release in entry["releases"]:
        own = stated.get(release["id"], {})
        particulars = [(fact, value) for fact, value in own.items() if fact not in ("id", "of", "form", "name", "conduct", "note")]
        rows.append({"release": release, "particulars": particulars, "done": list((own.get("conduct") or {}).items())})
    return rows


def flatten(value: Any) -> list[tuple[str, str]]:
    """Every value in a nested one, as (path, value in words), in order. Without recursion: data may be nested deeply."""
    rows: list[tuple[str, str]] = []
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        path, one = stack.pop()
        if isinstance(one, Mapping) and one:
            inner = [(f"{path}.{key}" if path else str(key), item) for key, item in one.items()]
        elif isinstance(one, (list, tuple)) and one:
            inner = [(f"{path}[{number}]", item) for number, item in enumerate(one, 1)]
        else:
            rows.append((path, one if isinstance(one, str) else in_words(one)))
            continue
        stack += reversed(inner)
    return rows


def inputs_read(inputs: Mapping[str, Any]) -> list[Row]:
    """What was read, each with its digest, whatever the groups are called."""
    things = [(group, one) for group, several in inputs.items() for one in (several if isinstance(several, list) else [several])]
    rows = [one if isinstance(one, Mapping) else {"path": f"{group}: {in_words(one)}"} for group, one in things]
    return [{"name": in_words(one.get("path") or one.get("license") or one.get("id") or one.get("url")), "sha256": one.get("sha256")} for one in rows]


# ---- lineage ---------------------------------------------------------------------------------------------------------


def lineage_rows(lineage: Entry) -> list[Row]:
    """The lineage as lines of a nested list, from the releases back to the inputs.

    Each line has a node, the edge by which it went into the line above, its `depth`, whether it `opens` a list, how many
    lists it `closes`, and whether its origins were `seen` further up.
    """
    nodes = {node["id"]: node for node in lineage["nodes"]}
    into: dict[str, list[Entry]] = {}
    for edge in lineage["edges"]:
        into.setdefault(edge["to"], []).append(edge)
    used = {edge["from"] for edge in lineage["edges"]}
    rows: list[Row] = []
    expanded: set[str] = set()
    placed: set[str] = set()
    for root in sorted(nodes, key=lambda one: one in used):
        if root not in placed:
            _walk(root, nodes, into, rows, expanded, placed)
    return _nested(rows)


def _walk(root: str, nodes: Mapping[str, Entry], into: Mapping[str, list[Entry]], rows: list[Row], expanded: set[str], placed: set[str]) -> None:
    stack: list[tuple[str, Entry | None, int]] = [(root, None, 0)]
    while stack:
        node_id, edge, depth = stack.pop()
        origins = into.get(node_id, [])
        seen = node_id in expanded and bool(origins)
        unnamed: Entry = {"id": node_id, "name": node_id, "kind": "", "role": "", "certainty": "assumed", "licenses": [], "declared": None}
        rows.append({"node": nodes.get(node_id, unnamed), "edge": edge, "depth": min(depth, _DEEPEST), "seen": seen,
                     "by": origins[0]["by"] if origins else None})
        placed.add(node_id)
        if not seen:
            expanded.add(node_id)
            stack += [(one["from"], one, depth + 1) for one in reversed(origins)]


def _nested(rows: list[Row]) -> list[Row]:
    for number, row in enumerate(rows):
        following = rows[number + 1]["depth"] if number + 1 < len(rows) else 0
        row["opens"] = following > row["depth"]
        row["closes"] = row["depth"] - min(following, row["depth"])
    return rows
