"""What may be written for a fact, or in a field of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .known import book
from .markdown import code

#: the page that lists every word
VOCABULARY = "vocabulary.md"


def words_link(group: str, base: str) -> str:
    """A group of words, linked to where they are listed."""
    anchors = {"uses": "uses", "conditions": "conditions", "forms": "forms", "relations": "relations", "duties": "duties"}
    return f"[{group.replace('_', ' ')}]({base}#{anchors.get(group, group)})"


def _of(of: Any, base: str) -> str:
    """The words a fact may have: named here if they are few, else linked."""
    group = of["words"] if isinstance(of, Mapping) else of
    if isinstance(group, str):
        known = list(book().vocabulary.words[group])
        return code(*known) if len(known) <= 5 else f"a word of {words_link(group, base)}"
    return code(*group)


def fact_form(spec: Mapping[str, Any], base: str = VOCABULARY) -> str:
    """What may be written for a fact."""
    kind = spec["type"]
    if kind == "word":
        return _of(spec["of"], base)
    if kind == "list":
        of = spec["of"]
        inner = _of(of, base) if isinstance(of, Mapping) else {"region": "regions", "text": "texts"}.get(of, of)
        return f"list of {inner.removeprefix('a word of ')}"
    if kind == "records":
        fields = ", ".join(f"`{name}`" + ("" if one.get("required") else "?") for name, one in spec["fields"].items())
        return f"list of {{{fields}}}"
    if kind == "commercial":
        return f"`true`, `false`, or a mapping with {code(*book().vocabulary.words['commercial_kinds'])}"
    return {"text": "text", "bool": "`true`, `false`", "number": "number", "date": "date", "region": f"[region]({base}#regions)"}[kind]


def absent(spec: Mapping[str, Any]) -> str:
    """What it means if a fact is left out."""
    found = spec["absent"]
    if isinstance(found, list):
        return code(*found)
    return found if found in ("unknown", "none") or " " in str(found) else f"`{found}`"


def shape_form(shape: Mapping[str, Any]) -> str:
    """What may be written in a sub-field of an answer."""
    if "$shape" in shape:
        return f"a [{shape['$shape']}](#{'triggers' if shape['$shape'] == 'trigger' else 'scales'})"
    if "vocabulary" in shape:
        inner = words_link(shape["vocabulary"], "")
        return inner + (" or a [position](#positions)" if shape.get("position") else "")
    if "enum" in shape:
        return code(*shape["enum"])
    if shape.get("type") == "array":
        return "list: " + shape_form(shape.get("items", {}))
    return {"string": "text", "number": "number", "boolean": "`true`, `false`"}.get(shape.get("type", ""), "any")
