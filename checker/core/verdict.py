"""Verdicts, sets of verdicts, and how they combine.

A set of verdicts is an int with one bit per verdict: what three-valued logic leaves possible. In one world with nothing
open a set has one member.
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.core.truth import Truth

#: best first
VERDICTS = ("no_license_engaged", "permitted", "permitted_with_obligations", "needs_permission", "prohibited")
NOT_ENOUGH_FACTS, DEPENDS = "not_enough_facts", "depends_on_unsettled"
GOOD = frozenset(VERDICTS[:3])
NONE_ENGAGED, PERMITTED, OBLIGED, NEEDS, PROHIBITED = (1 << rank for rank in range(5))
ANYTHING = PERMITTED | OBLIGED | NEEDS | PROHIBITED
GOOD_BITS = NONE_ENGAGED | PERMITTED | OBLIGED

#: conduct, worst first
CONDUCT = ("not_met", "unproven", "not_assessed", "cured", "met")


def members(verdicts: int) -> list[str]:
    """The verdicts of a set, best first."""
    return [name for rank, name in enumerate(VERDICTS) if verdicts >> rank & 1]


def rank(verdict: str) -> int:
    """0 for the best."""
    return VERDICTS.index(verdict)


def is_settled(verdicts: int) -> bool:
    """Is it one verdict, or good whatever happens?"""
    return verdicts & (verdicts - 1) == 0 or verdicts & ~GOOD_BITS == 0


def worst_of(left: int, right: int) -> int:
    """What the worst of two can be, each being any of its set."""
    if not left or not right:
        return left | right
    # a verdict is possible if one side can be it while the other is no worse
    low_left, low_right = left & -left, right & -right
    floor = max(low_left, low_right)
    return (left | right) & ~(floor - 1)


def worst(sets: Iterable[int]) -> int:
    """What the worst of many can be; nothing engaged if there are none."""
    result = NONE_ENGAGED
    for one in sets:
        result = worst_of(result, one)
    return result


def of_act(engaged: Truth, forbidden: Truth, permission: Truth, granted: Truth, obliged: Truth) -> int:
    """What the verdict on an act can be. What is not granted is reserved; a ban beats a need to ask, which beats a grant."""
    if engaged is False:
        return NONE_ENGAGED
    found = NONE_ENGAGED if engaged is None else 0
    if forbidden is not False:
        found |= PROHIBITED
    if forbidden is True:
        return found
    if permission is not False or granted is not True:
        found |= NEEDS
    if permission is not True and granted is not False:
        found |= (OBLIGED if obliged is not False else 0) | (PERMITTED if obliged is not True else 0)
    return found


def worst_conduct(states: Iterable[str]) -> str:
    """The worst of several; nothing due is `met`."""
    return min(states, key=CONDUCT.index, default="met")
