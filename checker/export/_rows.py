"""Concerns as the formats for machines show them: what state each is in, how grave it is, where it stands, what is said."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from checker.core.concerns import ERROR, concerns, file_of

Entry = Mapping[str, Any]
FAILED, WAIVED, KNOWN, NOTED = "failed", "waived", "known", "noted"
_GRAVE = frozenset({ERROR, "prohibited", "needs_permission", "not_met", "denied"})
_OPEN = frozenset({"not_enough_facts", "depends_on_unsettled", "unproven", "review"})
#: what no XML, terminal or log can carry, and what turns the direction of a line
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
#: characters of one text in any of these formats
LONGEST = 8_000


class Row(NamedTuple):
    """One concern, ready to be shown. `level` is error, warning or note; `line` is at least 1."""

    concern: Mapping[str, Any]
    state: str
    level: str
    file: str
    line: int
    title: str
    message: str
    fix: str
    aside: str

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
        return [_row(entry, one, one["state"]) for one in gate["concerns"]]
    failing = {*(fail_on or ()), ERROR}
    return [_row(entry, one, FAILED if fail_on is not None and failing & set(one["words"]) else NOTED, listing=fail_on is None)
            for one in concerns(entry, fail_on or ())]


def _row(entry: Entry, concern: Mapping[str, Any], state: str, *, listing: bool = False) -> Row:
    location = concern["location"]
    own = words()["titles"].get(concern["rule"], "")
    title = clean(own if concern["kind"] == "verdict" else concern["title"] or own)
    message = clean(concern["message"] or title)
    if concern["quote"] and concern["quote"] not in message:
        message = fill(words()["quote"], text=message, section=clean(concern["section"]), quote=clean(concern["quote"]))
    return Row(concern, state, _level(set(concern["words"]), state, listing), str(location["file"] or file_of(entry)),
               max(1, int(location["line"] or 1)), title, message, clean(concern["remedy"]), _aside(concern, state))


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


def fill(pattern: str, **values: Any) -> str:
    """The pattern with each `{name}` replaced, in one pass: a value is never read as a pattern."""
    return re.sub(r"\{([a-z_]+)\}", lambda match: str(values.get(match[1], match[0])), pattern)


def passed(entries: Sequence[Entry], fail_on: Collection[str] | None) -> bool:
    """Does nothing fail?"""
    return not any(row.state == FAILED for entry in entries for row in rows(entry, fail_on))
