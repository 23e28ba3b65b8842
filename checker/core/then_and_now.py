"""Then and now: the same scenario asked on two days. What changed, and which text or date changed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checker.core.book import Book
from checker.core.scenario import Scenario

Entry = Mapping[str, Any]
#: (what it concerns: a license id, a fact or a rule; day; in words)
Event = tuple[str, str, str]
#: effects of findings that are compared
_EFFECTS = ("forbids", "needs_permission", "reserves")
#: kinds of regulation that oblige
_BINDING = ("law", "measure")


def then_and_now(book: Book, scenario: Scenario, one: Entry, other: Entry) -> dict[str, Any]:
    """Two Assessments of the scenario on different days, the earlier first: `days`, `verdicts`, `conduct`, and `changed`, each with `because`."""
    then, now = sorted((one, other), key=lambda entry: str(entry["as_of"]))
    events = sorted(_events(book, scenario, then, now), key=lambda event: (event[1], event[2]))
    licenses = list(_licenses(then, now))
    replaced = {row["id"] for row in licenses if row["then"] is None or row["now"] is None}       # their row says it all
    rows = [*licenses, *(row for row in (*_findings(then, now), *_duties(then, now)) if row["license"] not in replaced), *_regulation(book, then, now)]
    changed = [{**row, "because": _because(row, events)} for row in rows]
    return {"days": [then["as_of"], now["as_of"]], "verdicts": [then["verdict"], now["verdict"]], "conduct": [then["conduct"], now["conduct"]],
            "changed": [{**row, "because": row["because"] or _by_findings(row, changed)} for row in changed]}


def _because(row: Mapping[str, Any], events: Iterable[Event]) -> list[str]:
    """What happened between the days that concerns the row."""
    concerns = {row["license"], row["id"], {"finding": "figures", "duty": "conduct"}.get(row["kind"])}
    return list(dict.fromkeys(words for about, _, words in events if about in concerns))


def _by_findings(row: Mapping[str, Any], changed: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why the findings changed on which the row rests: those of its license, of a duty only those of its rule."""
    reasons = (one["because"] for one in changed if one["kind"] == "finding" and row["license"] and one["license"] == row["license"]
               and (row["kind"] != "duty" or one["id"] == row["id"]))
    return list(dict.fromkeys(words for because in reasons for words in because))


# ---- what happened between the days ----------------------------------------------------------------------------------


def _events(book: Book, scenario: Scenario, then: Entry, now: Entry) -> Iterator[Event]:
    def between(day: Any) -> bool:
        return bool(day) and str(then["as_of"]) < str(day) <= str(now["as_of"])

    sentence = book.vocabulary.sentence
    for license in (book.license(one["id"]) for entry in (then, now) for one in entry["licenses"]):
        if between(license.effective):
            words = sentence("text_since", license=license.name, day=str(license.effective))
            for concerned in _line(book, license.id):
                yield concerned, str(license.effective), words
    for agreement in scenario.agreements or ():
        for edge in ("from", "until"):
            if between(agreement.get(edge)):
                for license_id in agreement["licenses"]:
                    yield license_id, str(agreement[edge]), sentence(f"agreement_{edge}", license=book.license(license_id).name, day=str(agreement[edge]))
    for figure in (*scenario.figures, *(one for release in scenario.releases for one in release.figures)):
        if between(figure.get("date")):
            yield "figures", str(figure["date"]), sentence("figure_of", metric=book.vocabulary.words["metrics"][figure["metric"]], day=str(figure["date"]))
    for release in scenario.releases:
        for done in (*(release.conduct.get("ships") or ()), *(release.conduct.get("displays") or ())):
            if between(done.get("since")):
                what = book.vocabulary.words["shippable"].get(done.get("what", ""), done.get("text", ""))
                yield "conduct", str(done["since"]), sentence("done_since", what=what, release=release.id, day=str(done["since"]))
    for rule in (one for entry in (then, now) for one in entry["regulation"]):
        what, day = _applies_since(book, rule)
        if between(day):
            yield rule["rule"], day, sentence("in_force_since", what=what, day=day)


def _line(book: Book, license_id: str) -> list[str]:
    """A text and those that it replaced, one after the other."""
    found: list[str] = []
    while license_id and license_id not in found:
        found.append(license_id)
        license_id = str(book.license(license_id).head.get("replaces") or "")
    return found


# ---- what differs ----------------------------------------------------------------------------------------------------


def _row(kind: str, identifier: str, license: Any, text: str, then: Any, now: Any) -> dict[str, Any]:
    return {"kind": kind, "id": identifier, "license": license, "text": text, "then": then, "now": now}


def _licenses(then: Entry, now: Entry) -> Iterator[dict[str, Any]]:
    before, after = ({one["id"]: one for one in entry["licenses"]} for entry in (then, now))
    for license_id in sorted({*before, *after}):
        states = [one[license_id]["verdict"] if license_id in one else None for one in (before, after)]
        if states[0] != states[1]:
            yield _row("license", license_id, license_id, (after.get(license_id) or before[license_id])["name"], *states)


def _findings(then: Entry, now: Entry) -> Iterator[dict[str, Any]]:
    before, after = ({(one["rule"], one["license"], one["section"], one["release"], tuple(one["acts"])): one
                      for one in entry["findings"] if one["effect"] in _EFFECTS} for entry in (then, now))
    for key in sorted({*before, *after}, key=str):
        states = [one[key]["holds"] if key in one else None for one in (before, after)]
        if states[0] != states[1]:
            yield _row("finding", key[0], key[1], (after.get(key) or before[key])["message"], *states)


def _duties(then: Entry, now: Entry) -> Iterator[dict[str, Any]]:
    before, after = ({(one["rule"], one["license"], one["action"], one["section"], one["release"], one["text"]): one for one in entry["obligations"]}
                     for entry in (then, now))
    for key in sorted({*before, *after}, key=str):
        states = [one[key]["status"] if key in one else None for one in (before, after)]
        if states[0] != states[1]:
            yield _row("duty", key[0], key[1], key[2], *states)


def _regulation(book: Book, then: Entry, now: Entry) -> Iterator[dict[str, Any]]:
    """What law says, by whether it was in force: a bill, a guideline or a code is named as such and is never an obligation."""
    before, after = ({one["rule"]: _state(book, one, str(entry["as_of"])) for one in entry["regulation"]} for entry in (then, now))
    titles = {one["rule"]: one["title"] for entry in (then, now) for one in entry["regulation"]}
    for rule in sorted({*before, *after}):
        if before.get(rule) != after.get(rule):
            yield _row("regulation", rule, None, titles[rule], before.get(rule), after.get(rule))


def _state(book: Book, entry: Mapping[str, Any], day: str) -> str:
    """`not_yet`; then `in_force` for what binds, or what it is (bill, guideline, code_of_practice), which counts no earlier than the law it reads."""
    if _applies_since(book, entry)[1] > day:
        return "not_yet"
    return "in_force" if entry["status"] in _BINDING else str(entry["status"])


def _applies_since(book: Book, entry: Mapping[str, Any]) -> tuple[str, str]:
    """(what applies, since when): the entry itself where it has a day, else the last of the laws that it rests on; "" where no day is known."""
    if entry["in_force"]:
        return str(entry["title"]), str(entry["in_force"])
    norms = [book.norms[one["id"]] for one in entry["norms"]]
    days = [(str(norm["in_force"]), str(norm["title"])) for norm in norms if norm["kind"] in _BINDING and norm.get("in_force")]
    day, what = max(days, default=("", ""))
    return what, day
