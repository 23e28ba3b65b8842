"""Training configurations: Axolotl, LLaMA-Factory, TRL, torchtune, and any other that speaks their words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from checker.scan import settings, telling
from checker.scan.source import Mention, Source
from checker.scan.tree import Node, nodes
from checker.scan.words import words


def recognizes(document: Node, path: str) -> bool:
    """Two or more of the words that only a training run needs, at the top or one level below."""
    known = _known("marks")
    found = known & set(document.pairs)
    for one in document.pairs.values():
        found |= known & set(one.pairs)
    return len(found) >= 2


@cache
def _known(name: str) -> frozenset[str]:
    return frozenset(words("training")[name])


def read(document: Node, source: Source) -> Iterator[Mention]:
    """The models trained from are bases; those that teach, reward or measure are used."""
    yield from _data(document)
    revision = next((document.get(key).text for key in ("revision_of_model", "model_revision", "revision") if document.get(key).text), None)
    for mention in settings.read(document, source, _role):
        yield mention._replace(revision=revision) if revision and mention.role == "base" else mention


def _role(key: str, role: str) -> str:
    if role != "used":
        return role
    return "used" if _known("helpers") & set(telling.parts(key)) else "base"


def _data(document: Node) -> Iterator[Mention]:
    """Data sets under the keys that only name data sets; there an old name without publisher may stand, but a file may too."""
    for _, node in nodes(document):
        for key, value in node.pairs.items():
            if key in _known("datasets"):
                for one in value.items:
                    yield from _one(one, key)
            if key in _known("mixtures"):
                yield from (Mention(name, share.line, "dataset", key) for name, share in value.pairs.items() if share.text)


def _one(node: Node, key: str) -> Iterator[Mention]:
    if node.pairs:
        path = next((node.get(name) for name in ("path", "name_or_path", "repo_id", "hf_path", "source") if node.get(name)), None)
        if path is not None and path.text and not _is_word(path.text):
            yield Mention(path.text, path.line, "dataset", key, "hub", node.get("revision").text or None)
    elif node.text and "," not in node.text and not _is_word(node.text):
        yield Mention(node.text, node.line, "dataset", key, "hub" if key in _known("dataset_names") else "id")


def _is_word(text: str) -> bool:
    return text in _known("no_datasets")
