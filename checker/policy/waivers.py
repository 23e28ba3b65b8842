"""Waivers: which concern each covers on a day, which have expired, which cover nothing, too much, or what no waiver can beat."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.policy.decide import inside, like

Waiver = Mapping[str, Any]
Concern = Mapping[str, Any]


class Covered(NamedTuple):
    """What the waivers do: concern number -> the waiver in force; the waivers that call for a word, with it and what they cover."""

    by_concern: dict[int, Waiver]
    expired: dict[int, Waiver]
    remarks: list[tuple[str, Waiver, list[Concern]]]


def cover(waivers: Sequence[Waiver], concerns: Sequence[tuple[str, Concern]], failing: Collection[str], unwaivable: Collection[str],
          most: int, day: str) -> Covered:
    """Match every waiver with every concern, given as (place, concern). A waiver holds to the end of the day on which it expires."""
    found = Covered({}, {}, [])
    by_print: dict[str, list[int]] = {}
    for number, (_, one) in enumerate(concerns):
        by_print.setdefault(one["fingerprint"], []).append(number)
    for waiver in waivers:
        numbers = [number for one in waiver["fingerprints"] for number in by_print.get(one, ())] if waiver["fingerprints"] else [
            number for number, (place, one) in enumerate(concerns) if _in_scope(waiver["scope"], place, one)]
        fails = [number for number in numbers if set(failing) & set(concerns[number][1]["words"])]
        for number in fails:
            target = found.expired if waiver["expires"] < day else found.by_concern
            if waiver["granted"] <= day and not set(unwaivable) & set(concerns[number][1]["words"]):
                target.setdefault(number, waiver)
        found.remarks.extend((word, waiver, [concerns[number][1] for number in fails]) for word in _remarks(waiver, fails, concerns, unwaivable, most, day))
    return found


def _in_scope(scope: Mapping[str, Any], place: str, concern: Concern) -> bool:
    """Does the concern have all that the scope names?"""
    tests: Mapping[str, Callable[[Any], bool]] = {
        "rule": lambda wanted: concern["rule"] == wanted,
        "license": lambda wanted: concern["license"] in wanted,
        "model": lambda wanted: like(wanted, str(concern.get("subject") or "")),
        "release": lambda wanted: concern["release"] == wanted,
        "path": lambda wanted: inside(place, wanted) or inside(str(concern["location"]["file"]), wanted),
    }
    return all(tests[key](wanted) for key, wanted in scope.items())


def _remarks(waiver: Waiver, fails: Sequence[int], concerns: Sequence[tuple[str, Concern]], unwaivable: Collection[str], most: int, day: str) -> Iterator[str]:
    if not fails:
        yield "unused"
        return
    if waiver["granted"] > day:
        yield "future"
    elif waiver["expires"] < day:
        yield "expired"
    covered = [concerns[number][1] for number in fails]
    if waiver["scope"] and (len(covered) > most or len({one["license"] for one in covered}) > 1):
        yield "broad"
    if any(set(unwaivable) & set(one["words"]) for one in covered):
        yield "beaten"
