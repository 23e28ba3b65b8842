"""The closed vocabulary: words, facts, forms, steps, acts, definitions, and the types of the names a condition may use.

Everything here is read from `rules/vocabulary/` by `checker.load.book`; this module only gives it a shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from checker.core.conditions import Evaluate, Tree, build, input_facts, names
from checker.core.wording import say

SUBJECTS = ("reach", "pair", "label", "release", "scenario")
LICENSE_FIELDS = ("id", "name", "licensor", "kind", "family", "effective")
GRANT_ITEM = {"act": "text", "conditions": "list", "beyond": "text", "released_as": "list", "own_derivatives_exempt": "text",
              "section": "text", "quote": "text"}
#: names that describe how a license reaches an artifact
REACH_TYPES = {
    "manner": "text", "manner.position": "text", "own": "bool", "first_own": "bool", "modifies": "bool", "trains": "bool",
    "improves_itself": "bool", "labeled": "bool", "by_label": "bool", "artifact.kind": "text", "artifact.name": "text", "certain": "bool",
}
#: functions of the condition language that speak of one license
NEEDS_LICENSE = {"derived", "agreement", "granted", "withheld", "met", "triggered", "exceeds", "admits", "competes", "taught_for"}
LABEL_TYPES = {"label.text": "text", "label.known": "bool", "label.altered": "bool", "label.on": "word:release|input"}


class Vocabulary:
    """The vocabulary of one book. `data` maps the stem of each file of `rules/vocabulary/` to its content."""

    def __init__(self, data: Mapping[str, Any], trees: Mapping[str, Tree] | None = None) -> None:
        self.data = data
        self.words: dict[str, dict[str, str]] = {**data["words"], "uses": data["uses"],
                                                 "conditions": data["conditions"],
                                                 "forms": {word: form["title"] for word, form in data["forms"].items()}}
        self.forms: dict[str, Any] = data["forms"]
        self.actions: dict[str, Any] = data["steps"]["actions"]
        self.roles: dict[str, str] = data["steps"]["roles"]
        self.manners: dict[str, Any] = data["steps"]["manners"]
        self.composition: dict[str, dict[str, str]] = data["steps"]["composition"]
        self.acts: dict[str, Any] = data["acts"]
        self.facts: dict[str, dict[str, Any]] = data["facts"]
        self.terms: dict[str, Any] = data["terms"]["terms"]
        self.conditions: dict[str, Any] = data["conditions"]
        self.manner_rank = {manner: rank for rank, manner in enumerate(self.manners)}
        self.region_groups = _closure(data["regions"]["groups"])
        self.region_aliases: dict[str, str] = data["regions"]["aliases"]
        self.elsewhere: str = data["regions"]["elsewhere"]
        self.questions: dict[str, Any] = data["questions"]
        self.sentences: dict[str, str] = data["sentences"]
        self.positions: tuple[str, ...] = tuple(data.get("positions", ()))     # ids of the unsettled questions
        self.trees: Mapping[str, Tree] = trees if trees is not None else {}
        self._types: dict[tuple[str, str | None], Mapping[str, str]] = {}
        self._built: dict[tuple[str, bool], tuple[Evaluate, list[str]]] = {}

    def sentence(self, name: str, **values: Any) -> str:
        """What the engine says under this id, of these values."""
        return say(self.sentences[name], values)

    def expression(self, key: str, hasty: bool = False) -> tuple[Evaluate, list[str]]:
        """(closure, names) of a named condition: `def:hosted`, `act:use`, `condition:noncommercial`; built on first use."""
        found = self._built.get((key, hasty))
        if found is None:
            tree = self.trees[key]
            found = self._built[key, hasty] = (build(tree, hasty), names(tree))
        return found

    @cached_property
    def input_facts(self) -> frozenset[str]:
        """The facts of inputs that some named condition asks for."""
        return input_facts(list(self.trees.values()))

    def defines(self, name: str) -> bool:
        """Is the name a definition?"""
        return "def:" + name in self.trees

    def fact(self, key: str) -> Mapping[str, Any] | None:
        """What the vocabulary says of the fact behind a key (`releases.api.regions`, `actor.home`); None if it is no such fact."""
        group, _, fact = split_key(key)
        facts: Mapping[str, Any] = self.facts.get("conduct" if fact.startswith("conduct.") else _GROUPS.get(group, ""), {})
        found: Mapping[str, Any] | None = facts.get(fact.removeprefix("conduct."))
        return found

    def region(self, code: str) -> str:
        """The code under which a region is kept (`UK` -> `GB`)."""
        return self.region_aliases.get(code, code)

    def inside(self, region: str, others: Any) -> bool:
        """Does the region lie in one of the others (DE in EU), or one of the others' members in it?"""
        region = self.region(region)
        return any(self._within(region, self.region(other)) for other in others)

    def overlap(self, regions: Any, others: Any) -> bool:
        """Do two lists of regions have any place in common (EU and DE do, WORLD and anything do)?"""
        return any(self._within(self.region(a), self.region(b)) or self._within(self.region(b), self.region(a))
                   for a in regions for b in others)

    def _within(self, inner: str, outer: str) -> bool:
        return inner == outer or outer == "WORLD" or inner in self.region_groups.get(outer, ())

    # ---- types of names ----------------------------------------------------------------------------------------------

    def types(self, subject: str, for_each: str | None = None) -> Mapping[str, str]:
        """Name -> type for the conditions of rules with this subject (and this `for_each`). Worked out once."""
        if (subject, for_each) not in self._types:
            self._types[subject, for_each] = self._all_types(subject, for_each)
        return self._types[subject, for_each]

    def _all_types(self, subject: str, for_each: str | None) -> dict[str, str]:
        found = dict.fromkeys(self.data["definitions"], "bool") if subject in ("reach", "pair", "label") else {}
        for group in ("actor", "release", "conduct"):
            prefix = {"actor": "actor.", "release": "release.", "conduct": "release.conduct."}[group]
            found |= {prefix + fact: self._fact_type(spec) for fact, spec in self.facts[group].items()}
        found |= {"release.id": "text", "release.released_as": self._words_type("released_as", many=True), "release.published": "bool",
                  "as_of": "date", "reaches": "list", "steps": "list", "own_licenses": "list", "any_alleged": "bool"}
        found |= self._element_types()
        if subject in ("release", "scenario"):
            found |= {name: "bool" for name in self.data["definitions"] if self._speaks_only_of("def:" + name, found)}
        if subject in ("reach", "pair", "label"):
            found |= self._reach_types()
        if subject == "pair":
            found |= {"other." + name: kind for name, kind in {**self._reach_types(), **dict.fromkeys(self.data["definitions"], "bool")}.items()}
        if subject == "label":
            found |= LABEL_TYPES | self._license_types("label.")
        if for_each:
            found |= self._item_types(for_each)
        # what a function's literal arguments may be, and which functions have no meaning here
        found |= {"shipped()": self._words_type("shippable"), "commercial_as()": self._words_type("commercial_kinds"),
                  "region()": "word:" + "|".join([*self.region_groups, *self.region_aliases, "WORLD"]),
                  "position()": "word:" + "|".join(self.positions)}
        if subject in ("release", "scenario"):
            found |= dict.fromkeys((f"{name}()" for name in sorted(NEEDS_LICENSE)), "barred")
        return found

    def _speaks_only_of(self, key: str, known: Mapping[str, str]) -> bool:
        """Does a definition, with those it uses, rest on these names alone?"""
        tree = self.trees.get(key)
        if tree is None or _calls(tree) & NEEDS_LICENSE:
            return False
        return all(name in known or self._speaks_only_of("def:" + name, known) for name in names(tree))

    def _element_types(self) -> dict[str, str]:
        """`collection[].field` -> type, for the collections a quantifier may run over."""
        definitions = dict.fromkeys(self.data["definitions"], "bool")
        found = {f"reaches[].{name}": kind for name, kind in {**self._reach_types(), **definitions}.items()}
        found |= {f"own_licenses[].{name}": kind for name, kind in self._license_types("").items()}
        found |= {f"steps[].{fact}": self._fact_type(spec) for fact, spec in self.facts["step"].items()}
        found |= {"steps[].id": "text", "steps[].action": "word:" + "|".join(self.actions), "steps[].own": "bool", "steps[].trains": "bool"}
        for group, prefix in (("actor", "actor."), ("conduct", "release.conduct.")):
            for fact, spec in self.facts[group].items():
                if spec["type"] == "records":
                    found |= {f"{prefix}{fact}[].{name}": self._fact_type(one) for name, one in spec["fields"].items()}
        return found

    def _reach_types(self) -> dict[str, str]:
        found = {"relation": self._words_type("relations"), **REACH_TYPES, **self._license_types("")}
        for group in ("input", "step"):
            found |= {f"{group}.{fact}": self._fact_type(spec) for fact, spec in self.facts[group].items()}
        return found | {"input.id": "text", "input.declared": "text", "step.id": "text", "step.action": "word:" + "|".join(self.actions)}

    def _license_types(self, prefix: str) -> dict[str, str]:
        found = {f"{prefix}license.{field}": "text" for field in LICENSE_FIELDS}
        for term, spec in self.terms.items():
            name = f"{prefix}terms.{term}"
            found[name] = "list" if spec.get("list") else "word:" + "|".join(spec["values"]) if "values" in spec else "text"
            for field, shape in self._fields(spec).items():
                found[f"{name}.{field}"] = self._shape_type(shape)
        return found

    def _item_types(self, for_each: str) -> dict[str, str]:
        if for_each == "grants":
            return {"item": "answer", "item.value": "text", **{f"item.{name}": kind for name, kind in GRANT_ITEM.items()}}
        spec = self.terms[for_each.removeprefix("terms.")]
        fields = {**self._fields(spec), "value": {"type": "string"}}
        return {"item": "any", **{f"item.{field}": self._shape_type(shape) for field, shape in fields.items()}}

    def _fields(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        return {**self.data["terms"]["fields"], **spec.get("fields", {})}

    def _fact_type(self, spec: Mapping[str, Any]) -> str:
        kind: str = spec["type"]
        if kind == "word":
            of = spec["of"]
            return "word:" + "|".join(self.words[of["words"]] if isinstance(of, dict) else of)
        if kind == "list":
            of = spec["of"]
            if isinstance(of, dict):
                words = of["words"]
                return "list:word:" + "|".join(self.words[words] if isinstance(words, str) else words)
            return f"list:{of}"
        return {"records": "list", "commercial": "bool"}.get(kind, kind)

    def _words_type(self, words: str, many: bool = False) -> str:
        return ("list:" if many else "") + "word:" + "|".join(self.words[words])

    def _shape_type(self, shape: Mapping[str, Any]) -> str:
        if "$shape" in shape:
            return "trigger" if shape["$shape"] == "trigger" else "any"
        if "vocabulary" in shape:
            words = shape["vocabulary"]
            return "region" if words == "regions" else self._words_type(words)
        if "enum" in shape:
            return "word:" + "|".join(shape["enum"])
        if shape.get("type") == "array":
            inner = self._shape_type(shape.get("items", {}))
            return "list" if inner == "any" else f"list:{inner}"
        return {"string": "text", "number": "number", "boolean": "bool"}.get(shape.get("type", ""), "any")


#: facts of a release that have facts of their own
_PARTS = ("conduct", "figures", "commercial")
_GROUPS = {"actor": "actor", "inputs": "input", "steps": "step", "releases": "release"}


def split_key(key: str) -> tuple[str, str, str]:
    """(group, id, fact) of a fact's key. Ids may hold dots: `inputs.qwen-2.5.license`, `releases.api.conduct.ships`, `actor.home`."""
    group, _, rest = key.partition(".")
    if group == "actor":
        return group, "", rest
    if group == "figures":
        return group, *rest.partition(".")[::2]
    for part in _PARTS if group == "releases" else ():
        name, found, inner = rest.rpartition(f".{part}.")
        if found:
            return group, name, f"{part}.{inner}"
    return group, *rest.rpartition(".")[::2]


def _calls(tree: Tree) -> set[str]:
    """The functions a condition calls."""
    if not isinstance(tree, list) or not tree or tree[0] == "const":
        return set()
    own = {tree[1]} if tree[0] == "call" else set()
    return own.union(*(_calls(part) for part in tree[1:] if isinstance(part, list)))


def _closure(groups: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    """Each group with all it contains, groups within groups resolved."""
    found: dict[str, frozenset[str]] = {}

    def members(group: str) -> frozenset[str]:
        if group not in found:
            direct = groups[group]
            found[group] = frozenset(direct).union(*(members(inner) for inner in direct if inner in groups and inner != group))
        return found[group]

    for group in groups:
        members(group)
    return found
