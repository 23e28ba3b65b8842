"""`licet test`: does a scenario come out as its `expect` says?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from checker.app.check import check_text
from checker.app.variants import varied
from checker.core.verdict import worst_conduct
from checker.load.book import Library
from checker.load.strict_yaml import parse, read_text


def find(paths: list[str]) -> list[Path]:
    """The scenario files under the paths: files as given, every .yaml below a folder."""
    found: list[Path] = []
    for one in map(Path, paths):
        found += sorted(path for path in one.rglob("*.y*ml") if path.is_file()) if one.is_dir() else [one]
    return found


def run(path: Path, library: Library, *, as_of: str) -> list[str] | None:
    """What differs from the file's `expect`; None if it has none. Raises BadInput."""
    return run_text(read_text(path), str(path), library, as_of=as_of)


def run_text(text: str, name: str, library: Library, *, as_of: str) -> list[str] | None:
    """The same for a scenario given as text."""
    entry = check_text(text, name, library, as_of=as_of)
    scenario = parse(text, name).value
    expected = scenario.pop("expect", None)
    return [*differences(entry, expected), *_variants(scenario, expected, name, library, as_of)] if expected is not None else None


def _variants(scenario: Mapping[str, Any], expected: Mapping[str, Any], name: str, library: Library, as_of: str) -> Iterator[str]:
    """The same for each variant: the scenario with a few facts changed."""
    for wanted in expected.get("variants", ()):
        told = f"if {wanted['if']}: "
        try:
            changed = varied(scenario, wanted["with"])
        except KeyError as error:
            yield f"{told}there is nothing at {error.args[0]}"
            continue
        entry = check_text(json.dumps(changed), name, library, as_of=as_of)
        yield from (told + difference for difference in differences(entry, wanted))


def differences(entry: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    """Each way in which an Assessment is not what was expected, one sentence each."""
    for key in ("verdict", "conduct"):
        if key in expected:
            yield from _among(key, entry[key], expected[key])
    if "verdict_range" in expected and entry["verdict_range"] != expected["verdict_range"]:
        yield f"verdict_range is {entry['verdict_range']}, expected {expected['verdict_range']}"
    for group in ("licenses", "releases"):
        known = {one["id"]: one for one in entry[group]}
        for name, wanted in expected.get(group, {}).items():
            yield from _one(f"{group}.{name}", known.get(name), wanted)
    yield from _lists(entry, expected)
    yield from _answers(entry, expected.get("answers", {}))
    said = _said(entry)
    for sentence in expected.get("must_say", ()):
        if sentence.casefold() not in said:
            yield f"does not say: {sentence}"
    for sentence in expected.get("must_not_say", ()):
        if sentence.casefold() in said:
            yield f"says, but must not: {sentence}"


def _among(what: str, found: str, wanted: Any) -> Iterator[str]:
    if found not in (wanted if isinstance(wanted, list) else [wanted]):
        yield f"{what} is {found}, expected {wanted}"


def _one(what: str, found: Mapping[str, Any] | None, wanted: Any) -> Iterator[str]:
    if found is None:
        yield f"{what} is not there"
        return
    for key, value in (wanted if isinstance(wanted, dict) else {"verdict": wanted}).items():
        yield from _among(f"{what} {key}", found[key], value)


def _lists(entry: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    statuses = _statuses(entry)
    obligations = set(statuses)
    found = {"obligations": obligations, "ethics": {one["flag"] for one in entry["ethics"]}, "regulation": {one["rule"] for one in entry["regulation"]},
             "unsettled": {one["id"] for one in entry["unsettled"]}}
    for group, have in found.items():
        wanted = expected.get(group)
        for name in wanted or ():
            if name not in have:
                yield f"{group}: {name} is missing"
            elif isinstance(wanted, Mapping):
                yield from _among(f"{group}: {name}", worst_conduct(statuses[name]), wanted[name])
        for name in expected.get(f"no_{group}", ()):
            if name in have:
                yield f"{group}: {name} must not be there"
        if wanted == [] and have:
            yield f"{group}: expected none, found {', '.join(sorted(have))}"
    asked = [one["fact"] for one in entry["questions"]]
    wanted = expected.get("questions")
    if wanted is not None and [one for one in asked if one in wanted] != wanted:
        yield f"questions are {asked}, expected in this order {wanted}"
    if wanted == [] and asked:
        yield f"questions: expected none, found {asked}"


def _statuses(entry: Mapping[str, Any]) -> dict[str, set[str]]:
    """`duty` and `license:duty` -> how it stands, over all releases."""
    found: dict[str, set[str]] = {}
    for one in entry["obligations"]:
        for word in (one["action"], f"{one['license']}:{one['action']}"):
            found.setdefault(word, set()).add(one["status"])
    return found


def _answers(entry: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    found = {one["fact"]: one["verdicts"] for one in entry["questions"]}
    found |= {one["id"]: {answer["id"]: answer["verdict"] for answer in one["positions"]} for one in entry["unsettled"]}
    for fact, wanted in expected.items():
        for answer, verdict in wanted.items():
            have = found.get(fact, {}).get(answer)
            if have != verdict:
                yield f"{fact} = {answer}: verdict is {have}, expected {verdict}"


def _said(entry: Mapping[str, Any]) -> str:
    """Everything the report itself says: what the scenario brought along does not count."""
    own = {key: value for key, value in entry.items() if key not in ("scenario", "inputs", "tool", "lineage")}
    return json.dumps(own, ensure_ascii=False).casefold()
