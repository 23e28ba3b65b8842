"""licet's own files: results, baselines, policies, waivers, scenarios. They speak of models and use none."""

from __future__ import annotations

from collections.abc import Iterator

from checker.scan.source import Mention, Source
from checker.scan.tree import Node

#: a file is a scenario if it has inputs with an id, and beside them nothing but keys of these
_BESIDE = frozenset({"title", "as_of", "source", "note", "actor", "agreements", "steps", "releases", "positions", "profile", "expect", "candidates", "costs"})
_NAMES = ("licet.yaml", "licet.waivers.yaml")


def recognizes(document: Node, path: str) -> bool:
    """By the name, the schema that a result states, or the form of a scenario."""
    first = document.value[0] if isinstance(document.value, list) and document.value else document
    inputs = document.pairs.get("inputs")
    is_scenario = inputs is not None and bool(inputs.items) and all("id" in one.pairs for one in inputs.items) and set(document.pairs) - {"inputs"} <= _BESIDE
    return path.rpartition("/")[2] in _NAMES or first.get("schema").text.startswith("licet/") or is_scenario


def read(document: Node, source: Source | None = None) -> Iterator[Mention]:
    """Nothing: what they describe stands elsewhere."""
    yield from ()
