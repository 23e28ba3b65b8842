"""CycloneDX bills of materials: models and data sets among the components, what they were made from, their licenses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from checker.scan.source import Label, Mention, Source
from checker.scan.tree import Node, nodes

_PURL = re.compile(r"pkg:(huggingface|mlflow|generic|github)/([^@?#]+)(?:@([^?#]+))?")
_KINDS = {"machine-learning-model": "used", "data": "dataset", "dataset": "dataset"}


def recognizes(document: Node, path: str) -> bool:
    """A mapping that says it is CycloneDX."""
    return document.get("bomFormat").text == "CycloneDX"


def read(document: Node, source: Source) -> Iterator[Mention | Label]:
    """Every component that is a model or a data set, with its ancestors and the data it was trained on."""
    for path, node in nodes(document):
        kind = _KINDS.get(node.get("type").text)
        purl = _PURL.match(node.get("purl").text)
        if kind is None and not (purl and purl.group(1) == "huggingface"):
            continue
        inside = next((key for key in reversed(path) if key in ("ancestors", "descendants", "variants", "components", "datasets", "component")), "")
        role = {"ancestors": "base", "datasets": "dataset"}.get(inside) or kind or "used"
        if inside in ("descendants", "variants"):
            continue
        yield from _component(node, role, purl)


def _component(node: Node, role: str, purl: re.Match[str] | None) -> Iterator[Mention | Label]:
    name, line = _name(node, purl)
    if not name:
        return
    revision = unquote(purl.group(3)) if purl and purl.group(3) else node.get("version").text
    pinned = revision if revision and re.fullmatch(r"[0-9a-f]{7,64}", revision) else None
    certain = purl is not None and purl.group(1) == "huggingface"
    yield Mention(name, line, role, "CycloneDX component", "hub" if certain or (role == "dataset" and "/" in name) else "id", pinned)
    for one in node.get("licenses").items:
        label = one.get("expression") or one.get("license", "id") or one.get("license", "name")
        if label.text:
            yield Label(label.text, label.line, "CycloneDX license", name)
    for one in node.get("pedigree", "ancestors").items:
        if not one.get("type").text and _PURL.match(one.get("purl").text) is None and one.get("name").text:
            yield Mention(_name(one, None)[0], one.get("name").line, "base", "CycloneDX ancestor", "id")
    for one in node.get("modelCard", "modelParameters", "datasets").items:
        if not one.get("type").text:
            yield from _data(one)


def _data(node: Node) -> Iterator[Mention]:
    address = node.get("contents", "url") or node.get("name")
    if address.text:
        yield Mention(address.text, address.line, "dataset", "CycloneDX data set", "id")


def _name(node: Node, purl: re.Match[str] | None) -> tuple[str, int]:
    """The id of a component: from its package URL, its address on a hub, or group and name."""
    if purl and purl.group(1) == "huggingface":
        return unquote(purl.group(2)), node.get("purl").line
    for one in node.get("externalReferences").items:
        if re.match(r"https?://(?:huggingface\.co|hf\.co)/[^/]+/[^/]+", one.get("url").text) and one.get("type").text != "license":
            return one.get("url").text, one.get("url").line
    address = node.get("contents", "url")
    if "huggingface.co/" in address.text:
        return address.text, address.line
    group, name = node.get("group").text, node.get("name")
    if group and "/" not in name.text:
        return f"{group}/{name.text}", name.line
    if purl and "/" in unquote(purl.group(2)) and purl.group(1) == "generic":
        return unquote(purl.group(2)), node.get("purl").line
    return name.text, name.line
