"""JSON Schemas (draft-07) of every file that licet reads, derived from the vocabulary: the one source of truth.

`licet schema NAME` prints them for editors; `checker.load.shape` checks files against them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from checker.core.license import KINDS
from checker.core.rule import EFFECTS
from checker.core.verdict import CONDUCT, DEPENDS, NOT_ENOUGH_FACTS, VERDICTS
from checker.core.vocabulary import SUBJECTS, Vocabulary
from checker.load.problems import fragment

Schema = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"
TEXT: Schema = {"type": "string", "maxLength": 20_000}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 300}
DATE: Schema = {"type": "string", "pattern": r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
                "description": fragment("write_a_date")}
DAY: Schema = {"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
               "description": fragment("write_a_day")}
IDENTIFIER: Schema = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._+~-]{0,99}$",
                      "description": fragment("an_id_is")}
#: upper limit of entries in any list of a scenario
MANY = 20_000


def record(properties: Mapping[str, Any], required: tuple[str, ...] = (), **more: Any) -> Schema:
    """A mapping with exactly these keys."""
    return {"type": "object", "additionalProperties": False, "properties": dict(properties), "required": list(required), **more}


def words(values: Any) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(values)}


def many(item: Schema, least: int = 0) -> Schema:
    """A list of these."""
    return {"type": "array", "items": item, "minItems": least, "maxItems": MANY}


def maybe(schema: Schema) -> Schema:
    """This, or null where it is not known."""
    if "type" in schema and isinstance(schema["type"], str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(schema: Schema) -> Schema:
    """This, or `{one_of: [...]}` where several are possible."""
    return {"anyOf": [schema, record({"one_of": many(schema, 1)}, ("one_of",))]}


# ---- facts -----------------------------------------------------------------------------------------------------------


def _fact(vocabulary: Vocabulary, spec: Mapping[str, Any]) -> Schema:
    kind = spec["type"]
    if kind == "word":
        return maybe(words(_words_of(vocabulary, spec["of"])))
    if kind == "list":
        of = spec["of"]
        item = words(_words_of(vocabulary, of)) if isinstance(of, Mapping) else _region(vocabulary) if of == "region" else NAME
        return maybe(many(item))
    if kind == "records":
        fields = {name: _plain(vocabulary, one) for name, one in spec["fields"].items()}
        return maybe(many(record(fields, tuple(name for name, one in spec["fields"].items() if one.get("required")))))
    if kind == "commercial":
        kinds = record({word: {"type": ["boolean", "null"]} for word in vocabulary.words["commercial_kinds"]}, minProperties=1)
        return {"anyOf": [{"type": ["boolean", "null"]}, kinds]}
    return maybe(_plain(vocabulary, spec))


def _plain(vocabulary: Vocabulary, spec: Mapping[str, Any]) -> Schema:
    if spec["type"] == "word":
        return words(_words_of(vocabulary, spec["of"]))
    simple: dict[str, Schema] = {"text": TEXT, "bool": {"type": "boolean"}, "number": {"type": "number", "minimum": 0}, "date": DATE}
    return _region(vocabulary) if spec["type"] == "region" else simple[spec["type"]]


def _words_of(vocabulary: Vocabulary, of: Any) -> list[str]:
    if isinstance(of, Mapping):
        of = of["words"]
    return list(vocabulary.words[of]) if isinstance(of, str) else list(of)


def _region(vocabulary: Vocabulary) -> Schema:
    """A country code, a group, or an alias."""
    return {"type": "string", "pattern": "^([A-Z]{2}|" + "|".join([*vocabulary.region_groups, *vocabulary.region_aliases, "WORLD"]) + ")$",
            "description": fragment("write_a_region")}


def _facts(vocabulary: Vocabulary, group: str) -> dict[str, Schema]:
    return {name: _fact(vocabulary, spec) for name, spec in vocabulary.facts[group].items()}


# ---- the scenario ----------------------------------------------------------------------------------------------------


def scenario(vocabulary: Vocabulary) -> Schema:
    """The schema of a scenario file."""
    certainty = words(vocabulary.words["certainties"])
    figure = _figure(vocabulary, certainty)
    reference = {"anyOf": [IDENTIFIER, record({"id": IDENTIFIER, "as": words(vocabulary.roles), "action": words(vocabulary.actions)}, ("id",))]}
    action = one_of(words(vocabulary.actions))
    amount = {"type": "number", "minimum": 0}
    short = {metric: {"anyOf": [{"type": ["number", "null"], "minimum": 0},
                                record({"above": amount, "below": amount}, minProperties=1)]}
             for metric in vocabulary.words["metrics"]}
    license_text = one_of(NAME)
    conduct = record(_facts(vocabulary, "conduct"))
    asked = {word: {"type": "boolean"} for word, one in vocabulary.conditions.items() if "ask" in one}
    properties: dict[str, Schema] = {
        "title": {"type": "string", "minLength": 1, "maxLength": 1_000_000},
        "as_of": DAY,
        "source": many(record({"document": TEXT, "sentence": TEXT, "url": TEXT})),
        "note": TEXT,
        "actor": record({**_facts(vocabulary, "actor"), "figures": many(figure), **short}),
        "agreements": maybe(many(record({"with": NAME, "licenses": many(NAME, 1), "from": DATE, "until": DATE, "reference": TEXT,
                                         "certainty": certainty}, ("licenses",)))),
        "inputs": many(record({"id": IDENTIFIER, "model": NAME, "family": NAME, "license": maybe_any(license_text), "declared": NAME,
                               "from": many(reference), "action": words(vocabulary.actions), "certainty": certainty, "note": TEXT,
                               **_facts(vocabulary, "input")}, ("id",))),
        "steps": many(record({"id": IDENTIFIER, "action": action, "from": many(reference), "by": NAME, "certainty": certainty, "note": TEXT,
                              **_facts(vocabulary, "step")}, ("id", "action"))),
        "releases": many(record({"id": IDENTIFIER, "of": IDENTIFIER, "certainty": certainty, "figures": many(figure), "conduct": conduct,
                                 "note": TEXT, **_facts(vocabulary, "release"), "form": maybe_any(one_of(words(vocabulary.forms)))}, ("of",))),
        "positions": {"type": "object", "additionalProperties": {"anyOf": [NAME, {"type": "object", "additionalProperties": NAME}]}},
        "conditions": {"type": "object", "additionalProperties": record(asked, minProperties=1)},
        "profile": NAME,
        "candidates": many(NAME),
        "expect": expectation(),
    }
    return {"$schema": DRAFT, "title": "licet scenario", **record(properties, ("inputs",))}


def maybe_any(schema: Schema) -> Schema:
    """One of several shapes, or null."""
    return {"anyOf": [*schema["anyOf"], {"type": "null"}]}


def _figure(vocabulary: Vocabulary, certainty: Schema) -> Schema:
    amount = {"type": "number", "minimum": 0}
    return record({"metric": words(vocabulary.words["metrics"]), "scope": words(vocabulary.words["counted_over"]), "value": amount,
                   "above": amount, "below": amount, "date": DATE, "certainty": certainty, "source": TEXT}, ("metric",))


def expectation() -> Schema:
    """What a scenario file may say of its own outcome; `licet test` compares."""
    verdict = words([*VERDICTS, NOT_ENOUGH_FACTS, DEPENDS])
    conduct = words(CONDUCT)
    names = many(NAME)
    statuses = {"anyOf": [conduct, many(conduct, 1)]}
    one = record({"verdict": {"anyOf": [verdict, many(verdict, 1)]}, "conduct": statuses})
    outcome = {
        "verdict": verdict, "verdict_range": many(verdict), "conduct": statuses,
        "licenses": {"type": "object", "additionalProperties": {"anyOf": [verdict, one]}},
        "releases": {"type": "object", "additionalProperties": {"anyOf": [verdict, one]}},
        "obligations": {"anyOf": [names, {"type": "object", "additionalProperties": statuses, "minProperties": 1}]}, "no_obligations": names,
        "ethics": names, "no_ethics": names, "regulation": names, "no_regulation": names, "questions": names, "unsettled": names, "no_unsettled": names,
        "answers": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": verdict}},
        "must_say": many(TEXT), "must_not_say": many(TEXT)}
    variant = record({"if": NAME, "with": {"type": "object", "minProperties": 1}, **outcome}, ("if", "with"), minProperties=3)
    return record({**outcome, "variants": many(variant)})


# ---- the book --------------------------------------------------------------------------------------------------------


def license_file(vocabulary: Vocabulary) -> Schema:
    """The schema of a license file."""
    terms = {name: _term(vocabulary, spec) for name, spec in vocabulary.terms.items()}
    names = many(NAME)
    properties: dict[str, Schema] = {
        "id": IDENTIFIER, "name": NAME, "licensor": NAME,
        "kind": words(list(KINDS)),
        "family": NAME, "effective": DATE, "replaces": IDENTIFIER, "replaced_by": IDENTIFIER,
        "identifiers": record(dict.fromkeys(("spdx", "huggingface", "license_name", "scancode", "names", "urls"), names)),
        "text": record({"url": TEXT, "sha256": TEXT, "words": {"type": "integer"}, "incomplete": TEXT}),
        "policies": many(record({"name": NAME, "url": TEXT, "sha256": TEXT, "words": {"type": "integer"}}, ("name",))),
        "summary": TEXT, "note": TEXT,
        "terms": record(terms, tuple(terms)),
    }
    return {"$schema": DRAFT, "title": "licet license",
            **record(properties, ("id", "name", "licensor", "kind", "identifiers", "text", "summary", "terms"))}


def _term(vocabulary: Vocabulary, spec: Mapping[str, Any]) -> Schema:
    fields = {name: _field(vocabulary, shape) for name, shape in {**vocabulary.data["terms"]["fields"], **spec.get("fields", {})}.items()}
    if spec.get("list"):
        return many(record(fields, (*spec["required"], "section", "quote")))
    if spec.get("text"):
        return maybe(record({"value": TEXT, **fields}, ("value", "section", "quote")))
    answer = _answer(spec, fields)
    if "parts" not in spec:
        return answer
    whole = record({**dict.fromkeys(spec["parts"], answer), "note": TEXT, "doubt": TEXT, "section": TEXT, "quote": TEXT}, tuple(spec["parts"]))
    return {"anyOf": [words(spec["short"]), whole]}


def _answer(spec: Mapping[str, Any], fields: Mapping[str, Schema]) -> Schema:
    value = {"anyOf": [words(spec["values"]), _position(words(spec["values"]))]}
    return {"anyOf": [words(spec["short"]), record({"value": value, **fields}, ("value",))]}


def _position(value: Schema) -> Schema:
    return record({"position": IDENTIFIER, "readings": {"type": "object", "additionalProperties": value}}, ("position", "readings"))


def _field(vocabulary: Vocabulary, shape: Mapping[str, Any]) -> Schema:
    if "$shape" in shape:
        inner = vocabulary.data["terms"]["shapes"][shape["$shape"]]
        return record({name: _field(vocabulary, one) for name, one in inner["properties"].items()}, tuple(inner.get("required", ())))
    if "anyOf" in shape:
        return {"anyOf": [_field(vocabulary, one) for one in shape["anyOf"]]}
    if "vocabulary" in shape:
        word = _region(vocabulary) if shape["vocabulary"] == "regions" else words(vocabulary.words[shape["vocabulary"]])
        return {"anyOf": [word, _position(word)]} if shape.get("position") else word
    if "enum" in shape:
        return {"anyOf": [words(shape["enum"]), _position(words(shape["enum"]))]} if shape.get("position") else words(shape["enum"])
    if shape.get("type") == "array":
        several = {**{key: value for key, value in shape.items() if key not in ("items", "position")}, "items": _field(vocabulary, shape.get("items", {}))}
        return {"anyOf": [several, _position(several)]} if shape.get("position") else several
    return {**dict(shape), **({"maxLength": 20_000} if shape.get("type") == "string" else {})}


def rule(vocabulary: Vocabulary) -> Schema:
    """The schema of a rule file."""
    example = record({"name": NAME, "facts": {"type": "object"}, "expect": words(["fires", "silent", "unknown"])}, ("name", "facts", "expect"))
    acts = {"anyOf": [words(["item"]), many(words(vocabulary.acts), 1)]}
    names = many(NAME)
    properties: dict[str, Schema] = {
        "id": IDENTIFIER, "axis": words(["legal", "regulation", "ethics"]), "subject": words(SUBJECTS),
        "for_each": words(["grants", *(f"terms.{name}" for name in vocabulary.terms)]), "term": words(vocabulary.terms),
        "title": NAME, "when": {"anyOf": [TEXT]}, "effect": words(EFFECTS), "acts": acts, "overrides": names,
        "action": words(vocabulary.words["duties"]), "object": TEXT, "text": TEXT, "done": TEXT, "message": TEXT, "remedy": TEXT, "why": TEXT,
        "compatible": words(["no", "depends"]),
        "flag": IDENTIFIER, "about": words(["actor", "licensor", "publisher"]), "strength": words(["direct", "analogous", "attributed"]),
        "norms": names, "opposing": names, "answers": TEXT,
        "status": words(["law", "guideline", "code_of_practice", "bill", "measure"]), "in_force": DATE,
        "examples": many(example), "not_open": TEXT,
    }
    return {"$schema": DRAFT, "title": "licet rule", **record(properties, ("id", "axis", "subject", "title", "when", "effect", "message", "why", "examples"))}


def position() -> Schema:
    """The schema of a position file."""
    holder = record(dict.fromkeys(("who", "where", "since", "source", "read"), TEXT) | {"unverified": {"type": "boolean"}, "note": TEXT}, ("who",))
    answer = record({"id": IDENTIFIER, "title": NAME, "effect": TEXT, "holders": many(holder)}, ("id", "title"))
    example = record({"name": NAME, "rule": IDENTIFIER, "facts": {"type": "object"}, "expect": {"type": "object", "additionalProperties": NAME}},
                     ("name", "facts", "expect"))
    return {"$schema": DRAFT, "title": "licet position", **record({
        "id": IDENTIFIER, "question": NAME, "matters": TEXT, "background": {"type": "boolean"}, "answers": many(answer, 1), "note": TEXT,
        "profiles": {"type": "object", "additionalProperties": NAME}, "jurisdictions": {"type": "object", "additionalProperties": TEXT},
        "examples": many(example, 1), "not_shown": TEXT,
    }, ("id", "question", "answers", "profiles"))}


def norm() -> Schema:
    """The schema of a norm file."""
    kinds = ["norm", "law", "guideline", "code_of_practice", "bill", "measure", "judgement", "statement", "licensor_text"]
    return {"$schema": DRAFT, "title": "licet norm", **record({
        "id": IDENTIFIER, "title": NAME, "kind": words(kinds), "provision": TEXT, "url": maybe(TEXT), "read": TEXT, "in_force": maybe(DATE),
        "holders": many(TEXT), "opposes": many(NAME), "unverified": {"type": "boolean"}, "note": TEXT, "date": DATE,
    }, ("id", "title", "kind", "provision"))}


def profile() -> Schema:
    """The schema of a profile file: a name, and an answer to any unsettled question."""
    return {"$schema": DRAFT, "title": "licet profile", **record({
        "id": IDENTIFIER, "title": NAME, "summary": TEXT, "extends": NAME, "positions": {"type": "object", "additionalProperties": NAME},
    }, ("id",))}


def registry(vocabulary: Vocabulary) -> Schema:
    """The schema of a model registry file."""
    base = record({"model": NAME, "action": words(vocabulary.actions)}, ("model",))
    model = record({"match": NAME, "license": NAME, "family": NAME, "released": DATE, "modalities": many(words(vocabulary.words["modalities"])),
                    "derived_from": many(base), "hub_tag": TEXT, "source": TEXT, "checked": DATE, "note": TEXT}, ("match", "license"))
    return {"$schema": DRAFT, "title": "licet models", **record({
        "publisher": NAME, "models": many(model), "aliases": {"type": "object", "additionalProperties": NAME}}, ("publisher",))}


def names(kind: str) -> Schema:
    """The schema of a file of names: `words`, `families`, `listed` or `hub`."""
    many_names = many(NAME)
    family = record({"names": many_names, "licenses": many(IDENTIFIER)}, ("names", "licenses"))
    listed = record({"id": IDENTIFIER, "name": NAME, **dict.fromkeys(("spdx", "tags", "names", "urls"), many_names)}, ("id", "name"))
    pattern = record({"match": NAME, "name": NAME}, ("match", "name"))
    of_words: dict[str, Schema] = {**dict.fromkeys(("left_out", "changed", "joins", "ordinary", "silent"), many_names), "addresses": many(pattern),
                                   "same": {"type": "object", "additionalProperties": {"type": "string"}}}
    hub = record({"source": TEXT, "seen": DATE, "tags": many(NAME)}, ("source", "seen", "tags"))
    fields = {"families": {"families": many(family)}, "listed": {"licenses": many(listed)}, "words": of_words, "hub": {"hub": hub}}[kind]
    return {"$schema": DRAFT, "title": f"licet names: {kind}", **record(fields, tuple(fields))}


def schema(name: str, vocabulary: Vocabulary) -> Schema:
    """The schema with this name. Raises KeyError for a name that is not in NAMES."""
    from checker.load.policy_schema import policy, waivers

    of_book: dict[str, Callable[[Vocabulary], Schema]] = {"scenario": scenario, "license": license_file, "rule": rule, "policy": policy, "waivers": waivers,
                                                          "models": registry}
    plain: dict[str, Callable[[], Schema]] = {"position": position, "norm": norm, "profile": profile}
    return of_book[name](vocabulary) if name in of_book else plain[name]()


NAMES = ("scenario", "license", "rule", "policy", "waivers", "position", "norm", "profile", "models")
