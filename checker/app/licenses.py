"""Look up licenses: which there are, what each says, how several differ. Nothing is judged here; answers are shown as they were read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checker.core.license import License
from checker.core.vocabulary import Vocabulary
from checker.load.book import Library

#: answers under which a grant is given, at least on conditions
GIVEN = ("allowed", "conditional")


def every(library: Library) -> list[License]:
    """All licenses of the book, by id."""
    book = library.book()
    return [book.license(license_id) for license_id in sorted(library.license_files)]


def grant_term(word: str, vocabulary: Vocabulary) -> str | None:
    """The granting term that a word means: its name, an act that it grants, or a beginning that fits no other."""
    grants = grant_terms(vocabulary)
    if word in grants:
        return word
    if word in vocabulary.acts and vocabulary.acts[word]["term"]:
        return str(vocabulary.acts[word]["term"])
    found = [term for term in grants if term.startswith(word + "_")]
    return found[0] if len(found) == 1 else None


def grant_terms(vocabulary: Vocabulary) -> list[str]:
    """The terms that grant or withhold something, in the order of the form."""
    return [term for term, spec in vocabulary.terms.items() if "prohibited" in spec.get("values", ())]


def listing(library: Library, *, allows: Iterable[str] = (), families: Iterable[str] = (), licensors: Iterable[str] = (),
            kinds: Iterable[str] = ()) -> list[dict[str, Any]]:
    """One entry per license that passes every filter; `answers` has what it says on each term of `allows`.

    A license passes `allows` if its text grants each of these terms, at least on conditions or under one reading.
    Families and licensors are compared without regard to case; part of a licensor's name is enough.
    """
    terms = list(allows)
    found = []
    for one in every(library):
        answers = {term: one.terms[term]["value"] for term in terms}
        if (all(_given(answer) for answer in answers.values()) and _in(one.kind, kinds, whole=True) and _in(one.family, families, whole=True)
                and _in(one.licensor, licensors, whole=False)):
            found.append({"id": one.id, "name": one.name, "licensor": one.licensor, "kind": one.kind, "family": one.family,
                          "effective": one.effective, "summary": one.summary, "answers": answers})
    return found


def _given(answer: Any) -> bool:
    """Does the text grant it, at least on conditions or under one reading?"""
    if isinstance(answer, dict):
        return any(word in GIVEN for word in answer["readings"])
    return answer in GIVEN


def _in(value: str, wanted: Iterable[str], *, whole: bool) -> bool:
    """Is the value one of those wanted? Everything is if nothing in particular is."""
    words = [word.casefold() for word in wanted]
    return not words or any(word == value.casefold() or (not whole and word in value.casefold()) for word in words)
