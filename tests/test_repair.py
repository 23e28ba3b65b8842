"""Ways out: the search finds what trying everything finds, nothing pretends, and a file with a way out made comes out as it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_laws import PROFILE, Case, cases

from checker.app import repair as app
from checker.app.check import check_text
from checker.core.book import Book
from checker.core.changes import Candidate, Change, changed, changes, exclude_each_other
from checker.core.doing import Doing
from checker.core.repair import Wanted, answers, needed, repairs, smallest
from checker.core.result import assessment
from checker.core.scenario import Scenario
from checker.core.study import merge, study, undone
from checker.core.verdict import GOOD
from checker.core.worlds import explore, settle
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.scenario import load_scenario
from checker.load.strict_yaml import load

ROOT = Path(__file__).parent.parent
SCENARIOS = [*sorted((ROOT / "seeds").glob("*.yaml")), *sorted((ROOT / "tests" / "disputes").glob("*.yaml"))]
V02, V03, V04, V05 = (next(ROOT.glob(f"seeds/v{number}-*.yaml")) for number in ("02", "03", "04", "05"))


@pytest.fixture(autouse=True, scope="module")
def _book(library: Library) -> Iterator[None]:
    Case.library = library
    yield


# ---- against trying everything -----------------------------------------------------------------------------------------


def works(book: Book, scenario: Scenario, made: list[Change]) -> bool:
    """By the complete result alone: the verdict is good, no duty is not met, and nobody is asked where the text bars expressly."""
    after = changed(scenario, made)
    if after is None:
        return False
    entry = assessment(book, after, {}, detail=False)
    if entry["verdict"] not in GOOD or any(duty["status"] == "not_met" for duty in entry["obligations"]):
        return False
    asked = {change.slot[1] for change in made if change.path == ("agreements",)}
    if not asked:
        return True
    before = changed(scenario, [change for change in made if change.path != ("agreements",)])
    assert before is not None
    found = assessment(book, before, {}, detail=False)["findings"]
    return not any(one["effect"] == "forbids" and one["holds"] == "yes" and one["license"] in asked for one in found)


def every_minimal(universe: list[Change], test: Callable[[list[Change]], bool], largest: int) -> set[frozenset[int]]:
    """Every set up to a size that works and has no part that works, by trying them all."""
    found: set[frozenset[int]] = set()
    for size in range(largest + 1):
        for numbers in combinations(range(len(universe)), size):
            made = [universe[number] for number in numbers]
            clash = any(exclude_each_other(left, right) for left, right in combinations(made, 2))
            if not clash and not any(one <= set(numbers) for one in found) and test(made):
                found.add(frozenset(numbers))
    return found


def candidates_of(scenario: Scenario) -> dict[str, list[Candidate]]:
    """For each input, every other input's license to swap in."""
    return {item.id: [Candidate(f"like-{other.id}", (other._replace(id=item.id, made_from=(), model=f"like-{other.id}"),))
                      for other in scenario.inputs if other.id != item.id and "~" not in other.id] for item in scenario.inputs}


def compare(case: Case, data: st.DataObject, largest: int) -> None:
    book, scenario = case.understood()
    asking = {one["license"] for one in case.assessed(detail=False)["obligations"] if one["action"] == "ask_permission"}
    everything = changes(book, scenario, candidates_of(scenario), asking)
    picked = data.draw(st.lists(st.sampled_from(range(len(everything))), max_size=7, unique=True)) if everything else []
    universe = [everything[number] for number in sorted(picked)]
    doing = Doing(book, scenario, universe)
    found = smallest(doing.additions, lambda number: 1.0 + number / 100, str, 10_000, largest)
    assert found.complete and doing.complete
    assert {frozenset(one) for one in found.sets} == every_minimal(universe, lambda made: works(book, scenario, made), largest)
    for one in found.sets:
        after = changed(scenario, [universe[number] for number in one])
        assert after is not None and assessment(book, after, {}, detail=False)["verdict"] == doing.verdicts[frozenset(one)]


@settings(PROFILE, max_examples=60)
@given(case=cases(), data=st.data())
def test_the_search_finds_what_trying_everything_finds(case: Case, data: st.DataObject) -> None:
    compare(case, data, 3)


@pytest.mark.slow
@settings(PROFILE, max_examples=2_000)
@given(case=cases(), data=st.data())
def test_the_search_finds_what_trying_everything_finds_in_thousands_of_books(case: Case, data: st.DataObject) -> None:
    compare(case, data, 3)


@settings(PROFILE, max_examples=60)
@given(case=cases())
def test_the_answers_found_are_those_that_trying_everything_finds(case: Case) -> None:
    book, scenario = case.understood()
    studied = study(book, scenario)
    keys = {key: values for key, values in studied.exploration.keys().items() if not key.startswith("positions.")}

    def good(known: dict[str, Any]) -> bool:
        exploration = explore(book, scenario, {**studied.choice.fixed, **known})
        choices, outcomes = [chosen for chosen, _ in exploration.bases], [outcome for _, outcome in exploration.bases]
        return settle(exploration.leaves) in GOOD and not undone(merge(outcomes, choices))

    tried: list[frozenset[Any]] = []
    for size in range(3):
        for names in combinations(keys, size):
            for values in product(*(keys[name] for name in names)):
                one = frozenset(zip(names, values))
                if not any(part <= one for part in tried) and good(dict(one)):
                    tried.append(one)
    assert {frozenset(one) for one in answers(book, scenario, studied, 2).sets} == set(tried)
