"""The gate: scan a repository, draft the scenario of each place, ask law and policy, apply waivers and baseline."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from checker.app.places import Task, of_repository, of_scenario
from checker.app.wording import problem
from checker.errors import BadInput
from checker.load import paths
from checker.load.book import Library
from checker.load.policy import load_policy, load_waivers, no_policy
from checker.load.strict_yaml import read_text
from checker.policy import baseline as baselines
from checker.policy.gate import Judged, judge

#: the files that are looked for in the folder that is gated
POLICY, WAIVERS, BASELINE = paths.POLICY, "licet.waivers.yaml", ".licet-baseline.json"


class Outcome(NamedTuple):
    """What the gate decided. `policy` is the file it went by, None where there is none."""

    entries: list[dict[str, Any]]
    passed: bool
    finished: bool
    policy: str | None


def gate(path: Path, library: Library, *, as_of: str, profile: str | None = None, policy: Path | None = None, waivers: Path | None = None,
         baseline: Path | None = None, new_only: bool = False, progress: Callable[..., Any] = iter) -> Outcome:
    """Gate a repository, or one scenario file. Raises BadInput for a policy, waivers or baseline that cannot be used."""
    root = home(path)
    shown = _shown(root)
    rules = _policy(policy or _there(root / POLICY), library, shown)
    rules["profile"] = profile or rules["profile"]
    exceptions = _waivers(waivers or _there(root / WAIVERS), library, rules, shown)
    known = _known(baseline or root / BASELINE) if new_only else None
    words = library.book().vocabulary.data["policy"]
    task = Task(root, library, rules, exceptions["agreements"], as_of, words)
    places = of_repository(task, progress) if path.is_dir() else [of_scenario(task, path)]
    passed = judge(places, rules, exceptions, known, as_of, words)
    for place in places:
        _finish(place, rules, exceptions, shown if path.is_dir() else "")
    finished = not any("errors" in place.entry for place in places)
    return Outcome([place.entry for place in places], passed, finished, rules["files"][0]["path"] if rules["files"] else None)


def validate(path: Path, library: Library, *, policy: Path | None = None, waivers: Path | None = None, baseline: Path | None = None) -> list[str]:
    """Read policy, waivers and baseline and judge nothing; the files that were read. Raises BadInput with all that is wrong in all of them."""
    root = home(path)
    shown, found, problems = _shown(root), [], []
    rules = no_policy(library)
    try:
        rules = _policy(policy or _there(root / POLICY), library, shown)
    except BadInput as error:
        problems += error.problems
    try:
        found = [one["path"] for one in (*rules["files"], *_waivers(waivers or _there(root / WAIVERS), library, rules, shown)["files"])]
    except BadInput as error:
        problems += error.problems
    known = baseline or _there(root / BASELINE)
    if known:
        _known(known)
        found.append(str(known))
    if problems:
        raise BadInput(problems)
    return found


def write_baseline(entries: Sequence[Mapping[str, Any]], as_of: str) -> str:
    """The baseline as JSON text."""
    return json.dumps(baselines.write(entries, as_of), ensure_ascii=False, indent=2) + "\n"


def compare(before: Path, after: Path) -> list[baselines.Change]:
    """What changed between two stored results or baselines. Raises BadInput."""
    return baselines.diff(_stored(before), _stored(after))


def home(path: Path) -> Path:
    """The folder whose policy, waivers and baseline count: the one that is gated, or the one that a scenario file belongs to."""
    return path if path.is_dir() else paths.root_of(path)


# ---- files -----------------------------------------------------------------------------------------------------------


def _there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _shown(root: Path) -> str:
    """The folder as locations name it: from the working directory where it lies inside, so that a CI finds the files."""
    relative = os.path.relpath(root).replace("\\", "/")
    return "" if relative == "." or relative.startswith("..") else relative + "/"


def _name(path: Path, shown: str) -> str:
    return shown + path.name if path.name in (POLICY, WAIVERS) else str(path)


def _policy(path: Path | None, library: Library, shown: str) -> dict[str, Any]:
    return load_policy(path, library, _name(path, shown)) if path else no_policy(library)


def _waivers(path: Path | None, library: Library, rules: Mapping[str, Any], shown: str) -> dict[str, Any]:
    if path is None:
        return {"files": [], "waivers": [], "agreements": None}
    return load_waivers(path, library, rules["longest_days"], _name(path, shown))


def _json(path: Path) -> Any:
    text = read_text(path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise BadInput([problem("stored_result_no_json", str(path), line, column)]) from None


def _known(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise BadInput([problem("no_baseline", str(path))])
    return {one["fingerprint"]: one for _, one in _stored(path)}


def _stored(path: Path) -> list[tuple[str, Mapping[str, Any]]]:
    """(place, concern) of a stored result or baseline."""
    value = _json(path)
    try:
        if isinstance(value, dict) and value.get("schema") == baselines.SCHEMA:
            found = [(str(one["place"]), one) for one in value["concerns"]]
            return [(place, {**one, "fingerprint": str(one["fingerprint"]), "words": [str(word) for word in one["words"]]}) for place, one in found]
        return baselines.told(value if isinstance(value, list) else [value])
    except (AttributeError, IndexError, KeyError, TypeError):
        raise BadInput([problem("stored_result_of_another_form", str(path), 1, 1)]) from None


# ---- the envelope ----------------------------------------------------------------------------------------------------


def _finish(place: Judged, rules: Mapping[str, Any], exceptions: Mapping[str, Any], shown: str) -> None:
    """Say in the Assessment what the gate went by; a concern of the place as a whole stands in a file that exists."""
    entry = place.entry
    files = entry.get("inputs", {}).get("files") or [{"path": entry.get("file")}]
    real = rules["files"][0]["path"] if rules["files"] else shown + POLICY
    named = {node["location"]["file"] for node in (entry.get("lineage") or {}).get("nodes", ())} - {files[0]["path"]}
    for concern in entry["gate"]["concerns"]:
        location = concern["location"]
        if location["file"] == files[0]["path"] and not (files[0]["path"] or "").endswith((".yaml", ".yml")):
            concern["location"] = {"file": shown + sorted(named)[0] if named else real, "line": max(1, location["line"])}
        elif shown and location["file"] not in {one["path"] for one in (*rules["files"], *exceptions["files"])}:
            concern["location"] = {**location, "file": shown + str(location["file"])}
    if "inputs" in entry:
        entry["inputs"] |= {key: group for key, group in (("policy", rules["files"]), ("waivers", exceptions["files"])) if group}
