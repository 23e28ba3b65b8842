"""SPDX 3 bills of materials: AI packages and data sets, their relationships, their licenses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.scan.source import Label, Mention, Source
from checker.scan.tree import Node

_KINDS = {"AIPackage": "used", "DatasetPackage": "dataset"}
_LINEAGE = {"descendantOf": "base", "trainedOn": "dataset", "finetunedOn": "dataset", "pretrainedOn": "dataset"}
_LICENSES = {"hasDeclaredLicense", "hasConcludedLicense"}
_PURL = re.compile(r"pkg:huggingface/([^@?#]+)(?:@([^?#]+))?")


def recognizes(document: Node, path: str) -> bool:
    """A graph of SPDX 3 elements."""
    context = document.get("@context")
    stated = " ".join(one.text for one in context.items)
    return "spdx.org/rdf/3" in stated or ("@graph" in document.pairs and any(_kind(one) in _KINDS for one in document.get("@graph").items))


def read(document: Node, source: Source) -> Iterator[Mention | Label]:
    """Models and data sets, each in the role that the relationships give it."""
    elements = document.get("@graph").items or [document]
    by_id = {_id(one): one for one in elements if _id(one)}
    relations = [one for one in elements if _kind(one).endswith("Relationship")]
    roles: dict[str, str] = {}
    for relation in relations:
        role = _LINEAGE.get(relation.get("relationshipType").text)
        for target in relation.get("to").items:
            if role:
                roles[target.text or _id(target)] = role
        if relation.get("relationshipType").text == "ancestorOf":
            roles[relation.get("from").text] = "base"
    for one in elements:
        kind = _KINDS.get(_kind(one))
        if kind:
            name, line, revision = _name(one)
            yield Mention(name, line, roles.get(_id(one), kind) if kind == "used" else kind, "SPDX element", "hub" if "/" in name else "id", revision)
    yield from _licenses(relations, by_id)


def _licenses(relations: list[Node], by_id: dict[str, Node]) -> Iterator[Label]:
    for relation in relations:
        owner = by_id.get(relation.get("from").text)
        if relation.get("relationshipType").text in _LICENSES and owner is not None and _kind(owner) in _KINDS:
            for target in relation.get("to").items:
                held = by_id.get(target.text, target)
                named = (value for key, value in held.pairs.items() if key.rpartition("_")[2] in ("licenseExpression", "licenseText", "name"))
                expression = next(named, held)
                if expression.text:
                    yield Label(expression.text.rpartition("/licenses/")[2] or expression.text, expression.line, "SPDX license", _name(owner)[0])


def _kind(node: Node) -> str:
    return (node.get("type") or node.get("@type")).text.rpartition("_")[2].rpartition(":")[2]


def _id(node: Node) -> str:
    return (node.get("spdxId") or node.get("@id")).text


def _name(node: Node) -> tuple[str, int, str | None]:
    """Id, line and revision of a package: from its package URL, where it is downloaded, or its name."""
    found = {key.rpartition("_")[2]: value for key, value in node.pairs.items()}
    purl = next((match for key in ("packageUrl", "downloadLocation") if key in found and (match := _PURL.match(found[key].text))), None)
    if purl:
        return purl.group(1), found["packageUrl" if "packageUrl" in found else "downloadLocation"].line, purl.group(2)
    address = found.get("downloadLocation")
    if address is not None and re.match(r"https?://(?:huggingface\.co|hf\.co)/", address.text):
        return address.text, address.line, None
    name = found.get("name")
    return (name.text, name.line, None) if name is not None else ("", 1, None)
