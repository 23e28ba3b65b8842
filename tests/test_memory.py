"""Memory: what is known again is what would be found afresh, whatever was judged before."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_lineages import FAMILY
from random_cases import PROFILE, Case, cases
from test_repair import troubled

from checker.app.check import check_text
from checker.core.assess import assess
from checker.core.book import Book
from checker.core.changes import changed, changes
from checker.core.memory import MOST, MOST_THINGS, Memory
from checker.core.notes import GIVEN, Ledger, Question
from checker.core.outcome import Outcome
from checker.core.reach_frame import rules_for
from checker.core.repair import Wanted, repairs
from checker.core.result import assessment
from checker.core.scenario import Scenario
from checker.core.study import study
from checker.core.world import World
from checker.load.book import Library
from checker.load.scenario import load_scenario, parse_scenario

ROOT = Path(__file__).parent.parent
SCENARIOS = [*sorted((ROOT / "seeds").glob("*.yaml")), *sorted((ROOT / "tests" / "disputes").glob("*.yaml"))]

pytestmark = pytest.mark.usefixtures("random_books")


class Forgetful(Memory):
    """Knows nothing again."""

    def recall(self, about: Hashable, ask: Callable[[Question], Any]) -> None:
        return None

    def within(self, thing: Any) -> None:
        return None


class Counting(Memory):
    """Counts what it was asked for, and what of that it knew again."""

    asked = known = 0

    def recall(self, about: Hashable, ask: Callable[[Question], Any]) -> Any:
        found = super().recall(about, ask)
        self.asked += 1
        self.known += found is not None
        return found


def world(**answers: Any) -> Callable[[Question], Any]:
    return lambda question: answers[question[0]]


def heard(**answers: Any) -> Mapping[Question, Any]:
    return {(name,): answer for name, answer in answers.items()}


# ---- the memory itself -------------------------------------------------------------------------------------------------


def test_it_goes_where_the_answers_lead() -> None:
    memory = Memory()
    memory.remember("a", heard(first=True, second=["x"]), "one")
    memory.remember("a", heard(first=True, second=["y"]), "two")
    memory.remember("a", heard(first=False), "three")
    assert memory.recall("a", world(first=True, second=["x"])) == "one" and memory.recall("a", world(first=True, second=["y"])) == "two"
    assert memory.recall("a", world(first=False)) == "three"                           # and `second` is not asked
    assert memory.recall("a", world(first=True, second=["z"])) is None and memory.recall("b", world()) is None


def test_what_asks_otherwise_is_not_kept() -> None:
    memory = Memory()
    memory.remember("a", heard(first=1), "one")
    memory.remember("a", heard(other=1), "two")
    assert memory.recall("a", world(first=1, other=1)) == "one"


def test_it_does_not_grow_without_end() -> None:
    memory = Memory()
    for number in range(MOST + 1):
        memory.remember(number, {}, number)
    assert memory.recall(0, world()) is None and memory.recall(MOST, world()) == MOST


def test_a_ledger_tells_worlds_apart_by_all_that_ever_bore_on_it() -> None:
    ledger = Ledger()
    asked: set[Question] = {(GIVEN, "a"), ("other",)}
    ledger.remember(asked, {"a": 1}, world(other=True), "one")
    assert ledger.recall({"a": 1, "b": 2}, world(other=True)) == "one"
    assert ledger.recall({"a": 2}, world(other=True)) is None and ledger.recall({"a": 1}, world(other=False)) is None
    ledger.remember({(GIVEN, "b")}, {"a": 2, "b": 2}, world(other=True), "two")
    assert ledger.recall({"a": 2, "b": 2}, world(other=True)) == "two"
    assert ledger.recall({"a": 2, "b": 3}, world(other=True)) is None and ledger.recall({"a": 1, "b": 2}, world(other=True)) is None


def test_only_the_last_scenarios_are_remembered_from_within() -> None:
    memory, scenarios = Memory(), [object() for _ in range(MOST_THINGS + 1)]
    assert memory.within(scenarios[0]) is None, "of a scenario's first world nobody knows yet whether there will be another"
    first = memory.within(scenarios[0])
    assert first == {} and memory.within(scenarios[0]) is first
    for one in scenarios[1:]:
        assert memory.within(one) is None
    assert memory.within(scenarios[0]) is None, "forgotten: it begins anew"


def test_a_license_that_reaches_a_release_learns_of_its_world_by_asking_only() -> None:
    tree = ast.parse((ROOT / "checker" / "core" / "reach_frame.py").read_text())
    reach_frame = next(one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == "ReachFrame")
    looking = {"given", "choice", "scenario", "lineage", "figures", "open", "cut", "asked", "position", "release_frame"}
    found = {method.name for method in reach_frame.body if isinstance(method, ast.FunctionDef)
             for node in ast.walk(method) if isinstance(node, ast.Attribute) and node.attr in looking}
    assert {name for name in found if not name.startswith("_ask_")} == {"__init__", "_own_fact", "afresh"}


# ---- in the engine -----------------------------------------------------------------------------------------------------


def everything(book: Book, scenario: Scenario) -> str:
    """All that is said of a scenario, every word of it."""
    studied = study(book, scenario)
    entry = assessment(book, scenario, {}, studied=studied)
    worlds = [(leaf.given, leaf.weight, leaf.overall, leaf.by_license, leaf.by_release) for leaf in studied.exploration.leaves]
    return repr([entry, worlds, repairs(book, scenario, studied, Wanted(most=4, largest=2, max_judged=60))])


def afresh(book: Book, scenario: Scenario) -> str:
    known, book.memory = book.memory, Forgetful()
    try:
        return everything(book, scenario)
    finally:
        book.memory = known


def variants(book: Book, scenario: Scenario, data: st.DataObject) -> Iterator[Scenario]:
    """The scenario and others that differ from it in a thing or two: the label, a ban, a day, a profile."""
    yield scenario
    made = changes(book, scenario, {}, ())
    for change in data.draw(st.lists(st.sampled_from(made), max_size=2)) if made else ():
        after = changed(scenario, [change])
        if after is not None:
            yield after
    yield scenario._replace(actor={**scenario.actor, "home": data.draw(st.sampled_from(["US", "DE", None]))})
    yield scenario._replace(agreements=({"licenses": ["alpha"], "certainty": data.draw(st.sampled_from(["alleged", "confirmed"])), "until": "2026-06-01"},))
    yield scenario._replace(profile={"id": "another", **book.answers(data.draw(st.sampled_from(["cautious", "permissive", "open"])))})
    yield scenario._replace(as_of="2026-07-01")
    quiet = [release._replace(conduct={**release.conduct, "certainty": "alleged"}, facts={**release.facts, "competes_with": ["Acme"]}) for release in scenario.releases]
    yield scenario._replace(releases=tuple(quiet))
    yield scenario._replace(figures=({"metric": "monthly_active_users", "scope": "licensee", "value": data.draw(st.sampled_from([50, 500, 5000]))},))
    yield scenario._replace(inputs=tuple(one._replace(certainty="reported", facts={**one.facts, "provenance": "leaked"}, declared="beta") for one in scenario.inputs))
    yield scenario._replace(steps=tuple(one._replace(facts={**one.facts, "purpose": "scoring"}) for one in scenario.steps))


def compare(case: Case, data: st.DataObject) -> None:
    book, scenario = case.understood()
    several = list(variants(book, scenario, data))
    for one in [*several, scenario]:
        assert everything(book, one) == afresh(book, one)


@settings(PROFILE, max_examples=6)
@given(case=st.one_of(troubled(), cases(alternatives=True)), data=st.data())
def test_what_is_known_again_is_what_would_be_found_afresh(case: Case, data: st.DataObject) -> None:
    compare(case, data)


@pytest.mark.slow
@settings(PROFILE, max_examples=60)
@given(case=st.one_of(troubled(), cases(alternatives=True)), data=st.data())
def test_what_is_known_again_is_what_would_be_found_afresh_in_many_books(case: Case, data: st.DataObject) -> None:
    compare(case, data)


def test_worked_scenarios_after_one_another_come_out_as_each_by_itself(library: Library) -> None:
    shared = Book(*(getattr(library.book(), name) for name in ("vocabulary", "rules", "positions", "profiles", "norms", "_find")), {})
    shared.memory = Counting()
    for path in SCENARIOS[::5]:
        scenario = load_scenario(path, library, as_of="2026-11-21")
        assert everything(shared, scenario) == afresh(shared, scenario), path.stem
    assert shared.memory.known > 50


def known_again(library: Library, change: Callable[[Book, Scenario], Any]) -> tuple[int, int, int]:
    """How many licenses reach a release, how often a changed world was asked whether something is known of one, and how often it was."""
    book, memory = library.book(), Counting()
    known, book.memory = book.memory, memory
    try:
        scenario = load_scenario(next(ROOT.glob("seeds/v04-*.yaml")), library)
        engaged = len(assess(book, scenario).engagements)
        memory.asked = memory.known = 0
        change(book, scenario)
    finally:
        book.memory = known
    return engaged, memory.asked, memory.known


@pytest.fixture(scope="module")
def thorough() -> Library:
    """A library of its own: what is found without short cuts is not known again where they are taken."""
    return Library()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_short_cuts_change_nothing(library: Library, thorough: Library, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Looking up what can no longer change an answer, and trying the rules on labels that the texts rule out, comes to the same."""
    hasty = check_text(path.read_text(encoding="utf-8"), path.name, library, as_of="2026-08-01")
    monkeypatch.setattr("checker.core.assess.World", lambda *of, hasty: World(*of))
    monkeypatch.setattr("checker.core.assess.label_rules", lambda world, license, on, named: rules_for(world, license, "label"))
    assert check_text(path.read_text(encoding="utf-8"), path.name, thorough, as_of="2026-08-01") == hasty


def test_an_answer_judges_nothing_again_that_it_cannot_touch(library: Library) -> None:
    given_ = {"conditions.llama-4.noncommercial": True}         # nothing here is under that license
    engaged, asked, known = known_again(library, lambda book, scenario: assess(book, scenario, given=given_))
    assert known == asked >= engaged > 1


def test_under_another_label_only_the_label_is_judged_again(library: Library) -> None:
    def labeled(book: Book, scenario: Scenario) -> None:
        assess(book, scenario._replace(releases=tuple(one._replace(facts={**one.facts, "license": "MIT"}) for one in scenario.releases)))

    engaged, asked, known = known_again(library, labeled)
    assert engaged <= known < asked


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILY)
def test_worlds_of_large_scenarios_come_out_as_each_by_itself(name: str, library: Library) -> None:
    scenario = parse_scenario(FAMILY[name], library, name=name)
    book, structure = library.book(), scenario.open_structure()
    for values in islice(product(*structure.values()), 12):
        given_: dict[str, Any] = dict(zip(structure, values))
        for _ in range(6):
            found = assess(book, scenario, given_, given_, verdict_only=True)
            known, book.memory = book.memory, Forgetful()
            by_itself = assess(book, scenario, given_, given_, verdict_only=True)
            book.memory = known
            assert told(found) == told(by_itself)
            open_keys = sorted(key for key in found.hangs_on if found.world.values(key) and key not in given_)
            if open_keys:
                given_ = {**given_, open_keys[-1]: found.world.values(open_keys[-1])[-1]}


def told(outcome: Outcome) -> Any:
    """All that is found in a world."""
    noted = outcome.world.found
    return (outcome.by_license, outcome.by_release, outcome.acts, outcome.hangs_on, noted.consulted, noted.asked, noted.domains, repr(sorted(noted.cuts.items())), outcome.duties,
            [(one.frame.license.id, one.frame.reach, one.verdicts, [finding.kept()[0:4] for finding in one.findings]) for one in outcome.engagements])


def test_what_was_found_names_no_scenario(library: Library) -> None:
    text = next(ROOT.glob("seeds/v02-*.yaml")).read_text()
    one, other = (check_text(text, name, library, as_of="2026-11-21") for name in ("one.yaml", "other.yaml"))
    assert "one.yaml" in json.dumps(one) and "one.yaml" not in json.dumps(other)


@pytest.mark.parametrize("name", ["v05", "v04", "d38"])
def test_judged_a_second_time_all_comes_out_the_same(name: str, library: Library) -> None:
    path = next(path for path in SCENARIOS if path.stem.startswith(name))
    scenario = load_scenario(path, library, as_of="2026-11-21", profile="open")
    book = library.book()
    assert everything(book, scenario) == everything(book, scenario) == afresh(book, scenario)
