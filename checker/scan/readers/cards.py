"""Model, data set and space cards of the hub: YAML between two lines `---` at the top of a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.scan.documents import mergekit
from checker.scan.source import Label, Malformed, Mention, Source
from checker.scan.tree import Node, yaml_documents

_OPEN = re.compile(r"\s*---[ \t]*\n")
_CLOSE = re.compile(r"\n---[ \t]*(?:\n|\Z)")
_KEY = re.compile(r"^(license|base_model|datasets|models|library_name|pipeline_tag|dataset_info|task_categories|sdk|pretty_name)[ \t]*:", re.MULTILINE)
#: a line of a card's text that states the license and nothing else
_STATED = re.compile(r"^[ \t]*[-*|]?[ \t]*[*_]{0,2}licen[sc]e[*_]{0,2}[ \t]*[:|][*_ \t]*\[?([A-Za-z][A-Za-z0-9 .+-]{1,40})", re.IGNORECASE)
#: values of `license` that declare nothing
_NO_LABELS = {"license", "unknown", "none", "null", "", "other"}
#: how much of a card's text is looked at
MAX_BODY = 400_000


def fits(path: str) -> bool:
    """Markdown files."""
    return path.lower().endswith((".md", ".markdown", ".mdx"))


def read(source: Source) -> Iterator[Mention | Label]:
    """What the front matter declares, and a merge recipe or a stated license in the text below it."""
    text = source.text
    opened = _OPEN.match(text)
    is_card = "card" in source.name.lower() or source.name.lower().endswith("readme.md")
    end, known = 0, set[str]()
    if opened:
        closed = _CLOSE.search(text, opened.end() - 1)
        head = text[opened.end():closed.start() + 1] if closed else ""
        if closed is None:
            if _KEY.search(text):
                raise Malformed("front matter that is never closed")
            return
        if not is_card and not _KEY.search(head):
            return
        first = text.count("\n", 0, opened.end()) + 1
        end = closed.end()
        for document in yaml_documents(head, first_line=first)[:1] if "{{" not in head else ():
            declared = list(_front_matter(document))
            yield from declared
            known = {one.text for one in declared if isinstance(one, Mention)}
    elif not is_card:
        return
    # What the front matter tells, the text only repeats; merge tools leave models out of it.
    yield from (one for one in _body(text[end:end + MAX_BODY], text.count("\n", 0, end) + 1, "MODEL" in source.name.upper() and "CARD" in source.name.upper())
                if one.text not in known)


def _front_matter(card: Node) -> Iterator[Mention | Label]:
    for node in card.get("base_model").items:
        yield Mention(node.text, node.line, "base", "model card: base_model")
    for node in card.get("datasets").items:
        yield Mention(node.text, node.line, "dataset", "card: datasets")
    for node in card.get("source_datasets").items:
        yield Mention(node.text.removeprefix("extended|"), node.line, "dataset", "data set card: source_datasets", place="id")
    for node in card.get("models").items:
        yield Mention(node.text, node.line, "used", "space card: models")
    for node in card.get("preload_from_hub").items:
        repository, *rest = node.text.split()
        yield Mention(repository, node.line, "used", "space card: preload_from_hub", revision=rest[1] if len(rest) > 1 else None)
    yield from _licenses(card)


def _licenses(card: Node) -> Iterator[Label]:
    """The declared tags; for `other`, the name that stands beside it."""
    name = card.get("license_name")
    for node in card.get("license").items:
        if node.text.strip().lower() not in _NO_LABELS:
            yield Label(node.text, node.line, "card: license")
        elif node.text.strip().lower() == "other":
            yield Label(node.text, node.line, "card: license")
            yield Label(name.text, name.line, "card: license_name")


def _body(text: str, first: int, is_model_card: bool) -> Iterator[Mention | Label]:
    """Merge recipes in fenced YAML; in a model card also a line that states the license."""
    fence: list[str] | None = None
    start = 0
    for number, line in enumerate(text.split("\n"), first):
        if line.lstrip().startswith("```"):
            if fence is None:
                fence, start = [], number + 1
                continue
            block = "\n".join(fence)
            if "merge_method" in block:
                yield from _recipe(block, start)
            fence = None
        elif fence is not None:
            fence.append(line)
        elif is_model_card and (stated := _STATED.match(line)):
            yield Label(stated.group(1).strip(), number, "model card: stated in the text")


def _recipe(block: str, start: int) -> Iterator[Mention]:
    try:
        documents = yaml_documents(block, first_line=start)
    except Malformed:
        return
    for document in documents:
        if mergekit.recognizes(document, ""):
            yield from (mention for mention in mergekit.read(document))
