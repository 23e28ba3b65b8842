"""The schemas are draft-07, and the shape checker judges as a JSON Schema library does, but says where and what instead."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from checker.load import schema as schemas
from checker.load import shape
from checker.load.book import Library
from checker.load.strict_yaml import Document, load, parse

ROOT = Path(__file__).parent.parent
FILES: dict[str, list[Path]] = {
    "scenario": sorted((ROOT / "seeds").glob("*.yaml")),
    "license": sorted((ROOT / "licenses").glob("*.yaml")),
    "models": sorted((ROOT / "licenses" / "models").glob("[!_]*.yaml")),
    "rule": sorted(path for folder in ("legal", "regulation", "ethics") for path in (ROOT / "rules" / folder).rglob("*.yaml")),
    "position": sorted((ROOT / "rules" / "positions").glob("*.yaml")),
    "norm": sorted((ROOT / "rules" / "norms").glob("*.yaml")),
    "profile": sorted((ROOT / "rules" / "profiles").glob("*.yaml")),
}
ALL = [(name, path) for name, paths in FILES.items() for path in paths]
#: keywords that the shape checker reads, and those that only describe
KNOWN = {"$schema", "title", "description", "type", "enum", "anyOf", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
         "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "minProperties", "propertyNames", "$ref", "definitions"}
JUNK: tuple[Any, ...] = ("", "junk", "x" * 25_000, "none", "NO", "2025-13-45", "2025-12-10", 0, -1, 1, 1.0, 0.5, 10**17, True, False, None, [], {}, [[]],
                         ["junk"], [None], {"junk": 1}, {"one_of": []}, {"one_of": ["fine_tune"]}, {"value": "yes"}, {"id": "a"}, "US", "world", "mit")


@cache
def content(path: Path) -> Any:
    return load(path).value


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(one, (*path, key))


def mutated(value: Any, chance: random.Random) -> Any:
    """A copy with one thing deleted, replaced by junk, or added."""
    changed = deepcopy(value)
    path = chance.choice(list(places(changed)))
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    action = chance.choice(("delete", "replace", "replace", "add"))
    if action == "delete":
        del parent[path[-1]]
    elif action == "replace":
        parent[path[-1]] = deepcopy(chance.choice(JUNK))
    elif isinstance(parent, dict):
        parent["unknown_key"] = deepcopy(chance.choice(JUNK))
    else:
        parent.append(deepcopy(chance.choice(JUNK)))
    return changed


def keywords(schema: Any) -> Iterator[str]:
    """Every keyword used anywhere in a schema."""
    yield from schema
    inner = [*schema.get("properties", {}).values(), *schema.get("definitions", {}).values(), *schema.get("anyOf", ())]
    inner += [schema[name] for name in ("items", "additionalProperties", "propertyNames") if isinstance(schema.get(name), dict)]
    for one in inner:
        yield from keywords(one)


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_schema_is_draft_07_and_uses_what_the_checker_reads(name: str, library: Library) -> None:
    schema = schemas.schema(name, library.book().vocabulary)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == schemas.DRAFT
    assert set(keywords(schema)) <= KNOWN


def test_every_schema_with_files_is_tried() -> None:
    assert set(schemas.NAMES) - set(FILES) == {"policy", "waivers"}
    assert all(FILES.values()) and len(ALL) > 300


@pytest.mark.parametrize("name", FILES)
def test_every_file_fits_for_both(name: str, library: Library) -> None:
    schema = schemas.schema(name, library.book().vocabulary)
    judge = Draft7Validator(schema)
    for path in FILES[name]:
        assert judge.is_valid(content(path)), path
        assert shape.fits(schema, content(path)), path


@pytest.mark.parametrize(("name", "tries"), [("scenario", 25), ("license", 3), ("models", 6), ("rule", 12), ("position", 20), ("norm", 8), ("profile", 60)])
def test_both_judge_alike_what_was_tampered_with(name: str, tries: int, library: Library) -> None:
    schema = schemas.schema(name, library.book().vocabulary)
    judge = Draft7Validator(schema)
    judged = {True: 0, False: 0}
    for path in FILES[name]:
        chance = random.Random(path.name)
        for _ in range(tries):
            value = mutated(content(path), chance)
            fits = shape.fits(schema, value)
            assert fits == judge.is_valid(value), f"{path.name}: {[error.message[:200] for error in judge.iter_errors(value)]}"
            judged[fits] += 1
    assert judged[False] > judged[True] / 4 > 0


@pytest.mark.parametrize("name", schemas.NAMES)
@pytest.mark.parametrize("value", JUNK, ids=lambda value: repr(value)[:20])
def test_both_judge_alike_a_file_of_junk(name: str, value: Any, library: Library) -> None:
    schema = schemas.schema(name, library.book().vocabulary)
    assert shape.fits(schema, value) == Draft7Validator(schema).is_valid(value)


@pytest.mark.parametrize(("schema", "value", "fits"), [
    ({"type": "integer"}, 1.0, True), ({"type": "integer"}, 1.5, False), ({"type": "integer"}, True, False), ({"type": "number"}, True, False),
    ({"type": "boolean"}, 1, False), ({"enum": [1]}, True, False), ({"enum": [True]}, 1, False), ({"enum": ["a", None]}, None, True),
    ({"type": ["string", "null"]}, None, True), ({"type": "number", "minimum": 0}, 0, True), ({"type": "number", "minimum": 0}, -0.5, False),
    ({"type": "number", "exclusiveMinimum": 0}, 0, False),
    ({"type": "number", "exclusiveMinimum": 0}, 0.1, True), ({"type": "number", "maximum": 1}, 1.5, False), ({"type": "array", "maxItems": 1}, [1, 2], False),
    ({"type": "array", "minItems": 1}, [], False), ({"type": "object", "minProperties": 1}, {}, False), ({"type": "string", "minLength": 1}, "", False),
    ({"type": "string", "maxLength": 1}, "ab", False), ({"type": "string", "pattern": "^a$"}, "a", True), ({"type": "string", "pattern": "a"}, "bab", True),
    ({"propertyNames": {"pattern": "^a$"}}, {"b": 1}, False), ({"anyOf": [{"type": "string"}, {"type": "object", "required": ["a"]}]}, {"b": 1}, False),
    ({"anyOf": [{"enum": ["a"]}, {"enum": ["b"]}]}, "b", True), ({"additionalProperties": {"type": "string"}}, {"a": 1}, False),
    ({"definitions": {"d": {"type": "string"}}, "$ref": "#/definitions/d"}, 1, False), ({"type": "object"}, "a", False), ({}, [], True),
])
def test_both_judge_alike_each_keyword(schema: Any, value: Any, fits: bool) -> None:
    assert shape.fits(schema, value) == Draft7Validator(schema).is_valid(value) == fits


@pytest.mark.parametrize("name", ["DATE", "DAY", "IDENTIFIER"])
def test_a_line_break_at_the_end_is_no_part_of_a_word(name: str) -> None:
    """`$` is the end in JSON Schema; Python's would also stand before a last line break."""
    schema = getattr(schemas, name)
    assert shape.fits(schema, "2025-12-10") and not shape.fits(schema, "2025-12-10\n")


# ---- what it says ----------------------------------------------------------------------------------------------------

BASE = "inputs: [{id: base, license: mit}]\n"


def problems(name: str, text: str, library: Library) -> list[str]:
    document = parse(text, "f.yaml")
    shape.check(schemas.schema(name, library.book().vocabulary), document)
    return [str(problem) for problem in document.problems]


@pytest.mark.parametrize(("text", "said"), [
    ("inptus: []", ["f.yaml:1:1: Unknown key `inptus`. Did you mean `inputs`?", "f.yaml:1:1: The file has no `inputs`. Add `inputs:`."]),
    ("inputs:\n  - {id: a, licence: mit}", ["f.yaml:2:13: Unknown key `licence`. Did you mean `license`?"]),
    ("inputs:\n  - {license: mit}", ["f.yaml:2:5: `inputs` has no `id`. An id is letters, digits, dots, dashes and underscores, at most 100."]),
    ("inputs:\n  - {id: a b}", ["f.yaml:2:10: `id` is `a b`. An id is letters, digits, dots, dashes and underscores, at most 100."]),
    ("inputs:\n  - {id: a, kind: modle}", ["f.yaml:2:19: `kind` is `modle`. Did you mean `model`?"]),
    ("inputs: [mit]", ["f.yaml:1:10: `inputs` is `mit`. Write a mapping."]),
    ("inputs: mit", ["f.yaml:1:9: `inputs` is `mit`. Write a list."]),
    ("inputs:", ["f.yaml:1:8: `inputs` is empty. Write a list."]),
    ("- a", ["f.yaml:1:1: The file is a list. Write a mapping."]),
    ("", ["f.yaml:1:1: The file is empty. Write a mapping."]),
    (BASE + "steps:\n- {id: s, action: fine_tuen}", ["f.yaml:3:19: `action` is `fine_tuen`. Did you mean `fine_tune`?"]),
    (BASE + "steps:\n- {id: s, action: {one_of: []}}", ["f.yaml:3:28: `one_of` is empty. Write at least one entry."]),
    (BASE + "releases: [{of: base, form: hosted_apy}]", ["f.yaml:2:29: `form` is `hosted_apy`. Did you mean `hosted_api`?"]),
    (BASE + "actor: {kind: compnay}", ["f.yaml:2:15: `kind` is `compnay`. Did you mean `company`?"]),
    (BASE + "actor: {home: Germany}", ["f.yaml:2:15: `home` is `Germany`. Write a two-letter country code (DE, US), a group (EU, EEA) or world."]),
    (BASE + "actor: {monthly_active_users: 7e8}", ["f.yaml:2:31: `monthly_active_users` is `7e8`. Write the digits: 700000000."]),
    (BASE + "actor: {monthly_active_users: 1_000.50}", ["f.yaml:2:31: `monthly_active_users` is `1_000.50`. Write the digits: 1000.50."]),
    (BASE + 'actor: {monthly_active_users: "700,000,000"}', ["f.yaml:2:31: `monthly_active_users` is `700,000,000`. Write the digits: 700000000."]),
    (BASE + "actor: {monthly_active_users: -1}", ["f.yaml:2:31: `monthly_active_users` is -1. At least 0."]),
    (BASE + "as_of: 2025-13-01", ['f.yaml:2:8: `as_of` is `2025-13-01`. Write a day like "2025-12-10".']),
    (BASE + "title: 12", ['f.yaml:2:8: `title` is `12`. Put it in quotation marks: "12".']),
    (BASE + "title: true", ['f.yaml:2:8: `title` is `true`. Put it in quotation marks: "true".']),
    (BASE + "title: 3.10", ["f.yaml:2:8: `title` is `3.1`. Put it in quotation marks."]),
    (BASE + 'title: ""', ["f.yaml:2:8: `title` is empty. Write something, or leave the line out."]),
    (BASE + "releases: [{of: base, conduct: {names_base_to_users: NO}}]", ["f.yaml:2:54: `names_base_to_users` is `NO`. Write false."]),
    (BASE + "releases: [{of: base, commercial: yes}]", ["f.yaml:2:35: `commercial` is `yes`. Write true."]),
    (BASE + "releases: [{of: base, conduct: {names_base_to_users: yes}}]", ["f.yaml:2:54: `names_base_to_users` is `yes`. Write true."]),
    (BASE + "profile: [a]", ["f.yaml:2:10: `profile` is a list. Write text."]),
    (BASE + "expect: {verdict: permited}", ["f.yaml:2:19: `verdict` is `permited`. Did you mean `permitted`?"]),
])
def test_it_says_where_what_and_what_instead(text: str, said: list[str], library: Library) -> None:
    assert problems("scenario", text, library) == said


@pytest.mark.parametrize("written", ["9" * 400, "1e80", "1e99", "9" * 18 + "e5", "1.2.3", "e5", "1e", "0x10", "١٢", "1e-3", "--1"])
def test_it_suggests_only_digits_that_would_be_read(written: str) -> None:
    document = Document("f.yaml")
    document.value = written
    shape.check({"type": "number"}, document)
    assert [problem.instead for problem in document.problems] == ["Write a number."]


def test_what_it_says_of_long_or_hidden_data_stays_short_and_plain(library: Library) -> None:
    document = Document("f.yaml")
    document.value = {"inputs": [], "\x1b[31m" + "k" * 100_000: 1, "profile": ["\u202e"], "title": "x\n" * 10_000 + "\x00", "as_of": "\u202e" * 90_000}
    shape.check(schemas.schema("scenario", library.book().vocabulary), document)
    said = [str(problem) for problem in document.problems]
    assert len(said) == 3
    assert all(one.isprintable() and len(one) < 400 for one in said)
