"""A license: one version of one text, as answers to the vocabulary's terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.core.vocabulary import Vocabulary

#: what stands in a scenario instead of a license id
NO_LICENSE, OWN_WORK, UNREAD = "none", "own_work", "unknown"
#: what a text is made for
KINDS = ("model", "software", "data", "content", "output_terms")


class License:
    """One license. `terms` maps a term to its answer: a mapping with `value` and sub-fields, or a list of items."""

    __slots__ = ("id", "name", "licensor", "kind", "family", "effective", "summary", "terms", "head", "file", "_grants")

    def __init__(self, head: Mapping[str, Any], terms: Mapping[str, Any], file: str = "") -> None:
        self.id: str = head["id"]
        self.name: str = head.get("name", self.id)
        self.licensor: str = head.get("licensor", "")
        self.kind: str = head.get("kind", "model")
        self.family: str = head.get("family", "")
        self.effective: str | None = head.get("effective")
        self.summary: str = head.get("summary", "")
        self.terms = terms
        self.head = head
        self.file = file
        self._grants: list[dict[str, Any]] | None = None

    @property
    def read(self) -> bool:
        """Has anybody read its text? An unread license is never guessed at."""
        return self.kind != UNREAD

    def grants(self, acts: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The answers that grant or withhold an act, each with its `act`."""
        if self._grants is None:
            self._grants = [{**self.terms[act["term"]], "act": name} for name, act in acts.items() if act["term"]]
        return self._grants


def normalize_terms(terms: Mapping[str, Any], specs: Mapping[str, Any]) -> dict[str, Any]:
    """Every term of the vocabulary as a mapping or a list of mappings, short forms spelled out, absent ones `silent`."""
    found: dict[str, Any] = {}
    for term, spec in specs.items():
        answer = terms.get(term)
        if spec.get("list"):
            found[term] = list(answer or [])
        elif "parts" in spec:
            found[term] = {part: _answer((answer or {}).get(part, "silent") if isinstance(answer, Mapping) else "silent")
                           for part in spec["parts"]}
        elif spec.get("text"):
            found[term] = dict(answer) if isinstance(answer, Mapping) else {"value": None}
        else:
            found[term] = _answer(answer if answer is not None else (spec["short"] or ["silent"])[-1])
    return found


def _answer(answer: Any) -> dict[str, Any]:
    return dict(answer) if isinstance(answer, Mapping) else {"value": answer}


def reserved(license_id: str, kind: str, vocabulary: Vocabulary, terms: Mapping[str, Any], name: str | None = None) -> License:
    """A license that grants nothing: nobody's (`none`), or a text that nobody has read (`unknown`, or known by its name only)."""
    name = name or (vocabulary.sentence(f"license_{license_id}") if license_id in (NO_LICENSE, UNREAD) else license_id)
    return License({"id": license_id, "name": name, "kind": kind, "licensor": vocabulary.sentence("rights_holder")}, normalize_terms(terms, vocabulary.terms))
