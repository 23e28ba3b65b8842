"""mergekit recipes: models, slices, modules, experts."""

from __future__ import annotations

from collections.abc import Iterator

from checker.scan.source import Mention, Source
from checker.scan.tree import Node, nodes

_SOURCES = {"model": "merged", "source_model": "merged", "base_model": "base"}


def recognizes(document: Node, path: str) -> bool:
    """A mapping with a merge method, or with experts made of models."""
    pairs = document.pairs
    return "merge_method" in pairs or ("experts" in pairs and any("source_model" in one.pairs for one in pairs["experts"].items))


def read(document: Node, source: Source | None = None) -> Iterator[Mention]:
    """Every model that goes in; `path@revision+lora@revision` is two."""
    for path, node in nodes(document):
        for key, value in node.pairs.items():
            if key in _SOURCES and not (key == "model" and "lora" in path):
                yield from _reference(value, _SOURCES[key], f"merge recipe: {key}")
        if path[-1:] == ("tokenizer",) or not path:
            tokenizer = node.get("source") if path else node.get("tokenizer_source")
            if tokenizer.text not in ("union", "base"):
                yield from (one._replace(place="id", confidence="medium") for one in _reference(tokenizer, "used", "merge recipe: tokenizer"))


def _reference(node: Node, role: str, how: str) -> Iterator[Mention]:
    if node.pairs:
        inner = node.get("path") or node.get("model", "path") or node.get("model")
        revision = (node.get("revision") or node.get("model", "revision")).text or None
        if inner.text:
            yield Mention(inner.text, inner.line, role, how, revision=revision)
        for lora in node.get("lora").items or ([node.get("lora", "path")] if node.get("lora", "path") else []):
            yield Mention(lora.text, lora.line, "merged", "merge recipe: lora")
        return
    model, _, adapter = node.text.partition("+")
    for text, part in ((model, role), (adapter, "merged")):
        if text:
            yield Mention(text, node.line, part, how)
