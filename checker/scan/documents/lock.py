"""`licet.lock`: what a hub said of the models when it was asked (`licet scan --hub`)."""

from __future__ import annotations

from collections.abc import Iterator

from checker.scan.inventory import LOCK, Link
from checker.scan.source import Label, Source
from checker.scan.tree import Node


def recognizes(document: Node, path: str) -> bool:
    """By the name of the file."""
    return path.rpartition("/")[2] == LOCK


def read(document: Node, source: Source) -> Iterator[Label | Link]:
    """The declared license of each model and what it was made from. They are no uses of their own."""
    for one in document.get("models").items:
        name = one.get("id")
        if not name.text:
            continue
        label = one.get("license_name") or one.get("license")
        if label.text:
            yield Label(label.text, label.line, LOCK, name.text)
        for base in one.get("base").items:
            if base.get("id").text:
                yield Link(name.text, base.get("id").text, base.get("relation").text or "finetune", source.path, base.get("id").line)
