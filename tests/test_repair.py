"""Ways out: the search finds what trying everything finds, nothing pretends, and a file with a way out made comes out as it says."""

from __future__ import annotations

import json
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, seed, settings
from hypothesis import strategies as st
from random_cases import PROFILE, Case, cases, clause, item, license_of

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

pytestmark = pytest.mark.usefixtures("random_books")


# ---- random books with something in the way ----------------------------------------------------------------------------

TRIGGER = {"relation": ["copy", "modification"], "released_as": ["copy", "service"]}
#: terms that stand in the way of something, or ask for something
TROUBLES: list[dict[str, Any]] = [
    {"scale_thresholds": [item(metric="monthly_active_users", above=100, on="rolling", beyond="permission", counted_over="licensee")]},
    {"scale_thresholds": [item(metric="monthly_active_users", above=100, on="rolling", beyond="permission", counted_over="licensee", only_if="commercial")]},
    {"scale_thresholds": [item(metric="monthly_active_users", above=100, on="rolling", beyond="prohibited", counted_over="licensee")]},
    {"regions_excluded": [item(regions=["EU"], scope="offered")]}, {"regions_excluded": [item(regions=["EU"], scope="established")]},
    {"commercial_use": clause("prohibited")}, {"commercial_use": clause("prohibited", beyond="permission")},
    {"display_text": [item(text=["Built with it"], where="the page", trigger=TRIGGER)]},
    {"display_text": [item(text=["Made of it", "Made from it"], any_of=True, where="the page", trigger=TRIGGER)]},
    {"derivative_naming": [item(rule="begins_with", text="Anna", trigger=TRIGGER)]}, {"license_copy": clause("required", trigger=TRIGGER)},
    {"attribution": clause("required", trigger=TRIGGER)}, {"state_changes": clause("required", trigger=TRIGGER)},
    {"share_alike": clause("same_license", trigger=TRIGGER), "further_restrictions": clause("forbidden")}, {"flow_down": clause("entire_license", trigger=TRIGGER)},
    {"flow_down": clause("use_restrictions", trigger=TRIGGER)}, {"hosted_service": clause("prohibited")}, {"distribute_derivatives": clause("prohibited")},
    {"modify": clause("conditional", conditions=["noncommercial"])}, {"fields_excluded": [item(field="military")]},
    {"train_other_models_with_outputs": clause("prohibited")}, {"train_other_models_with_outputs": clause("conditional", conditions=["own_derivatives"], beyond="permission")}]


@st.composite
def troubled(draw: st.DrawFn) -> Case:
    """Licenses that each ask or bar a thing or two, and a scenario that runs into some of it."""
    names = ["alpha", "beta", "gamma"]
    books = {name: license_of(name, licensor=f"Maker of {name}", **{key: value for one in draw(st.lists(st.sampled_from(TROUBLES), min_size=0 if name == "gamma" else 1, max_size=2))
                                                                      for key, value in one.items()}) for name in names}
    choices: list[Any] = [*names, *names, "alpha AND beta", {"one_of": ["alpha", "gamma"]}, "none"]
    inputs = [{"id": f"i{number}", "kind": draw(st.sampled_from(["model", "model", "dataset"])), "license": draw(st.sampled_from(choices))}
              for number in range(draw(st.integers(1, 3)))]
    known = [one["id"] for one in inputs]
    steps = []
    for number in range(draw(st.integers(1, 2))):
        steps.append({"id": f"s{number}", "action": draw(st.sampled_from(["fine_tune", "merge", "train_on_outputs", "quantize"])), "from": list(known)})
        known = [steps[-1]["id"], *draw(st.sampled_from([[], [inputs[0]["id"]]]))]
    releases = [{"id": f"r{number}", "of": steps[-1]["id"], "form": draw(st.sampled_from(["weights_public", "hosted_api", {"one_of": ["weights_public", "hosted_api"]}])), "name": "Nemo",
                 "regions": draw(st.sampled_from([["US"], ["US", "EU"], ["US", "DE", "FR"]])), "fields": draw(st.sampled_from([["general"], ["general", "military"]])),
                 **draw(st.sampled_from([{"commercial": True}, {"commercial": True}, {"commercial": False}, {}])), **draw(st.sampled_from([{}, {"license": "gamma"}])),
                 "conduct": draw(st.sampled_from([{}, {"displays": [], "ships": []}, {"displays": [], "ships": [], "terms_flow_down": False}]))}
                for number in range(draw(st.sampled_from([1, 1, 1, 2])))]
    actor = {"name": "Us", "home": "US", **draw(st.sampled_from([{"monthly_active_users": 5000}, {"monthly_active_users": 5000}, {"monthly_active_users": 5}, {}]))}
    return Case(books, {"actor": actor, "inputs": inputs, "steps": steps, "releases": releases, "agreements": [],
                        "profile": draw(st.sampled_from(["mainstream", "mainstream", "cautious", "open"]))})


# ---- against trying everything -----------------------------------------------------------------------------------------


class Tried:
    """Sets of changes judged by the complete result alone, each once."""

    def __init__(self, book: Book, scenario: Scenario, universe: list[Change]) -> None:
        self.book, self.scenario, self.universe = book, scenario, universe
        self._entries: dict[frozenset[int], dict[str, Any] | None] = {}

    def entry(self, numbers: frozenset[int]) -> dict[str, Any] | None:
        """The Assessment with these changes made; None if they cannot be made together."""
        if numbers not in self._entries:
            after = changed(self.scenario, [self.universe[number] for number in sorted(numbers)])
            self._entries[numbers] = None if after is None else assessment(self.book, after, {}, detail=False)
        return self._entries[numbers]

    def works(self, numbers: frozenset[int]) -> bool:
        """The verdict is good, no duty is not met, and nobody is asked where the text bars expressly."""
        entry = self.entry(numbers)
        if entry is None or entry["verdict"] not in GOOD or any(duty["status"] == "not_met" for duty in entry["obligations"]):
            return False
        asking = {number for number in numbers if self.universe[number].path == ("agreements",)}
        if not asking:
            return True
        before = self.entry(numbers - asking)
        assert before is not None
        asked = {self.universe[number].slot[1] for number in asking}
        return not any(one["effect"] == "forbids" and one["holds"] == "yes" and one["license"] in asked for one in before["findings"])

    def minimal(self, largest: int) -> set[frozenset[int]]:
        """Every set up to a size that works and has no part that works, by trying them all."""
        found: set[frozenset[int]] = set()
        for size in range(largest + 1):
            for numbers in map(frozenset, combinations(range(len(self.universe)), size)):
                clash = any(exclude_each_other(self.universe[left], self.universe[right]) for left, right in combinations(sorted(numbers), 2))
                if not clash and not any(one <= numbers for one in found) and self.works(numbers):
                    found.add(numbers)
        return found


def candidates_of(scenario: Scenario) -> dict[str, list[Candidate]]:
    """For each input, every other input's license to swap in."""
    return {item.id: [Candidate(f"like-{other.id}", (other._replace(id=item.id, made_from=(), model=f"like-{other.id}"),))
                      for other in scenario.inputs if other.id != item.id and "~" not in other.id] for item in scenario.inputs}


def compare(case: Case, data: st.DataObject, largest: int) -> None:
    book, scenario = case.understood()
    studied = study(book, scenario)
    assume(needed(studied))
    asking = {one["license"] for one in assessment(book, scenario, {}, detail=False, studied=studied)["obligations"] if one["action"] == "ask_permission"}
    everything = changes(book, scenario, candidates_of(scenario), asking)
    looking = Doing(book, scenario, everything)
    hints = smallest(looking.additions, lambda number: 1.0, str, 6, largest, lambda: looking.judged > 400)       # else almost nothing drawn would help
    helpful = list(dict.fromkeys(number for one in hints.sets for number in one))[:4]
    others = data.draw(st.lists(st.sampled_from(range(len(everything))), max_size=3, unique=True)) if everything else []
    universe = [everything[number] for number in sorted({*helpful, *others})]
    doing, tried = Doing(book, scenario, universe), Tried(book, scenario, universe)
    found = smallest(doing.additions, lambda number: 1.0 + number / 100, str, 10_000, largest)
    assert found.complete and doing.complete
    assert {frozenset(one) for one in found.sets} == tried.minimal(largest)
    for one in map(frozenset, found.sets):
        entry = tried.entry(one)
        assert entry is not None and entry["verdict"] == doing.verdicts[one]


@settings(PROFILE, max_examples=40)
@given(case=st.one_of(troubled(), cases()), data=st.data())
def test_the_search_finds_what_trying_everything_finds(case: Case, data: st.DataObject) -> None:
    compare(case, data, 2)


@pytest.mark.slow
@pytest.mark.parametrize("thousand", range(2))
def test_the_search_finds_what_trying_everything_finds_in_thousands_of_books(thousand: int) -> None:
    @seed(thousand)
    @settings(PROFILE, derandomize=False, max_examples=1_000)
    @given(case=st.one_of(troubled(), cases(alternatives=True)), data=st.data())
    def thousand_books(case: Case, data: st.DataObject) -> None:
        compare(case, data, 3)

    thousand_books()


@settings(PROFILE, max_examples=60)
@given(case=st.one_of(troubled(), cases()))
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


# ---- the worked scenarios ----------------------------------------------------------------------------------------------


def found_for(path: Path, library: Library, *candidates: str, **more: Any) -> list[dict[str, Any]]:
    scenario = load_scenario(path, library, as_of="2026-11-21")
    wanted = app.wanted(scenario, library, candidates=candidates, **{"max_judged": 20_000, **more})
    return app.find(scenario, library, wanted)[0]


def test_another_base_is_a_way_out(library: Library) -> None:
    first = found_for(V02, library, "Qwen/Qwen3-32B")[0]
    assert first == {"kind": "do", "verdict": "permitted", "cost": 4.0, "changes": [
        {"change": "swap", "path": ["inputs", "base", "model"], "from": "Qwen/Qwen2.5-72B", "to": "Qwen/Qwen3-32B", "text": "Swap Qwen/Qwen2.5-72B for Qwen/Qwen3-32B."}]}


def test_a_scenario_may_name_its_own_candidates(library: Library) -> None:
    entry = check_text(V02.read_text() + "candidates: [Qwen/Qwen3-32B]\n", "v02.yaml", library, as_of="2025-12-10")
    assert entry["repairs"][0]["changes"][0]["to"] == "Qwen/Qwen3-32B" and entry["repair_search"]["complete"]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_each_way_out_can_be_written_and_comes_out_as_it_says(path: Path, library: Library) -> None:
    text = path.read_text()
    for one in found_for(path, library, "Qwen/Qwen3-32B"):
        kinds = {change["change"] == "find_out" for change in one["changes"]}
        assert kinds == {one["kind"] == "find_out"}
        assert all(change["text"] and "{" not in change["text"] for change in one["changes"])
        try:
            written = app.apply(text, one)
        except BadInput as error:
            assert one["kind"] == "find_out" and "stands for this answer" in str(error)
            continue
        entry = check_text(written, path.name, library, as_of="2026-11-21")
        assert entry["verdict"] in GOOD and entry["conduct"] != "not_met"
        assert entry["verdict"] == one["verdict"] or one["kind"] == "find_out"
        assert entry["repairs"] == [] and entry["repair_search"] is None


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_only_what_the_vocabulary_leaves_to_the_actor_is_changed(path: Path, library: Library) -> None:
    vocabulary = library.book().vocabulary
    for one in found_for(path, library, "Qwen/Qwen3-32B"):
        for change in one["changes"] if one["kind"] == "do" else ():
            if change["path"][0] == "releases":
                group, fact = ("conduct", change["path"][3]) if change["path"][2] == "conduct" else ("release", change["path"][2])
                assert vocabulary.facts[group][fact]["changeable"]
            else:
                assert change["path"][0] in ("inputs", "agreements")
            if change["change"] == "rename":
                terms = [item for name in library.license_files for item in library.book().license(name).terms["derivative_naming"]]
                assert any(item["text"] in change["to"] for item in terms)


def test_nothing_is_looked_for_where_nothing_stands_in_the_way(library: Library) -> None:
    scenario = load_scenario(V04, library)
    studied = study(library.book(), scenario)
    assert not needed(studied) and repairs(library.book(), scenario, studied) == ([], None)


def test_no_way_out_is_said(library: Library) -> None:
    entry = check_text(V03.read_text(), "v03.yaml", library, as_of="2025-12-10")
    assert entry["repairs"] == [] and entry["repair_search"]["complete"]


def test_a_search_that_stops_says_so(library: Library) -> None:
    scenario = load_scenario(V05, library)
    studied = study(library.book(), scenario)
    stopped, search = repairs(library.book(), scenario, studied, Wanted(max_judged=5))
    assert search is not None and not search["complete"] and not [one for one in stopped if one["kind"] == "do"]


def test_costs_rank_and_nothing_else(library: Library) -> None:
    usual, dear = found_for(V02, library, "Qwen/Qwen3-32B"), found_for(V02, library, "Qwen/Qwen3-32B", costs={"swap": 100.0})
    key = lambda one: json.dumps(one["changes"])  # noqa: E731
    assert sorted(map(key, usual)) == sorted(map(key, dear)) and dear[-1]["changes"][0]["change"] == "swap" and usual[0]["changes"][0]["change"] == "swap"


def test_any_model_of_the_registry_is_a_candidate(library: Library) -> None:
    found = found_for(V02, library, any_model=True, most=100, largest=1)
    swaps = {one["changes"][0]["to"]: one["changes"][0] for one in found if one["changes"][0]["change"] == "swap"}
    assert len(swaps) > 20 and any(one.get("also") for one in swaps.values())


def test_an_unknown_candidate_is_refused(library: Library) -> None:
    with pytest.raises(BadInput, match="`Qwen/Qwen3-33B` is not in the model registry"):
        check_text(V02.read_text(), "v02.yaml", library, as_of="2025-12-10", candidates=["Qwen/Qwen3-33B"])


LLAMA = """as_of: "2026-01-01"   # a comment
actor: {name: Us, home: US, monthly_active_users: 10}
agreements: []
inputs: [{id: base, model: meta-llama/Llama-3.1-8B-Instruct}, {id: corpus, kind: dataset, license: CC-BY-NC-4.0}]
steps:
  - {id: tuned, action: fine_tune, from: [base, corpus]}
releases:
  - {of: tuned, form: weights_public, name: Marvin, commercial: true, regions: [US], conduct: {displays: [], ships: []}}
"""


def test_a_name_changes_only_to_what_a_license_asks_for(library: Library) -> None:
    scenario = load_from(LLAMA, library)
    names = [change.after for change in changes(library.book(), scenario, {}, ()) if change.change == "rename"]
    assert names == ["Llama-Marvin"]


def test_duties_that_were_not_performed_are_performed_together(library: Library) -> None:
    text = LLAMA.replace(", {id: corpus, kind: dataset, license: CC-BY-NC-4.0}", "").replace(", corpus]", "]").replace("ships: []", "ships: [{what: license_copy}]")
    entry = check_text(text, "llama.yaml", library, as_of="2026-01-01")
    best = entry["repairs"][0]
    assert {change["change"] for change in best["changes"]} == {"display", "ship", "rename"}
    written = app.apply(text, best)
    assert "# a comment" in written and check_text(written, "llama.yaml", library, as_of="2026-01-01")["conduct"] != "not_met"


def load_from(text: str, library: Library) -> Scenario:
    from checker.load.scenario import parse_scenario

    return parse_scenario(text, library, name="scenario.yaml")


def test_others_steps_and_uncertain_things_are_not_ours_to_change(library: Library) -> None:
    for more in ("by: somebody else", "certainty: alleged"):
        scenario = load_from(LLAMA.replace("from: [base, corpus]", f"from: [base, corpus], {more}"), library)
        assert not [change for change in changes(library.book(), scenario, candidates_of(scenario), ()) if change.path[0] == "inputs"]


def test_the_last_thing_that_a_step_changes_is_not_left_out(library: Library) -> None:
    scenario = load_from(LLAMA, library)
    left_out = {change.path[1] for change in changes(library.book(), scenario, {}, ()) if change.change in ("drop", "retrain_without")}
    assert left_out == {"corpus"}


def test_applying_to_another_file_is_refused(library: Library) -> None:
    with pytest.raises(BadInput, match="has no `base`"):
        app.apply(V04.read_text(), found_for(V02, library, "Qwen/Qwen3-32B")[0])


def test_every_change_is_worded_and_bound_to_a_changeable_fact(library: Library) -> None:
    book = library.book()
    for name, one in load(ROOT / "rules" / "vocabulary" / "repairs.yaml").value["changes"].items():
        assert one["cost"] > 0 and one["text"], name
        if "fact" in one:
            group, _, fact = one["fact"].partition(".")
            assert book.vocabulary.facts[group][fact]["changeable"], name
