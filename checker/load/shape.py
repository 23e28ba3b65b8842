"""Check values against a JSON Schema (the part of draft-07 that licet's own schemas use), with places and remedies.

The `jsonschema` library judges the same schemas in the tests; it is not used here because its messages name no line
and its import costs more than a whole check.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checker.load.strict_yaml import Document, Path_, printable

Schema = Mapping[str, Any]
_TYPES: Mapping[str, tuple[type, ...]] = {"object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,),
                                          "number": (int, float), "integer": (int,), "null": (type(None),)}
#: what strict YAML reads as a number
_NUMBER = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?")
_NAMES = {"object": "a mapping", "array": "a list", "string": "text", "boolean": "true or false", "number": "a number",
          "integer": "a whole number", "null": "null"}


def check(schema: Schema, document: Document) -> None:
    """Note every way in which the document does not fit the schema."""
    _Checker(schema, document).node(schema, document.value, ())


def fits(schema: Schema, value: Any) -> bool:
    """Does the value fit, positions aside?"""
    document = Document("")
    document.value = value
    check(schema, document)
    return not document.problems


class _Checker:
    def __init__(self, root: Schema, document: Document) -> None:
        self.root = root
        self.document = document

    def node(self, schema: Schema, value: Any, path: Path_) -> None:
        if "$ref" in schema:
            return self.node(self.root["definitions"][schema["$ref"].rpartition("/")[2]], value, path)
        if "anyOf" in schema:
            return self._any_of(schema["anyOf"], value, path)
        types = schema.get("type")
        if types is not None and not _is(types, value):
            return self._wrong_type(schema, value, path)
        if "enum" in schema and not _one_of(value, schema["enum"]):
            return self._not_a_word(schema["enum"], value, path)
        if isinstance(value, dict):
            self._object(schema, value, path)
        elif isinstance(value, list):
            self._array(schema, value, path)
        elif isinstance(value, str):
            self._string(schema, value, path)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            self._number(schema, value, path)
        return None

    def _any_of(self, branches: list[Schema], value: Any, path: Path_) -> None:
        """The branch that the value seems to mean speaks; where none does, all are named."""
        meant = [branch for branch in map(self._resolved, branches) if _is(branch.get("type"), value)]
        if len(meant) > 1:
            meant = [branch for branch in meant if self._fits(branch, value)] or meant[:1]
        if meant:
            return self.node(meant[0], value, path)
        remedies = [_remedy(branch["type"], value) for branch in map(self._resolved, branches) if "type" in branch]
        wanted = " or ".join(dict.fromkeys(_name(branch) for branch in map(self._resolved, branches)))
        return self.document.problem(path, f"{_label(path)} is {_shown(value)}.", next(filter(None, remedies), f"Write {wanted}."))

    def _resolved(self, schema: Schema) -> Schema:
        resolved: Schema = self.root["definitions"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        return resolved

    def _fits(self, schema: Schema, value: Any) -> bool:
        scratch = Document("")
        _Checker({**schema, "definitions": self.root.get("definitions", {})}, scratch).node(schema, value, ())
        return not scratch.problems

    def _wrong_type(self, schema: Schema, value: Any, path: Path_) -> None:
        self.document.problem(path, f"{_label(path)} is {_shown(value)}.", _remedy(schema["type"], value) or f"Write {_name(schema)}.")

    def _not_a_word(self, words: list[Any], value: Any, path: Path_) -> None:
        hint = self.document.nearest(str(value), [str(word) for word in words])
        listed = ", ".join(str(word) for word in words[:12] if word is not None) + (" …" if len(words) > 12 else "")
        self.document.problem(path, f"{_label(path)} is {_shown(value)}.", hint or f"Write one of: {listed}.")

    def _object(self, schema: Schema, value: dict[str, Any], path: Path_) -> None:
        properties: Schema = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for key, one in value.items():
            if key in properties:
                self.node(properties[key], one, (*path, key))
            elif others is False:
                known = ", ".join(list(properties)[:14])
                hint = self.document.nearest(key, properties) or (f"Known here: {known}." if known else "")
                self.document.problem((*path, key), f"Unknown key {_shown(key)}.", hint, key=True)
            elif isinstance(others, Mapping):
                self.node(others, one, (*path, key))
        for key in schema.get("required", ()):
            if key not in value:
                self.document.problem(path, f"{_label(path)} has no `{key}`.", properties.get(key, {}).get("description") or f"Add `{key}:`.")
        names = schema.get("propertyNames")
        if names is not None:
            for key in value:
                self.node(names, key, (*path, key))
        if len(value) < schema.get("minProperties", 0):
            self.document.problem(path, f"{_label(path)} is empty.", "Write at least one entry.")

    def _array(self, schema: Schema, value: list[Any], path: Path_) -> None:
        if len(value) < schema.get("minItems", 0):
            self.document.problem(path, f"{_label(path)} is empty.", "Write at least one entry.")
        if len(value) > schema.get("maxItems", 1_000_000):
            self.document.problem(path, f"{_label(path)} has {len(value)} entries.", f"At most {schema['maxItems']}.")
            return
        if "items" in schema:
            for index, one in enumerate(value):
                self.node(schema["items"], one, (*path, index))

    def _string(self, schema: Schema, value: str, path: Path_) -> None:
        if len(value) > schema.get("maxLength", 10_000_000):
            self.document.problem(path, f"{_label(path)} has {len(value):,} characters.", f"At most {schema['maxLength']:,}.")
        elif len(value) < schema.get("minLength", 0):
            self.document.problem(path, f"{_label(path)} is empty.", "Write something, or leave the line out.")
        elif "pattern" in schema and not _matches(schema["pattern"], value):
            self.document.problem(path, f"{_label(path)} is {_shown(value)}.", schema.get("description") or f"It must match {schema['pattern']}.")

    def _number(self, schema: Schema, value: float, path: Path_) -> None:
        if value < schema.get("minimum", value):
            self.document.problem(path, f"{_label(path)} is {value}.", f"At least {schema['minimum']}.")
        elif value <= schema.get("exclusiveMinimum", value - 1):
            self.document.problem(path, f"{_label(path)} is {value}.", f"Write a number above {schema['exclusiveMinimum']}.")
        elif value > schema.get("maximum", value):
            self.document.problem(path, f"{_label(path)} is {value}.", f"At most {schema['maximum']}.")


def _is(types: Any, value: Any) -> bool:
    """Is the value of (one of) the JSON types? A boolean is not a number."""
    if types is None:
        return True
    for one in types if isinstance(types, list) else [types]:
        if isinstance(value, _TYPES[one]) and not (isinstance(value, bool) and one in ("number", "integer")):
            return True
        if one == "integer" and isinstance(value, float) and value.is_integer():
            return True
    return False


def _matches(pattern: str, value: str) -> bool:
    """As JSON Schema means it: `$` is the end, not also the place before a last line break."""
    return re.search(pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern, value) is not None


def _one_of(value: Any, words: list[Any]) -> bool:
    return any(value == word and isinstance(value, bool) == isinstance(word, bool) for word in words)


def _name(schema: Schema) -> str:
    if "enum" in schema:
        return "one of: " + ", ".join(str(word) for word in schema["enum"][:12] if word is not None)
    types = schema.get("type", "object")
    return " or ".join(_NAMES[one] for one in (types if isinstance(types, list) else [types]))


def _label(path: Path_) -> str:
    words = [str(part) for part in path if not isinstance(part, int)]
    return f"`{words[-1][:60]}`" if words else "The file"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "empty"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{printable(text[:60])}…`" if len(text) > 60 else f"`{printable(text)}`"


def _remedy(types: Any, value: Any) -> str:
    """What a value of the wrong type was probably meant to be."""
    if isinstance(value, str) and _is(types, True) and value.casefold() in ("yes", "no", "on", "off"):
        return f"Write {'true' if value.casefold() in ('yes', 'on') else 'false'}."
    if isinstance(value, str) and _is(types, 0.5):
        return _digits(value)
    if isinstance(value, (bool, int)) and _is(types, ""):
        return f'Put it in quotation marks: "{str(value).lower()}".'
    # its last zeros are lost, so it is not repeated
    return "Put it in quotation marks." if isinstance(value, float) and _is(types, "") else ""


def _digits(value: str) -> str:
    """The remedy for a number written in a way that is not read as one."""
    from decimal import Decimal

    plain = value.replace("_", "").replace(",", "")
    if not re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,17})?([eE]\+?[0-9]{1,2})?", plain):
        return ""
    number = f"{Decimal(plain):f}"
    return f"Write the digits: {number}." if _NUMBER.fullmatch(number) else ""
