"""SARIF 2.1.0 as GitHub code scanning takes it: every result has a place and a fingerprint that no edit elsewhere moves."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from checker.core.concerns import file_of
from checker.export._rows import FAILED, KNOWN, WAIVED, Row, clean, fill, rows, two_answers, words

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: the key of our fingerprint; its number changes when what it is made of does
FINGERPRINT = "licetFinding/v1"
#: the key by which GitHub tells results of one rule in one file apart; by the line alone it would take several findings for one
LINE_HASH = "primaryLocationLineHash"
#: with more results than this, the document is written without spaces: it is for a machine, and GitHub takes 10 MB packed
MOST_INDENTED = 1_000
#: results that GitHub reads from one run
MOST_RESULTS = 25_000
#: entries whose two answers are listed with the run
MOST_ANSWERS = 1_000
#: what a viewer would read as a link or as a placeholder
_LINK = re.compile(r"\[(?=[^\]]*\]\()")
_PLACEHOLDER = re.compile(r"\{(?=[0-9]+\})")


def render(entries: Sequence[Mapping[str, Any]], fail_on: Collection[str] | None = None) -> str:
    """One run for all entries."""
    import json

    everything = [(entry, row) for entry in entries for row in rows(entry, fail_on)]
    shown = [(entry, row) for entry, row in everything if not row.is_remark]
    shown.sort(key=lambda one: ("error", "warning", "note").index(one[1].level))
    kept, left_out = shown[:MOST_RESULTS], max(0, len(shown) - MOST_RESULTS)
    first: dict[str, Row] = {}
    for _, row in kept:
        first.setdefault(row.rule, row)
    rules = {name: _rule(row) for name, row in first.items()}
    order = {rule: index for index, rule in enumerate(sorted(rules))}
    run = {
        "tool": {"driver": {"name": words()["tool"], **_version(entries), "rules": [rules[rule] for rule in order]}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(entries, left_out, [row for _, row in everything if row.is_remark])],
        "properties": {"answers": [{"place": clean(_title(entry)), **two_answers(entry)} for entry in entries[:MOST_ANSWERS]]},
        "results": [_result(entry, row, order[row.rule]) for entry, row in kept],
    }
    layout: dict[str, Any] = {"indent": 2} if len(kept) <= MOST_INDENTED else {"separators": (",", ":")}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, **layout) + "\n"


def _title(entry: Mapping[str, Any]) -> str:
    return str((entry.get("scenario") or {}).get("title") or file_of(entry))


def _version(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    tools = [entry["tool"] for entry in entries if "tool" in entry]
    return {"semanticVersion": tools[0]["version"], "properties": {"rulesDigest": tools[0]["rules_digest"]}} if tools else {}


def _invocation(entries: Sequence[Mapping[str, Any]], left_out: int, remarks: Sequence[Row]) -> dict[str, Any]:
    """How the run went: what was left out for its size, and what is to be said of waivers, which is no result on the code."""
    broken = any("errors" in entry for entry in entries)
    notes = []
    if left_out:
        text = fill(words()["sarif"]["left_out"], count=left_out, limit=MOST_RESULTS)
        notes = [{"level": "warning", "message": {"text": text}}]
    told = [{"level": "warning", "descriptor": {"id": row.rule}, "message": {"text": row.text()}, "locations": [_location(row.file, row.line)]}
            for row in remarks]
    said = {"toolExecutionNotifications": notes, "toolConfigurationNotifications": told}
    return {"executionSuccessful": not broken, **{key: several for key, several in said.items() if several}}


def _rule(row: Row) -> dict[str, Any]:
    concern = row.concern
    why, fix = clean(concern["why"]), row.fix
    help_text = "\n\n".join(part for part in (row.title, why, fill(words()["fix"], text=fix) if fix else "") if part)
    return {
        "id": row.rule, "name": "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", row.rule)),
        "shortDescription": _text(row.title), "fullDescription": _text(why or row.title),
        "help": {**_text(help_text), "markdown": _markdown(help_text)},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["license", concern["kind"]], "precision": "very-high"},
    }


def _text(text: str) -> dict[str, str]:
    return {"text": _PLACEHOLDER.sub("{{", _LINK.sub(r"\\[", text))}


def _markdown(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|~])", r"\\\1", text)


def _result(entry: Mapping[str, Any], row: Row, index: int) -> dict[str, Any]:
    concern = row.concern
    found: dict[str, Any] = {
        "ruleId": row.rule, "ruleIndex": index, "level": row.level, "kind": "fail",
        "message": _text(row.text()),
        "locations": [_location(row.file, row.line)],
        "partialFingerprints": {FINGERPRINT: concern["fingerprint"], LINE_HASH: f"{concern['fingerprint']}:1"},
        "properties": {key: clean(concern[key]) for key in ("license", "section", "release", "artifact") if concern[key]}
        | {"countsAs": concern["words"], "fails": row.state == FAILED},
    }
    flows = list(_flows(entry, concern))
    if flows:
        found["codeFlows"] = flows
    if row.state == WAIVED:
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": row.aside}]
    if (entry.get("gate") or {}).get("baseline"):
        found["baselineState"] = "unchanged" if row.state == KNOWN or concern.get("known") else "new"
    return found


def _location(file: str, line: int, text: str = "") -> dict[str, Any]:
    place = {"physicalLocation": {"artifactLocation": {"uri": uri(file)}, "region": {"startLine": max(1, line)}}}
    return {**place, "message": _text(text)} if text else place


def uri(file: str) -> str:
    """A file's name as a relative reference with forward slashes; never empty."""
    path = re.sub(r"^(\./)+", "", file.replace("\\", "/"))
    if re.match(r"[A-Za-z]:/", path):
        return "file:///" + quote(path, safe="/:", errors="replace")
    return "file://" + quote(path, safe="/", errors="replace") if path.startswith("/") else quote(path, safe="/", errors="replace") or "scenario"


def _flows(entry: Mapping[str, Any], concern: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The ways by which the license reaches what is released, step by step."""
    nodes = {node["id"]: node for node in (entry.get("lineage") or {}).get("nodes", ())}
    license = next((one for one in entry.get("licenses", ()) if one["id"] == concern["license"]), None)
    if license is None or concern["kind"] not in ("finding", "duty"):
        return
    for reach in license["reaches"]:
        steps = [nodes[node] for node in reach["path"] if node in nodes]
        release = nodes.get(f"release:{concern['release']}")
        if reach["artifact"] != concern["artifact"] or not steps:
            continue
        threads = [{"location": _location(step["location"]["file"], step["location"]["line"], clean(step["name"]))}
                   for step in (*steps, *((release,) if release else ()))]
        text = fill(words()["sarif"]["reached_by"], license=clean(license["name"]), artifact=clean(steps[-1]["name"]))
        yield {"message": _text(text), "threadFlows": [{"locations": threads}]}
