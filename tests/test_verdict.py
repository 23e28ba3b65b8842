"""Verdicts: sets of them, how they combine, and what is said over many worlds, each against a direct reading of the design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.core.truth import Truth
from checker.core.verdict import CONDUCT, DEPENDS, GOOD, NOT_ENOUGH_FACTS, VERDICTS, members, of_act, rank, worst, worst_conduct, worst_of
from checker.core.worlds import Leaf, effect, settle, under, verdict_range

settings.register_profile("verdict", deadline=None, derandomize=True, database=None)
PROFILE = settings.get_profile("verdict")

#: design, section 7, worst first
WORST_FIRST = ["prohibited", "needs_permission", "permitted_with_obligations", "permitted", "no_license_engaged"]
SETS = range(32)


def as_set(bits: int) -> set[str]:
    """The verdicts of a set, bit by bit."""
    return {verdict for place, verdict in enumerate(reversed(WORST_FIRST)) if bits & 2**place}


def bits_of(verdicts: Any) -> int:
    """A set of verdicts as the program writes it."""
    return sum(2**WORST_FIRST[::-1].index(verdict) for verdict in set(verdicts))


def worse(left: str, right: str) -> str:
    """The worse of two."""
    return min(left, right, key=WORST_FIRST.index)


# ---- sets ------------------------------------------------------------------------------------------------------------


def test_the_order_is_the_design_s() -> None:
    assert list(VERDICTS) == WORST_FIRST[::-1]
    assert set(WORST_FIRST[2:]) == GOOD
    assert [rank(verdict) for verdict in VERDICTS] == [0, 1, 2, 3, 4]


def test_members_are_the_set_best_first() -> None:
    for bits in SETS:
        assert set(members(bits)) == as_set(bits)
        assert members(bits) == sorted(members(bits), key=rank)


def test_the_worst_of_two_sets_is_every_worst_of_two_members() -> None:
    for left, right in product(SETS, SETS):
        wanted = {worse(one, other) for one in as_set(left) for other in as_set(right)} or as_set(left) | as_set(right)
        assert as_set(worst_of(left, right)) == wanted, (members(left), members(right))


def test_the_worst_of_many_is_every_worst_of_a_choice_from_each() -> None:
    assert worst([]) == bits_of(["no_license_engaged"])
    for sets in combinations([1, 2, 4, 8, 16, 3, 6, 12, 18, 24, 30, 31], 3):
        wanted = {min(one, key=WORST_FIRST.index) for one in product(*(as_set(bits) for bits in sets))}
        assert as_set(worst(sets)) == wanted


# ---- one act ---------------------------------------------------------------------------------------------------------


def read_act(engaged: bool, forbidden: bool, permission: bool, granted: bool, obliged: bool) -> str:
    """Section 5 and 7 in one world: not granted is reserved; `forbids` beats `needs_permission` beats `grants`; a duty makes it permitted with obligations."""
    if not engaged:
        return "no_license_engaged"
    if forbidden:
        return "prohibited"
    if permission or not granted:
        return "needs_permission"
    return "permitted_with_obligations" if obliged else "permitted"


def test_the_verdict_on_an_act_is_that_of_every_world_left_open() -> None:
    truths: tuple[Truth, ...] = (True, False, None)
    for given_ in product(truths, repeat=5):
        worlds = product(*((True, False) if truth is None else (truth,) for truth in given_))
        assert as_set(of_act(*given_)) == {read_act(*world) for world in worlds}, given_


# ---- conduct ---------------------------------------------------------------------------------------------------------


def test_the_worst_conduct_speaks() -> None:
    order = ["not_met", "unproven", "not_assessed", "cured", "met"]
    assert list(CONDUCT) == order
    assert worst_conduct([]) == "met"
    for states in product(order, repeat=3):
        assert worst_conduct(states) == min(states, key=order.index)


# ---- over worlds -----------------------------------------------------------------------------------------------------

World = tuple[Mapping[str, Any], str]


def leaf(given_: Mapping[str, Any], *verdicts: str, weight: float = 1.0) -> Leaf:
    """A world, or several, with these verdicts."""
    return Leaf(given_, weight, bits_of(verdicts), {}, {})


def reading(worlds: Sequence[World]) -> str:
    """Section 7 over worlds in which everything is told: the same; good, then the worst; else what it varies with."""
    found = {verdict for _, verdict in worlds}
    if len(found) == 1:
        return found.pop()
    if found <= set(WORST_FIRST[2:]):
        return min(found, key=WORST_FIRST.index)
    by_positions: dict[Any, set[str]] = {}
    for told, verdict in worlds:
        positions = tuple(sorted((key, value) for key, value in told.items() if key.startswith("positions.")))
        by_positions.setdefault(positions, set()).add("good" if verdict in GOOD else verdict)
    return NOT_ENOUGH_FACTS if any(len(one) > 1 for one in by_positions.values()) else DEPENDS


OPEN = {"releases.api.commercial": (True, False), "steps.s.purpose": ("scoring", "similar"), "positions.one": ("yes", "no"), "positions.two": ("here", "there")}


@st.composite
def trees(draw: st.DrawFn, told: tuple[tuple[str, Any], ...] = ()) -> list[tuple[dict[str, Any], str]]:
    """The leaves of a random tree of questions, a verdict at each."""
    left = [key for key in OPEN if key not in dict(told)]
    key = draw(st.sampled_from([None, None, *left])) if told else draw(st.sampled_from([None, *left]))
    if key is None:
        return [(dict(told), draw(st.sampled_from(WORST_FIRST)))]
    return [one for value in OPEN[key] for one in draw(trees((*told, (key, value))))]


def spelled_out(leaves: Sequence[tuple[dict[str, Any], str]]) -> list[World]:
    """Every world on its own: what a leaf says nothing of may be anything."""
    return [({**told, **dict(zip(rest, values))}, verdict) for told, verdict in leaves
            for rest in [[key for key in OPEN if key not in told]] for values in product(*(OPEN[key] for key in rest))]


@settings(PROFILE, max_examples=250)
@given(trees())
def test_the_verdict_over_worlds_is_the_one_of_the_design(leaves: list[tuple[dict[str, Any], str]]) -> None:
    assert settle([leaf(told, verdict) for told, verdict in leaves]) == reading(spelled_out(leaves))


@settings(PROFILE, max_examples=100)
@given(trees())
def test_the_range_runs_from_the_best_world_to_the_worst(leaves: list[tuple[dict[str, Any], str]]) -> None:
    verdicts = sorted({verdict for _, verdict in leaves}, key=rank)
    assert verdict_range([leaf(told, verdict) for told, verdict in leaves]) == [verdicts[0], verdicts[-1]]


@settings(PROFILE, max_examples=120)
@given(trees())
def test_under_an_answer_are_the_worlds_in_which_it_holds(leaves: list[tuple[dict[str, Any], str]]) -> None:
    made = [leaf(told, verdict) for told, verdict in leaves]
    worlds = spelled_out(leaves)
    for key, values in OPEN.items():
        for value in values:
            assert settle(under(made, key, value)) == reading([(told, verdict) for told, verdict in worlds if told[key] == value])


COMMERCIAL, PURPOSE, ONE = "releases.api.commercial", "steps.s.purpose", "positions.one"
CASES = [
    ("nothing at all", [], "no_license_engaged"),
    ("one world", [({}, "prohibited")], "prohibited"),
    ("whatever the answer", [({COMMERCIAL: True}, "needs_permission"), ({COMMERCIAL: False}, "needs_permission")], "needs_permission"),
    ("good whatever the answer", [({COMMERCIAL: True}, "permitted_with_obligations"), ({COMMERCIAL: False}, "no_license_engaged")],
     "permitted_with_obligations"),
    ("a fact decides", [({COMMERCIAL: True}, "prohibited"), ({COMMERCIAL: False}, "permitted")], NOT_ENOUGH_FACTS),
    ("two bad verdicts", [({COMMERCIAL: True}, "prohibited"), ({COMMERCIAL: False}, "needs_permission")], NOT_ENOUGH_FACTS),
    ("a position decides", [({ONE: "yes"}, "prohibited"), ({ONE: "no"}, "permitted")], DEPENDS),
    ("a position decides, a fact only how good", [({ONE: "yes"}, "prohibited"), ({ONE: "no", COMMERCIAL: True}, "permitted"),
                                                  ({ONE: "no", COMMERCIAL: False}, "permitted_with_obligations")], DEPENDS),
    ("a fact matters under one answer", [({ONE: "yes"}, "permitted"), ({ONE: "no", COMMERCIAL: True}, "prohibited"),
                                         ({ONE: "no", COMMERCIAL: False}, "permitted")], NOT_ENOUGH_FACTS),
    ("a position matters under one fact", [({COMMERCIAL: False}, "prohibited"), ({COMMERCIAL: True, ONE: "yes"}, "prohibited"),
                                           ({COMMERCIAL: True, ONE: "no"}, "permitted")], NOT_ENOUGH_FACTS),
]


@pytest.mark.parametrize(("leaves", "verdict"), [pytest.param(leaves, verdict, id=name) for name, leaves, verdict in CASES])
def test_cases(leaves: list[tuple[dict[str, Any], str]], verdict: str) -> None:
    assert settle([leaf(told, one) for told, one in leaves]) == verdict


def test_a_world_that_could_not_be_settled_is_not_enough_facts() -> None:
    assert settle([leaf({}, "permitted", "prohibited")]) == NOT_ENOUGH_FACTS
    assert settle([leaf({ONE: "yes"}, "permitted", "prohibited"), leaf({ONE: "no"}, "permitted")]) == NOT_ENOUGH_FACTS
    assert settle([leaf({}, "permitted", "permitted_with_obligations")]) == "permitted_with_obligations"
    assert verdict_range([leaf({}, "permitted", "needs_permission"), leaf({}, "prohibited")]) == ["permitted", "prohibited"]


def table(verdicts: Mapping[tuple[bool, str], str]) -> list[Leaf]:
    """Four worlds of equal weight: is it commercial, and what is the step for?"""
    return [leaf({COMMERCIAL: one, PURPOSE: two}, verdict, weight=0.25) for (one, two), verdict in verdicts.items()]


def effects(leaves: Sequence[Leaf]) -> tuple[float, float]:
    """How much each of the two questions settles."""
    return effect(leaves, COMMERCIAL, OPEN[COMMERCIAL]), effect(leaves, PURPOSE, OPEN[PURPOSE])


def test_the_question_that_settles_more_has_the_larger_effect() -> None:
    assert effects(table({(True, "scoring"): "permitted", (True, "similar"): "permitted", (False, "scoring"): "prohibited",
                          (False, "similar"): "prohibited"})) == pytest.approx((2.25, 0))
    first, second = effects(table({(True, "scoring"): "permitted", (True, "similar"): "permitted", (False, "scoring"): "needs_permission",
                                   (False, "similar"): "prohibited"}))
    assert first > second


def test_a_question_whose_answer_matters_has_an_effect() -> None:
    for verdicts in product(WORST_FIRST[:4], repeat=4):
        leaves = table(dict(zip(product(OPEN[COMMERCIAL], OPEN[PURPOSE]), verdicts)))
        told, other = ([rank(members(one.overall)[0]) for one in under(leaves, COMMERCIAL, value)] for value in (True, False))
        assert effects(leaves)[0] >= 0
        if sum(told) != sum(other):
            assert effects(leaves)[0] > 0, verdicts
