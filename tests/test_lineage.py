"""Lineage: which work reaches which release, and as what, against every path written out one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from effort import effort
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.core.lineage import Lineage
from checker.core.scenario import ACTOR, Input, Reference, Release, Scenario, Step
from checker.core.vocabulary import Vocabulary
from checker.load.book import Library

settings.register_profile("lineage", deadline=None, derandomize=True, database=None)
PROFILE = settings.get_profile("lineage")
CERTAIN = ("assumed", "admitted", "confirmed")
RELATIONS = ("copy", "modification", "transfer", "data", "component", "tool", "idea")
ACTIONS = ("fine_tune", "adapt", "merge", "quantize", "distill", "train_on_outputs", "generate", "filter", "embed", "combine", "copy", "evaluate",
           "reimplement")
KINDS = ("model", "adapter", "dataset", "outputs", "software", "service")
#: source, relation, manner, own, first_own, modifies, trains, certain
Outcome = tuple[Any, ...]


@pytest.fixture(scope="module")
def vocabulary(library: Library) -> Vocabulary:
    return library.book().vocabulary


def scenario(inputs: tuple[Input, ...], steps: tuple[Step, ...], of: str, certainty: str = "assumed") -> Scenario:
    """A scenario with one release."""
    return Scenario(title="", as_of="2026-01-01", actor={}, figures=(), agreements=None, inputs=inputs, steps=steps,
                    releases=(Release(id="out", of=of, forms=("internal",), facts={}, conduct={}, certainty=certainty),), positions={}, profile={})


def an_input(name: str, kind: str = "model", **more: Any) -> Input:
    return Input(id=name, candidates=(), facts={"kind": kind}, **more)


def a_step(name: str, action: str, *sources: str | Reference, **more: Any) -> Step:
    return Step(id=name, actions=(action,), inputs=tuple(one if isinstance(one, Reference) else Reference(one) for one in sources), facts={}, **more)


# ---- the table -------------------------------------------------------------------------------------------------------


def test_composition_is_a_complete_table(vocabulary: Vocabulary) -> None:
    table = vocabulary.composition
    assert set(table) == set(vocabulary.words["relations"]) == set(RELATIONS)
    assert all(set(row) == set(RELATIONS) and set(row.values()) <= set(RELATIONS) for row in table.values())


def test_composition_is_associative(vocabulary: Vocabulary) -> None:
    table = vocabulary.composition
    for one, two, three in product(RELATIONS, repeat=3):
        assert table[table[one][two]][three] == table[one][table[two][three]], (one, two, three)


def test_a_copy_changes_nothing(vocabulary: Vocabulary) -> None:
    for relation in RELATIONS:
        assert vocabulary.composition["copy"][relation] == relation == vocabulary.composition[relation]["copy"]


def test_what_is_not_contained_never_becomes_contained(vocabulary: Vocabulary) -> None:
    contained = {"copy", "modification", "component"}
    for first, second in product(RELATIONS, repeat=2):
        if first not in contained or second not in contained:
            assert vocabulary.composition[first][second] not in contained


def test_every_action_says_what_it_makes_of_every_kind(vocabulary: Vocabulary) -> None:
    for name, action in vocabulary.actions.items():
        assert set(action["relation"]) == set(KINDS), name
        assert set(action["relation"].values()) <= set(RELATIONS), name
        assert action["makes"] in KINDS
        assert action["manner"] in vocabulary.manners


# ---- random lineages against brute force -----------------------------------------------------------------------------


@st.composite
def lineages(draw: st.DrawFn) -> Scenario:
    """One to three inputs (some made from earlier ones), up to five steps, one release."""
    certainty = st.sampled_from(["assumed", "assumed", "confirmed", "admitted", "reported", "alleged"])
    names: list[str] = []

    def references(least: int) -> tuple[Reference, ...]:
        chosen = draw(st.lists(st.sampled_from(names), min_size=least, max_size=3, unique=True)) if names else []
        return tuple(Reference(one, draw(st.sampled_from([None, None, None, "teacher", "data", "base", "component", "tool", "idea"])),
                               draw(st.sampled_from([None, None, None, *ACTIONS]))) for one in chosen)

    inputs, steps = [], []
    for number in range(draw(st.integers(1, 3))):
        inputs.append(an_input(f"i{number}", draw(st.sampled_from(KINDS)), made_from=references(0), made_by=draw(st.sampled_from(ACTIONS)),
                               certainty=draw(certainty)))
        names.append(f"i{number}")
    for number in range(draw(st.integers(0, 5))):
        steps.append(Step(id=f"s{number}", actions=(draw(st.sampled_from(ACTIONS)),), inputs=references(1), facts={},
                          by=draw(st.sampled_from([ACTOR, "somebody else"])), certainty=draw(certainty)))
        names.append(f"s{number}")
    of = names[-1] if draw(st.booleans()) else draw(st.sampled_from(names))
    return scenario(tuple(inputs), tuple(steps), of, draw(certainty))


def links(whole: Scenario, name: str) -> Iterator[tuple[Reference, str, bool, bool]]:
    """What an artifact was made from: reference, action, by the actor, certain."""
    for step in whole.steps:
        if step.id == name:
            yield from ((reference, reference.action or step.actions[0], step.by == ACTOR, step.certainty in CERTAIN) for reference in step.inputs)
    for item in whole.inputs:
        if item.id == name:
            yield from ((reference, reference.action or item.made_by, False, item.certainty in CERTAIN) for reference in item.made_from)


def paths(whole: Scenario, name: str) -> Iterator[list[tuple[Reference, str, bool, bool]]]:
    """Every way back from an artifact, nearest link first; each ends at some artifact on the way."""
    yield []
    for link in links(whole, name):
        for rest in paths(whole, link[0].id):
            yield [link, *rest]


def kind_of(whole: Scenario, vocabulary: Vocabulary, name: str) -> str:
    found = [str(item.facts["kind"]) for item in whole.inputs if item.id == name]
    return found[0] if found else next(vocabulary.actions[step.actions[0]]["makes"] for step in whole.steps if step.id == name)


def outcome(whole: Scenario, vocabulary: Vocabulary, path: list[tuple[Reference, str, bool, bool]]) -> Outcome | None:
    """What the work at the end of a path is to the release, read along the path from the work onwards."""
    release = whole.releases[0]
    source = next((item for item in whole.inputs if item.id == (path[-1][0].id if path else release.of)), None)
    if source is None:
        return None
    ranks = list(vocabulary.manners)
    relation, manners, trained, certain = "copy", [], False, source.certainty in CERTAIN and release.certainty in CERTAIN
    modifies = trains = own = False
    for reference, action, by_actor, sure in reversed(path):
        spec = vocabulary.actions[action]
        link = vocabulary.roles.get(reference.role or "") or spec["relation"][kind_of(whole, vocabulary, reference.id)]
        relation = vocabulary.composition[relation][link]
        manners += [spec["manner"]] if link == "modification" else []
        learns = bool(spec["trains"]) and link in ("transfer", "data")
        trained |= learns
        own |= by_actor
        modifies |= by_actor and link == "modification"
        trains |= by_actor and learns
        certain &= sure
    manner = {"modification": max(manners, key=ranks.index, default=""), "transfer": "distill" if trained else "outputs", "data": "data"}.get(relation, "")
    return source.id, relation, manner, own, bool(path) and path[-1][2], modifies, trains, certain


def found(lineage: Lineage, whole: Scenario) -> list[tuple[Outcome, tuple[str, ...]]]:
    """What the program finds: outcome and witness."""
    return [((one.source.id, one.relation, one.manner, one.own, one.first_own, one.modifies, one.trains, one.certain), one.path)
            for one in lineage.reaches(whole.releases[0])]


@settings(PROFILE, max_examples=300)
@given(whole=lineages())
def test_reaches_are_the_outcomes_of_all_paths(vocabulary: Vocabulary, whole: Scenario) -> None:
    wanted: dict[Outcome, set[tuple[str, ...]]] = {}
    for path in paths(whole, whole.releases[0].of):
        one = outcome(whole, vocabulary, path)
        if one is not None:
            wanted.setdefault(one, set()).add((*(link[0].id for link in reversed(path)), whole.releases[0].of))
    reaches = found(Lineage(whole, {}, vocabulary), whole)
    assert {one for one, _ in reaches} == set(wanted)
    for one, witness in reaches:
        assert witness in wanted[one]
    for one in wanted:
        assert min(len(witness) for which, witness in reaches if which == one) == min(map(len, wanted[one]))


@settings(PROFILE, max_examples=120)
@given(whole=lineages(), data=st.data())
def test_the_order_in_the_file_does_not_matter(vocabulary: Vocabulary, whole: Scenario, data: st.DataObject) -> None:
    steps = tuple(step._replace(inputs=tuple(data.draw(st.permutations(step.inputs)))) for step in data.draw(st.permutations(whole.steps)))
    inputs = tuple(item._replace(made_from=tuple(data.draw(st.permutations(item.made_from)))) for item in data.draw(st.permutations(whole.inputs)))
    other = whole._replace(steps=steps, inputs=inputs)
    assert {one for one, _ in found(Lineage(other, {}, vocabulary), other)} == {one for one, _ in found(Lineage(whole, {}, vocabulary), whole)}


@settings(PROFILE, max_examples=120)
@given(whole=lineages(), data=st.data())
def test_what_did_not_happen_is_as_if_it_were_not_there(vocabulary: Vocabulary, whole: Scenario, data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from([*(item.id for item in whole.inputs), *(step.id for step in whole.steps)]), max_size=2))
    choice = {f"{'inputs' if name.startswith('i') else 'steps'}.{name}.happened": False for name in gone}

    def kept(references: tuple[Reference, ...]) -> tuple[Reference, ...]:
        return tuple(one for one in references if one.id not in gone)

    without = whole._replace(inputs=tuple(item._replace(made_from=kept(item.made_from)) for item in whole.inputs if item.id not in gone),
                             steps=tuple(step._replace(inputs=kept(step.inputs)) for step in whole.steps if step.id not in gone))
    refuted = whole._replace(inputs=tuple(item._replace(certainty="refuted") if item.id in gone else item for item in whole.inputs),
                             steps=tuple(step._replace(certainty="refuted") if step.id in gone else step for step in whole.steps))
    assert found(Lineage(whole, choice, vocabulary), whole) == found(Lineage(without, {}, vocabulary), without)
    assert found(Lineage(refuted, {}, vocabulary), refuted) == found(Lineage(without, {}, vocabulary), without)


def test_the_action_chosen_in_a_world_counts(vocabulary: Vocabulary) -> None:
    open_step = a_step("s", "fine_tune", "i")._replace(actions=("fine_tune", "train_on_outputs"))
    whole = scenario((an_input("i"),), (open_step,), "s")
    relations = {action: Lineage(whole, {"steps.s.action": action}, vocabulary).reaches(whole.releases[0])[0].relation for action in open_step.actions}
    assert relations == {"fine_tune": "modification", "train_on_outputs": "transfer"}


# ---- large lineages --------------------------------------------------------------------------------------------------

LONG = 10_000
#: calls for each link of a lineage and each input that comes along it
MOST_CALLS = 40


def chain(length: int, first: str = "distill") -> Scenario:
    """One input, tuned again and again."""
    steps = tuple(a_step(f"s{number}", "fine_tune" if number else first, f"s{number - 1}" if number else "i") for number in range(length))
    return scenario((an_input("i"),), steps, f"s{length - 1}")


def test_a_long_chain_costs_its_links(vocabulary: Vocabulary) -> None:
    whole = chain(LONG)
    reaches, calls = effort(lambda: Lineage(whole, {}, vocabulary).reaches(whole.releases[0]))
    assert calls < MOST_CALLS * LONG
    assert [(one.source.id, one.relation, one.manner) for one in reaches] == [("i", "transfer", "distill")]
    assert (reaches[0].path[0], reaches[0].path[-1]) == ("i", f"s{LONG - 1}")


@pytest.mark.parametrize("length", [3, 150, 500])
def test_the_step_that_takes_the_input_is_on_the_path(vocabulary: Vocabulary, length: int) -> None:
    whole = chain(length)
    assert Lineage(whole, {}, vocabulary).reaches(whole.releases[0])[0].path[1] == "s0"


def test_a_lattice_with_millions_of_paths_costs_its_links(vocabulary: Vocabulary) -> None:
    layers = 25
    steps = [a_step(f"{side}{layer}", action, *((f"left{layer - 1}", f"right{layer - 1}") if layer else ("i", "j")))
             for layer in range(layers) for side, action in (("left", "merge"), ("right", "quantize"))]
    whole = scenario((an_input("i"), an_input("j", "dataset")), (*steps, a_step("end", "merge", f"left{layers - 1}", f"right{layers - 1}")), "end")
    reaches, calls = effort(lambda: found(Lineage(whole, {}, vocabulary), whole))
    assert calls < MOST_CALLS * 4 * layers * len(whole.inputs)
    assert {one[:3] for one, _ in reaches} == {("i", "modification", "merge"), ("j", "data", "data")}
    assert all(len(witness) == layers + 2 for _, witness in reaches)


def test_wide_lineages_cost_their_links(vocabulary: Vocabulary) -> None:
    inputs = tuple(an_input(f"i{number}") for number in range(3_000))
    whole = scenario(inputs, (a_step("s", "merge", *(item.id for item in inputs)),), "s")
    reaches, calls = effort(lambda: Lineage(whole, {}, vocabulary).reaches(whole.releases[0]))
    assert len(reaches) == len(inputs) and calls < MOST_CALLS * len(inputs)
