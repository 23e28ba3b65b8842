"""What was known before: the baseline of a repository, and what changed between two results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from checker.core.concerns import WORDS, concerns, identity

SCHEMA = "licet/baseline/1"
_KEPT = ("fingerprint", "rule", "license", "section", "release", "words", "message", "asked_of")


class Change(NamedTuple):
    """One concern that differs between two results: new, fixed, worse, better, or its waiver has expired."""

    kind: str
    place: str
    concern: Mapping[str, Any]
    before: Mapping[str, Any] | None = None


def told(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """(place, concern) for all that counts: what failed at a gate, was waived or known there; else what is said to be wrong or open."""
    found = []
    for entry in entries:
        gate = entry.get("gate")
        if gate:
            own = [one for one in gate["concerns"] if one["state"] != "noted" and not one.get("repeats")]
        else:
            own = [one for one in concerns(entry) if set(one["words"]) - {"not_assessed"}]
        found += [(identity(entry), one) for one in own]
    return found


def write(entries: Sequence[Mapping[str, Any]], as_of: str) -> dict[str, Any]:
    """The baseline: every concern that fails now and is not waived, as plain values in a steady order."""
    failing = [(place, one) for place, one in told(entries) if one.get("state", "failed") in ("failed", "known")]
    rows = [{"place": place, **{key: one[key] for key in _KEPT if key in one}} for place, one in failing]
    return {"schema": SCHEMA, "as_of": as_of, "concerns": sorted(rows, key=lambda one: (one["place"], one["rule"], one["fingerprint"]))}


def rank(words: Iterable[str]) -> int:
    """How bad: 0 is the worst. A word that verdicts and conduct do not have counts as bad as any."""
    return min((WORDS.index(word) if word in WORDS else 0 for word in words), default=len(WORDS))


def is_known(concern: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> bool:
    """Was it known, no better than it is now, and asked of all that it is asked of now?"""
    before = known.get(concern["fingerprint"])
    return before is not None and rank(before["words"]) <= rank(concern["words"]) and not _asked_of_more(concern, before)


def _asked_of_more(concern: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return not set(concern.get("asked_of") or ()) <= set(before.get("asked_of") or ())


def diff(before: Sequence[tuple[str, Mapping[str, Any]]], after: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Change]:
    """What changed, in the order of places and rules: new ones first."""
    old = {one["fingerprint"]: (place, one) for place, one in before}
    new = {one["fingerprint"]: (place, one) for place, one in after}
    found = [Change("new", place, one) for key, (place, one) in new.items() if key not in old]
    found += [Change("fixed", place, one) for key, (place, one) in old.items() if key not in new]
    for key, (place, one) in new.items():
        if key in old:
            was = old[key][1]
            if was.get("state") == "waived" and one.get("state") == "failed":
                found.append(Change("waiver_expired", place, one, was))
            elif _asked_of_more(one, was):
                found.append(Change("new", place, one, was))
            elif rank(was["words"]) != rank(one["words"]):
                found.append(Change("worse" if rank(one["words"]) < rank(was["words"]) else "better", place, one, was))
    kinds = ("new", "worse", "waiver_expired", "better", "fixed")
    return sorted(found, key=lambda one: (kinds.index(one.kind), one.place, one.concern["rule"], one.concern["fingerprint"]))
