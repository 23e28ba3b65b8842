"""Read everything below rules/: vocabulary, rules, positions, profiles, norms; checked, conditions parsed.

A rule that cannot work is refused here, before it could be left out in silence; what is merely bad style is left to `licet lint`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from checker.core.conditions import ConditionError, Tree, names, nearest, parse
from checker.core.rule import VERDICT_EFFECTS
from checker.core.vocabulary import LICENSE_FIELDS, Vocabulary
from checker.core.wording import PLACEHOLDER
from checker.errors import BadInput, Problem
from checker.load import schema as schemas
from checker.load import shape
from checker.load.strict_yaml import Document, load


def read_rules(root: Path, names: list[str]) -> dict[str, Any]:
    """Every file under rules/, checked, conditions parsed. Raises BadInput with every problem."""
    problems: list[Problem] = []
    by_folder: dict[str, dict[str, Document]] = {}
    for name in names:
        folder, stem = name.split("/")[1], name.rpartition("/")[2][:-5]
        try:
            by_folder.setdefault(folder, {})[stem] = load(root / name, name)
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    words = {**{stem: document.value for stem, document in by_folder["vocabulary"].items()}, "positions": sorted(by_folder.get("positions", ()))}
    trees = _vocabulary_trees(Vocabulary(words), by_folder["vocabulary"])
    vocabulary = Vocabulary(words, trees)
    kinds = {"positions": "position", "profiles": "profile", "norms": "norm"}
    rules = []
    for folder, group in by_folder.items():
        if folder == "vocabulary":
            continue
        schema = schemas.schema(kinds.get(folder, "rule"), vocabulary)
        for stem, document in group.items():
            shape.check(schema, document)
            if not document.problems and document.value["id"] != stem:
                document.problem(("id",), "id_not_the_file", name=stem)
            if folder not in kinds and not document.problems:
                for path, name, values in _impossible(vocabulary, document.value):
                    document.problem(path, name, **values)
                rules.append({"data": document.value, "trees": _rule_trees(vocabulary, document)})
    _refuse_overrides({stem: document for folder, group in by_folder.items() if folder not in (*kinds, "vocabulary")
                       for stem, document in group.items() if not document.problems})
    problems = [problem for group in by_folder.values() for document in group.values() for problem in document.problems]
    if problems:
        raise BadInput(sorted(problems))
    return {
        "vocabulary": vocabulary.data, "trees": trees, "rules": _apply_overrides(rules),
        **{folder: {stem: document.value for stem, document in by_folder.get(folder, {}).items()} for folder in kinds},
    }


def _vocabulary_trees(vocabulary: Vocabulary, documents: dict[str, Any]) -> dict[str, Tree]:
    """The conditions of definitions, acts and conditions, parsed; a definition may not use itself."""
    types = vocabulary.types("reach")
    trees: dict[str, Tree] = {}
    for name, text in vocabulary.data["definitions"].items():
        _parse_into(trees, f"def:{name}", text, types, documents["definitions"], (name,))
    for name, act in vocabulary.acts.items():
        _parse_into(trees, f"act:{name}", act["when"], types, documents["acts"], (name, "when"))
    for name, one in vocabulary.conditions.items():
        if "when" in one:
            _parse_into(trees, f"condition:{name}", one["when"], types, documents["conditions"], (name, "when"))
    _refuse_cycles(trees, documents["definitions"])
    return trees


def _parse_into(trees: dict[str, Tree], key: str, text: Any, types: Mapping[str, str], document: Any, path: tuple[Any, ...]) -> None:
    try:
        trees[key] = parse(str(text), types)
    except ConditionError as error:
        document.note(path, str(error))


def _refuse_cycles(trees: dict[str, Tree], document: Any) -> None:
    def reaches(name: str, seen: tuple[str, ...]) -> bool:
        key = "def:" + name
        return name in seen or (key in trees and any(reaches(inner, (*seen, name)) for inner in names(trees[key])))

    for key in [key for key in trees if key.startswith("def:")]:
        if reaches(key[4:], ()):
            document.problem((key[4:],), "definition_of_itself")
            trees[key] = ["const", False]


def _rule_trees(vocabulary: Vocabulary, document: Any) -> dict[str, Tree]:
    data = document.value
    types = vocabulary.types(data["subject"], data.get("for_each"))
    trees: dict[str, Tree] = {}
    for field in ("when", "done"):
        if field in data:
            _parse_into(trees, field, data[field], types, document, (field,))
    return trees


#: effect -> the axis it is of, and what the rule must say beside
_EFFECTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "grants": ("legal", ()), "needs_permission": ("legal", ("remedy",)), "forbids": ("legal", ("remedy",)), "requires": ("legal", ("action", "remedy")),
    "reserves": ("legal", ()), "notes": ("legal", ()), "flags": ("ethics", ("flag", "strength", "norms", "answers")),
    "regulates": ("regulation", ("status", "norms"))}
#: place, id and values of problems
Found = Iterator[tuple[tuple[Any, ...], str, dict[str, Any]]]


def _impossible(vocabulary: Vocabulary, data: Mapping[str, Any]) -> Found:
    """What keeps a rule of the right form from ever working."""
    effect = data["effect"]
    axis, needs = _EFFECTS[effect]
    for field in needs:
        if not data.get(field):
            yield ("effect",), "effect_without_field", {"effect": effect, "field": field}
    if data["axis"] != axis:
        yield ("axis",), "effect_of_axis", {"effect": effect, "axis": axis}
    if effect in VERDICT_EFFECTS and data["subject"] not in ("reach", "pair", "label"):
        yield ("subject",), "effect_of_subject", {"effect": effect, "subject": data["subject"]}
    term = str(data.get("for_each", "")).removeprefix("terms.")
    if "values" in vocabulary.terms.get(term, {}):
        yield ("for_each",), "term_is_no_list", {"term": term}
    yield from _placeholders(vocabulary, data)


def _placeholders(vocabulary: Vocabulary, data: Mapping[str, Any]) -> Found:
    """Every placeholder of the wording stands for something."""
    types = vocabulary.types(data["subject"], data.get("for_each"))
    known = {*types, "value", "act", "acts", "term.section", "term.quote", *(f"other.license.{field}" for field in LICENSE_FIELDS)}
    for field in ("message", "remedy", "object", "text", "answers"):
        for name in PLACEHOLDER.findall(str(data.get(field, ""))):
            if name not in known:
                hint = nearest(name, [one for one in known if "[" not in one and "(" not in one]).strip()
                yield (field,), "unknown_placeholder", {"name": name, "hint": hint}


def _apply_overrides(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An exception becomes "… and not" on the rule it overrides, whatever the order of files. Circles were refused before."""
    exceptions: dict[str, list[str]] = {}
    for one in rules:
        for other in one["data"].get("overrides", ()):
            exceptions.setdefault(other, []).append(one["data"]["id"])
    by_id = {one["data"]["id"]: one for one in rules}
    done: dict[str, Tree] = {}

    def effective(rule_id: str) -> Tree:
        if rule_id not in done:
            nots = [["not", effective(exception)] for exception in sorted(exceptions.get(rule_id, ()))]
            when = by_id[rule_id]["trees"]["when"]
            done[rule_id] = ["and", when, *nots] if nots else when
        return done[rule_id]

    return [{"data": one["data"], "trees": {**one["trees"], "when": effective(one["data"]["id"])}} for one in rules]


def _refuse_overrides(documents: Mapping[str, Any]) -> None:
    """An exception binds a rule that exists, of the same subject and item, and overrides never run in a circle."""

    def circular(rule_id: str, seen: tuple[str, ...]) -> bool:
        named = documents[rule_id].value.get("overrides", ()) if rule_id in documents else ()
        return rule_id in seen or any(circular(other, (*seen, rule_id)) for other in named)

    for rule_id, document in documents.items():
        for index, other in enumerate(document.value.get("overrides", ())):
            if other not in documents:
                document.problem(("overrides", index), "overrides_no_rule", name=other)
            elif any(document.value.get(key) != documents[other].value.get(key) for key in ("subject", "for_each")):
                document.problem(("overrides", index), "overrides_other_subject", name=other)
        if document.value.get("overrides") and circular(rule_id, ()):
            document.problem(("overrides",), "overrides_in_a_circle")


