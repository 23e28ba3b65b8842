"""Look up licenses: which there are, what each says, how several differ. Nothing is judged here; answers are shown as they were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checker.core.conditions import nearest
from checker.core.license import License
from checker.core.vocabulary import Vocabulary
from checker.load.book import Library
from checker.load.sources import Sources
from checker.report import fact_pages, fact_sheet

#: answers under which a grant is given, at least on conditions
GIVEN = ("allowed", "conditional")


def every(library: Library) -> list[License]:
    """All licenses of the book, by id."""
    book = library.book()
    return [book.license(license_id) for license_id in sorted(library.license_files)]


def find(name: str, library: Library) -> list[str]:
    """The ids that a name may mean: none if nothing is called so, several if it is not clear."""
    return Sources(library).resolve(name)


def suggestion(name: str, library: Library) -> str:
    """` Did you mean …?` among all names of licenses."""
    return nearest(name.casefold(), Sources(library).all_names())


def page(license_ids: Sequence[str], library: Library, format_: str, *, width: int = 100) -> str:
    """The fact sheet of one license, or several side by side, in one of `fact_pages.FORMATS`."""
    book = library.book()
    found = [book.license(license_id) for license_id in license_ids]
    if len(found) == 1:
        return fact_pages.show(found[0], book.vocabulary, format_, width=width)
    return fact_pages.compare(found, book.vocabulary, format_, width=width)


def comparison(license_ids: Sequence[str], library: Library) -> dict[str, Any]:
    """`{"licenses", "differ", "alike"}`: `differ` has, for each term answered differently, every license's answer; `alike` the other terms."""
    book = library.book()
    pages = {license_id: answers(book.license(license_id), book.vocabulary)["terms"] for license_id in license_ids}
    bare = {term: [_bare(book.license(license_id).terms[term]) for license_id in license_ids] for term in book.vocabulary.terms}
    differ = [term for term, found in bare.items() if any(one != found[0] for one in found)]
    return {"licenses": list(license_ids), "differ": {term: {license_id: pages[license_id][term] for license_id in license_ids} for term in differ},
            "alike": [term for term in bare if term not in differ]}


def _bare(answer: Any) -> Any:
    """The answer without where it stands and what is noted beside it."""
    if isinstance(answer, list):
        return [_bare(one) for one in answer]
    if isinstance(answer, Mapping):
        return {key: _bare(one) for key, one in answer.items() if key not in fact_sheet.BESIDE}
    return answer


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


def answers(license: License, vocabulary: Vocabulary) -> dict[str, Any]:
    """`{"id", "name", "terms"}`: every term of the form with value, section and quotation, null where there is none.

    The value of a list-valued term is the list of its items; that of `derivative` a mapping of its parts, each of which also
    stands beside it with its own section and quotation; those of the first part that has any are the term's.
    """
    return {"id": license.id, "name": license.name, "terms": {term: _answer(license.terms[term], spec) for term, spec in vocabulary.terms.items()}}


def _answer(answer: Any, spec: Mapping[str, Any]) -> dict[str, Any]:
    if spec.get("list"):
        return {"value": answer}
    if "parts" in spec:
        cited = {part: _cited(answer[part]) for part in spec["parts"]}
        return {"value": {part: one["value"] for part, one in cited.items()}, "section": _first(cited, "section"), "quote": _first(cited, "quote"), **cited}
    return _cited(answer)


def _cited(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {key: answer.get(key) for key in ("value", "section", "quote")}


def _first(cited: Mapping[str, Mapping[str, Any]], key: str) -> Any:
    """What the first part that has it says."""
    return next((one[key] for one in cited.values() if one[key] is not None), None)


def _given(answer: Any) -> bool:
    """Does the text grant it, at least on conditions or under one reading?"""
    if isinstance(answer, dict):
        return any(word in GIVEN for word in answer["readings"])
    return answer in GIVEN


def _in(value: str, wanted: Iterable[str], *, whole: bool) -> bool:
    """Is the value one of those wanted? Everything is if nothing in particular is."""
    words = [word.casefold() for word in wanted]
    return not words or any(word == value.casefold() or (not whole and word in value.casefold()) for word in words)
