"""Concerns as the formats for machines show them: what state each is in, how grave it is, where it stands, what is said."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from checker.core.concerns import ALWAYS_TOLD, ERROR, concerns, file_of
from checker.core.vocabulary import split_key

Entry = Mapping[str, Any]
FAILED, WAIVED, KNOWN, NOTED = "failed", "waived", "known", "noted"
_GRAVE = frozenset({ERROR, "prohibited", "needs_permission", "not_met", "denied"})
_OPEN = frozenset({"not_enough_facts", "depends_on_unsettled", "unproven", "review", "unread", "unlisted", "unidentified", "waiver"})
#: what no XML, terminal or log can carry, and what turns the direction of a line
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
#: characters of one text in any of these formats
LONGEST = 8_000
#: models of which a question is said to be asked too
MOST_NAMED = 8


class Row(NamedTuple):
    """One concern, ready to be shown. `level` is error, warning or note; `line` is at least 1; `message` is what is `said`, with the clause."""

    concern: Mapping[str, Any]
    state: str
    level: str
    file: str
    line: int
    title: str
    said: str
    message: str
    fix: str
    aside: str

    @property
    def is_shown(self) -> bool:
        """Is it more than a note, or one that nobody may miss?"""
        return self.state != NOTED or self.level != "note" or self.concern["kind"] in ALWAYS_TOLD

    @property
    def is_remark(self) -> bool:
        """Does it speak of a waiver, and fail nothing?"""
        return self.concern["kind"] == "waiver" and self.state != FAILED

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return clean(self.concern["rule"])

    def text(self) -> str:
        """Message, what to do and why it does not fail, in one paragraph."""
        return " ".join(part for part in (self.message, words()["fix"].replace("{text}", self.fix) if self.fix else "", self.aside) if part)


@cache
def words() -> dict[str, Any]:
    """The wording of the formats for machines."""
    import json

    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
    return loaded


def clean(value: Any) -> str:
    """The text, bounded, with characters that nobody sees written out as their number."""
    text = _UNSEEN.sub(lambda match: f"\u27e8U+{ord(match[0]):04X}\u27e9", str(value if value is not None else ""))
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"


def rows(entry: Entry, fail_on: Collection[str] | None) -> list[Row]:
    """Every concern of an entry. What a gate decided stands in the entry; else a concern fails if it counts as one of `fail_on`."""
    gate = entry.get("gate")
    if gate:
        return [_row(entry, one, one["state"]) for one in gate["concerns"] if not one.get("repeats")]
    failing = {*(fail_on or ()), ERROR}
    return [_row(entry, one, FAILED if fail_on is not None and failing & set(one["words"]) else NOTED, listing=fail_on is None)
            for one in concerns(entry, fail_on or ())]


def _row(entry: Entry, concern: Mapping[str, Any], state: str, *, listing: bool = False) -> Row:
    location = concern["location"]
    names = {one["id"]: one["name"] for one in entry.get("licenses") or ()}
    own = words()["titles"].get(concern["rule"], "")
    title = clean(own if concern["kind"] == "verdict" else concern["title"] or own)
    message = said = _message(concern, title, names.get(concern["license"]) or str(concern["license"] or ""))
    if concern["quote"] and concern["quote"] not in message:
        message = fill(words()["quote"], text=message, section=clean(concern.get("cites") or concern["section"]), quote=clean(concern["quote"]))
    return Row(concern, state, _level(set(concern["words"]), state, listing), str(location["file"] or file_of(entry)),
               max(1, int(location["line"] or 1)), title, said, message, what_to_do(concern), _aside(concern, state))


def _message(concern: Mapping[str, Any], title: str, license: str) -> str:
    """What is said; of a question, also of what else it is asked."""
    text = words()
    message = clean(concern["message"]) or (fill(text["by"], title=title, license=clean(license)) if license else title)
    others = [clean(one) for one in concern.get("asked_of") or ()][1:]
    if not others:
        return message
    told = ", ".join(others[:MOST_NAMED]) + (fill(text["others"], count=len(others) - MOST_NAMED) if len(others) > MOST_NAMED else "")
    return fill(text["asked_of"], text=message, others=told)


def topic(fact: str) -> str:
    """What a question is about, whichever release of a place it is asked of."""
    group, _, rest = split_key(fact)
    return f"releases.{rest}" if group == "releases" else fact


def what_to_do(concern: Mapping[str, Any], told: Collection[str] = ()) -> str:
    """The questions that the concern hangs on, each with where it is answered, and the way out. Those in `told` stand above already."""
    remedy = clean(concern["remedy"])
    if concern["kind"] == "verdict":
        return remedy
    text = words()
    parts = [text["told"] if topic(one["fact"]) in told else " ".join(clean(one[key]) for key in ("ask", "answer") if one.get(key))
             for one in concern.get("asks") or ()]
    return " ".join([*dict.fromkeys(parts), *([fill(text["or"], text=remedy) if parts else remedy] if remedy else [])])


def _level(counts_as: Collection[str], state: str, listing: bool) -> str:
    if state == FAILED:
        return "error"
    if _GRAVE & set(counts_as):
        return "error" if listing else "warning"
    return "warning" if _OPEN & set(counts_as) else "note"


def _aside(concern: Mapping[str, Any], state: str) -> str:
    if state == KNOWN:
        return str(words()["known"])
    waiver = concern.get("waiver")
    if state != WAIVED or not waiver:
        return ""
    return fill(words()["waived"], **{key: clean(waiver.get(key) or words()["not_stated"]) for key in ("reason", "approver", "expires")},
                note=clean(waiver.get("note"))).strip()


def two_answers(entry: Entry) -> dict[str, str]:
    """What the licenses say of an entry, and what the policy accepts; without a gate only the first."""
    law = {"law": str(entry["verdict"])} if "verdict" in entry else {}
    return law | ({"policy": str(entry["gate"]["policy"]["answer"])} if entry.get("gate") else {})


def fill(pattern: str, **values: Any) -> str:
    """The pattern with each `{name}` replaced, in one pass: a value is never read as a pattern."""
    return re.sub(r"\{([a-z_]+)\}", lambda match: str(values.get(match[1], match[0])), pattern)


def passed(entries: Sequence[Entry], fail_on: Collection[str] | None) -> bool:
    """Does nothing fail?"""
    return not any(row.state == FAILED for entry in entries for row in rows(entry, fail_on))
