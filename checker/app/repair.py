"""Ways out: the models that may be swapped in, the repairs of a scenario, and a scenario file with a repair made."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checker.app.wording import problem
from checker.core.changes import Candidate
from checker.core.figures import measure_of, month_before
from checker.core.repair import Wanted, repairs
from checker.core.scenario import Input, Scenario
from checker.core.study import Study, study
from checker.core.vocabulary import split_key
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.scenario import parse_scenario
from checker.load.sources import Sources
from checker.load.strict_yaml import parse

#: licenses judged where somebody asks for repairs and nothing else; a check looks at fewer
MAX_JUDGED = 20_000
#: other models under the same license that are told
MOST_ALSO = 5
_STAND_IN = "candidate"


def wanted(scenario: Scenario, library: Library, *, candidates: Sequence[str] = (), any_model: bool = False, **more: Any) -> Wanted:
    """What to look for: the models named here and in the scenario, or `any_model` of the registry. Raises BadInput for a model it does not know."""
    named = list(dict.fromkeys([*candidates, *(scenario.source.get("candidates") or ())]))
    if not named and not any_model:
        return Wanted(**more)
    usable = _named(named, scenario, library) + (_of_registry(scenario, library) if any_model else [])
    replaced = [item for item in scenario.inputs if "~" not in item.id and (item.facts.get("kind") or "model") == "model"]
    return Wanted({item.id: [_standing_in(one, item) for one in usable if _takes_in(one, item) or one.model in named] for item in replaced}, **more)


def _named(models: Iterable[str], scenario: Scenario, library: Library) -> list[Candidate]:
    registry = Sources(library).registry
    unknown = [problem("unknown_candidate", scenario.file or "candidates", name=model[:80]) for model in models if registry.find(model) is None]
    if unknown:
        raise BadInput(unknown)
    return [_candidate(model, scenario.as_of, library) for model in models]


def _of_registry(scenario: Scenario, library: Library) -> list[Candidate]:
    """One model for each license of the registry, the newest, with others under the same; only models that are not made from others."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for entry in Sources(library).registry.exact():
        if entry.get("license") and not entry.get("derived_from") and str(entry.get("released") or "") <= scenario.as_of:
            groups.setdefault((entry["license"], *sorted(entry.get("modalities", ()))), []).append(entry)
    found = []
    for _, entries in sorted(groups.items()):
        models = [entry["model"] for entry in sorted(entries, key=lambda one: (str(one.get("released") or ""), one["model"]), reverse=True)]
        found.append(_candidate(models[0], scenario.as_of, library)._replace(also=tuple(models[1:1 + MOST_ALSO])))
    return found


def _candidate(model: str, as_of: str, library: Library) -> Candidate:
    """The model as the loader understands it, with what lies behind it."""
    document = json.dumps({"as_of": as_of, "inputs": [{"id": _STAND_IN, "model": model}]}, ensure_ascii=False)
    return Candidate(model, parse_scenario(document, library, name="candidates").inputs)


def _standing_in(candidate: Candidate, item: Input) -> Candidate:
    """The candidate under the id of the input it would replace."""

    def renamed(name: str) -> str:
        return item.id + name.removeprefix(_STAND_IN)

    kind = {"kind": item.facts["kind"]} if item.facts.get("kind") else {}
    return candidate._replace(inputs=tuple(
        one._replace(id=renamed(one.id), made_from=tuple(reference._replace(id=renamed(reference.id)) for reference in one.made_from),
                     facts={**one.facts, **(kind if one.id == _STAND_IN else {})}, line=item.line) for one in candidate.inputs))


def _takes_in(candidate: Candidate, item: Input) -> bool:
    """Does the candidate take in what the input does, as far as both are known?"""
    theirs, ours = candidate.inputs[0].facts.get("modalities"), item.facts.get("modalities")
    return not theirs or not ours or set(ours) <= set(theirs)


def find(scenario: Scenario, library: Library, options: Wanted, studied: Study | None = None) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """(repairs, how far was looked) of a scenario, as in the Assessment."""
    book = library.book()
    return repairs(book, scenario, studied or study(book, scenario), options)


def find_text(text: str, name: str, library: Library, *, as_of: str, profile: str | None = None, candidates: Sequence[str] = (), any_model: bool = False,
              **more: Any) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """(repairs, how far was looked) of a scenario given as text; `more` are fields of `Wanted`. Raises BadInput."""
    scenario = parse_scenario(text, library, name=name, as_of=as_of, profile=profile)
    return find(scenario, library, wanted(scenario, library, candidates=candidates, any_model=any_model, max_judged=MAX_JUDGED, **more))


def as_text(found: Sequence[Mapping[str, Any]], search: Mapping[str, Any] | None) -> str:
    """The ways out as a text of their own."""
    from checker.report.text import document

    return document(found, search)


# ---- a file with a repair made ---------------------------------------------------------------------------------------


def apply(text: str, repair: Mapping[str, Any]) -> str:
    """The scenario file `text` with a repair of its Assessment made; all else, comments too, stays as it is. Raises BadInput where it cannot be written."""
    from ruamel.yaml import YAML
    from ruamel.yaml.util import load_yaml_guess_indent

    parse(text, "scenario").check()
    _, indent, offset = load_yaml_guess_indent(text)
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=indent or 4, offset=2 if offset is None else offset)
    document = yaml.load(text)
    for change in repair["changes"]:
        _write(document, change)
    written = io.StringIO()
    yaml.dump(document, written)
    return written.getvalue()


def _write(document: Any, change: Mapping[str, Any]) -> None:
    path = change["path"]
    if change["change"] == "find_out":
        _write_answer(document, str(path), change["values"])
    elif path[0] == "agreements":
        _append(document, "agreements", change["to"])
    elif path[0] == "releases":
        _write_release(_release(document, path[1]), path[2:], change["from"], change["to"])
    elif change["to"] is not None:
        entry = _entry(document["inputs"], path[1])
        for key in [key for key in entry if key not in ("id", "kind")]:
            del entry[key]
        entry["model"] = change["to"]
    else:
        document["inputs"].remove(_entry(document["inputs"], path[1]))
        for step in document.get("steps") or ():
            for reference in [one for one in step.get("from") or () if (one if isinstance(one, str) else one["id"]) == path[1]]:
                step["from"].remove(reference)


def _entry(entries: Any, name: str) -> Any:
    found = next((one for one in entries or () if (one.get("id") or one.get("of")) == name), None)
    if found is None:
        raise BadInput([problem("nothing_of_this_name", "repair", name=name)])
    return found


def _release(document: Any, name: str) -> Any:
    """A release of the file; one that was assumed is written down first."""
    found = next((one for one in document.get("releases") or () if (one.get("id") or one["of"]) == name), None)
    if found is None:
        found = {"id": name, "of": name.removesuffix("~internal"), "form": "internal"}
        _append(document, "releases", found)
        found = document["releases"][-1]
    return found


def _append(owner: Any, key: str, value: Any) -> None:
    """Add to a list, which may be empty, null or not there."""
    if owner.get(key):
        owner[key].append(value)
    else:
        owner[key] = [value]


def _write_release(release: Any, path: Sequence[str], before: Any, after: Any) -> None:
    *_, fact = path
    owner = release
    if path[0] == "conduct":
        if not release.get("conduct"):
            release["conduct"] = {}
        owner = release["conduct"]
    if isinstance(after, Mapping):
        _append(owner, fact, dict(after))
    elif after is None:
        owner[fact].remove(before)
    else:
        owner[fact] = after


def _write_answer(document: Any, key: str, values: Sequence[Any]) -> None:
    """An answer to an open question, where the form has a place for it; where several will do, they stay open among each other."""
    measure = measure_of(key)
    if measure is not None:
        owner = _release(document, measure.release) if measure.release else document.setdefault("actor", {})
        date = {"date": month_before(measure.day)} if measure.day else {}
        _append(owner, "figures", {"metric": measure.metric, "scope": measure.scope, **values[0], **date})
        return
    group, name, fact = split_key(key.replace(".commercial.", ".commercial/"))
    if group == "conditions":
        document.setdefault(group, {}).setdefault(name, {})[fact] = values[0]
        return
    if group not in ("actor", "inputs", "steps", "releases") or any("ZZ" in (one if isinstance(one, list) else [one]) for one in values):
        raise BadInput([problem("no_value_for_the_answer", "repair", fact=key)])
    owner = document.setdefault("actor", {}) if group == "actor" else _release(document, name) if group == "releases" else _entry(document[group], name)
    if fact == "happened":
        owner["certainty"] = "confirmed" if values[0] else "refuted"
    elif fact in ("license", "action", "form") and group != "actor" and (group, fact) != ("releases", "license"):
        owner[fact] = values[0] if len(values) == 1 else {"one_of": list(values)}
        owner.pop("family", None)
    elif fact.startswith("commercial/"):
        owner["commercial"][fact.partition("/")[2]] = values[0]
    elif fact.startswith("conduct."):
        _write_release(owner, fact.split("."), None, values[0])
    else:
        owner[fact] = values[0]
