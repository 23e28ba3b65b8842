"""What the knowledge base covers: the hub's tags, and how completely each license was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.core.license import License
from checker.load.book import Library
from checker.load.sources import Sources
from checker.load.strict_yaml import load

#: what a tag can be, best first; the words of `checker.load.names`, where a name that nobody knows is absent here
STATUSES = ("license", "listed", "ambiguous", "silent", "absent")
_HUB = "licenses/names/hub.yaml"


def coverage(library: Library) -> dict[str, Any]:
    """`{"hub": {"source", "seen", "tags": {tag: {"status", "ids"}}}, "licenses": [how completely each was read]}`."""
    hub = load(library.path(_HUB), _HUB).value["hub"]
    sources = Sources(library)
    tags = {}
    for tag in hub["tags"]:
        meaning = sources.meaning(tag)
        tags[tag] = {"status": meaning.kind if meaning.kind in STATUSES else "absent", "ids": list(meaning.ids)}
    book = library.book()
    read = [_read(book.license(license_id), library) for license_id in sorted(library.license_files)]
    return {"hub": {"source": hub["source"], "seen": hub["seen"], "tags": tags}, "licenses": read}


def _read(license: License, library: Library) -> dict[str, Any]:
    """How many questions of the form the text answers, on how many it is silent, how many answers are doubtful, what is missing of the text."""
    terms = library.book().vocabulary.terms
    answered = sum(any(one.get("section") and one.get("value") != "silent" for one in _answers(license.terms[term])) for term in terms)
    doubts = sum("doubt" in one for term in license.terms.values() for one in _answers(term))
    text = license.head.get("text") or {}
    return {"id": license.id, "kind": license.kind, "answered": answered, "silent": len(terms) - answered, "doubts": doubts,
            "incomplete": text.get("incomplete")}


def _answers(answer: Any) -> Iterator[Mapping[str, Any]]:
    """The answer itself, its items, its parts."""
    if isinstance(answer, list):
        yield from (one for one in answer if isinstance(one, Mapping))
    elif isinstance(answer, Mapping):
        yield answer
        yield from (one for one in answer.values() if isinstance(one, Mapping) and "value" in one)
