"""Check values against a JSON Schema (the part of draft-07 that licet's own schemas use), with places and remedies.

The `jsonschema` library judges the same schemas in the tests; it is not used here because its messages name no line
and its import costs more than a whole check.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checker.load.problems import fragment
from checker.load.strict_yaml import Document, Path_, printable

Schema = Mapping[str, Any]
_TYPES: Mapping[str, tuple[type, ...]] = {"object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,),
                                          "number": (int, float), "integer": (int,), "null": (type(None),)}
#: what strict YAML reads as a number
_NUMBER = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?")
#: what a value of each type is called
_NAMES = {"object": "a_mapping", "array": "a_list", "string": "a_text", "boolean": "true_or_false", "number": "a_number",
          "integer": "a_whole_number", "null": "null"}


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
        wanted = fragment("or").join(dict.fromkeys(_name(branch) for branch in map(self._resolved, branches)))
        return self._wrong(value, path, next(filter(None, remedies), ""), wanted)

    def _resolved(self, schema: Schema) -> Schema:
        resolved: Schema = self.root["definitions"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        return resolved

    def _fits(self, schema: Schema, value: Any) -> bool:
        scratch = Document("")
        _Checker({**schema, "definitions": self.root.get("definitions", {})}, scratch).node(schema, value, ())
        return not scratch.problems

    def _wrong_type(self, schema: Schema, value: Any, path: Path_) -> None:
        self._wrong(value, path, _remedy(schema["type"], value), _name(schema))

    def _wrong(self, value: Any, path: Path_, hint: str, wanted: str) -> None:
        self.document.problem(path, "wrong_value", hint=hint, place=_label(path), value=_shown(value), wanted=wanted)

    def _not_a_word(self, words: list[Any], value: Any, path: Path_) -> None:
        hint = self.document.nearest(str(value), [str(word) for word in words])
        listed = ", ".join(str(word) for word in words[:12] if word is not None) + (" …" if len(words) > 12 else "")
        self._wrong(value, path, hint, fragment("one_of", words=listed))

    def _object(self, schema: Schema, value: dict[str, Any], path: Path_) -> None:
        properties: Schema = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for key, one in value.items():
            if key in properties:
                self.node(properties[key], one, (*path, key))
            elif others is False:
                known = ", ".join(list(properties)[:14])
                hint = self.document.nearest(key, properties)
                if known:
                    self.document.problem((*path, key), "unknown_key", hint=hint, key=True, name=_shown(key), known=known)
                else:
                    self.document.problem((*path, key), "unknown_key_of_none", key=True, name=_shown(key))
            elif isinstance(others, Mapping):
                self.node(others, one, (*path, key))
        for key in schema.get("required", ()):
            if key not in value:
                self.document.problem(path, "missing_key", hint=properties.get(key, {}).get("description") or "", place=_label(path), name=key)
        names = schema.get("propertyNames")
        if names is not None:
            for key in value:
                self.node(names, key, (*path, key))
        if len(value) < schema.get("minProperties", 0):
            self.document.problem(path, "no_entries", place=_label(path))

    def _array(self, schema: Schema, value: list[Any], path: Path_) -> None:
        if len(value) < schema.get("minItems", 0):
            self.document.problem(path, "no_entries", place=_label(path))
        if len(value) > schema.get("maxItems", 1_000_000):
            self.document.problem(path, "too_many_entries", place=_label(path), count=len(value), most=schema["maxItems"])
            return
        if "items" in schema:
            for index, one in enumerate(value):
                self.node(schema["items"], one, (*path, index))

    def _string(self, schema: Schema, value: str, path: Path_) -> None:
        if len(value) > schema.get("maxLength", 10_000_000):
            self.document.problem(path, "too_long", place=_label(path), count=f"{len(value):,}", most=f"{schema['maxLength']:,}")
        elif len(value) < schema.get("minLength", 0):
            self.document.problem(path, "empty_text", place=_label(path))
        elif "pattern" in schema and not _matches(schema["pattern"], value):
            self.document.problem(path, "does_not_match", hint=schema.get("description") or "", place=_label(path), value=_shown(value),
                                  pattern=schema["pattern"])

    def _number(self, schema: Schema, value: float, path: Path_) -> None:
        if value < schema.get("minimum", value):
            self.document.problem(path, "too_small", place=_label(path), value=value, least=schema["minimum"])
        elif value <= schema.get("exclusiveMinimum", value - 1):
            self.document.problem(path, "not_above", place=_label(path), value=value, bound=schema["exclusiveMinimum"])
        elif value > schema.get("maximum", value):
            self.document.problem(path, "too_large", place=_label(path), value=value, most=schema["maximum"])


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
        return fragment("one_of", words=", ".join(str(word) for word in schema["enum"][:12] if word is not None))
    types = schema.get("type", "object")
    return fragment("or").join(fragment(_NAMES[one]) for one in (types if isinstance(types, list) else [types]))


def _label(path: Path_) -> str:
    words = [str(part) for part in path if not isinstance(part, int)]
    return f"`{words[-1][:60]}`" if words else fragment("the_file")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return fragment("a_mapping")
    if isinstance(value, list):
        return fragment("a_list")
    if value is None:
        return fragment("empty")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{printable(text[:60])}…`" if len(text) > 60 else f"`{printable(text)}`"


def _remedy(types: Any, value: Any) -> str:
    """What a value of the wrong type was probably meant to be."""
    if isinstance(value, str) and _is(types, True) and value.casefold() in ("yes", "no", "on", "off"):
        return fragment("write_true" if value.casefold() in ("yes", "on") else "write_false")
    if isinstance(value, str) and _is(types, 0.5):
        return _digits(value)
    if isinstance(value, (bool, int)) and _is(types, ""):
        return fragment("quote_this", value=str(value).lower())
    # its last zeros are lost, so it is not repeated
    return fragment("quote_it") if isinstance(value, float) and _is(types, "") else ""


def _digits(value: str) -> str:
    """The remedy for a number written in a way that is not read as one."""
    from decimal import Decimal

    plain = value.replace("_", "").replace(",", "")
    if not re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,17})?([eE]\+?[0-9]{1,2})?", plain):
        return ""
    number = f"{Decimal(plain):f}"
    return fragment("write_digits", number=number) if _NUMBER.fullmatch(number) else ""
