"""Laws of the engine: what must hold for every book and every scenario, tried on small random ones.

The rules and the vocabulary are the project's own; licenses and scenarios are random (random_cases.py); exceptions, and what
once was found, stand in test_laws_examples.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_cases import BEYOND, COUNTED, GRANTS, LIMIT, METRIC, NAMES, PROFILE, TRAINING, USES, Case, cases, clause, flags, item, narrower, place, tell

from checker.core.assess import assess
from checker.core.book import Book
from checker.core.figures import INFINITY, Range
from checker.core.outcome import About, Outcome
from checker.core.scenario import Scenario
from checker.core.verdict import GOOD, NONE_ENGAGED, members
from checker.core.worlds import Leaf, explore, settle, under
from checker.load import shape
from checker.load.book import Library
from checker.load.strict_yaml import Document

ROOT = Path(__file__).parent.parent
Data = dict[str, Any]

pytestmark = pytest.mark.usefixtures("random_books")


# ---- the random cases themselves -------------------------------------------------------------------------------------


@settings(PROFILE, max_examples=40)
@given(cases(alternatives=True))
def test_the_random_cases_are_proper_files(case: Case) -> None:
    partly = deepcopy(Case.library.schema("license"))
    partly["properties"]["terms"]["required"] = []          # terms left out are silent
    for one in case.licenses.values():
        document = Document("license.yaml")
        document.value = one
        shape.check(partly, document)
        assert document.problems == []
    case.understood()


# ---- (a) a prohibition never helps -----------------------------------------------------------------------------------


def prohibit(term: str, beyond: str | None) -> Callable[[Data], None]:
    def change(terms: Data) -> None:
        counts = {key: value for key, value in (terms.get(term) or {}).items() if key == "counts"} if isinstance(terms.get(term), dict) else {}
        terms[term] = clause("prohibited", **counts, **({"beyond": beyond} if beyond else {}))
    return change


def add(term: str, **fields: Any) -> Callable[[Data], None]:
    def change(terms: Data) -> None:
        terms[term] = [*terms.get(term, ()), item(**fields)]
    return change


PROHIBITIONS = st.one_of(
    st.builds(prohibit, st.sampled_from([*GRANTS, *TRAINING]), st.sampled_from([None, "prohibited"])),
    st.builds(lambda regions, scope: add("regions_excluded", regions=regions, scope=scope), st.sampled_from([["EU"], ["US"]]), st.sampled_from(["established", "offered"])),
    st.builds(lambda field, beyond: add("fields_excluded", field=field, **beyond), st.sampled_from(USES), BEYOND),
    st.builds(lambda use: add("use_restrictions", use=use), st.sampled_from(USES)),
    st.builds(lambda limit, counted, beyond: add("scale_thresholds", metric=METRIC, counted_over=counted, on="rolling", beyond=beyond, **limit), LIMIT, COUNTED,
              st.sampled_from(["permission", "prohibited"])))


@settings(PROFILE, max_examples=130)
@given(cases(labels=False), st.sampled_from(NAMES), PROHIBITIONS)
def test_a_prohibition_never_improves_the_verdict(case: Case, name: str, change: Callable[[Data], None]) -> None:
    stricter = case.copy()
    change(stricter.licenses[name]["terms"])
    before, after = case.assessed(detail=False)["verdict_range"], stricter.assessed(detail=False)["verdict_range"]
    assert place(after[0]) >= place(before[0])
    assert place(after[1]) >= place(before[1])


# ---- (b) an answer never contradicts what was certain ----------------------------------------------------------------


def kept(promise: str, verdict: str) -> bool:
    """Is the verdict what was promised? What is good whatever happens is not looked into further, so it may turn out better still."""
    return verdict == promise or {promise, verdict} <= GOOD and place(verdict) <= place(promise)


@settings(PROFILE, max_examples=70)
@given(cases(), st.data())
def test_an_answer_gives_the_verdict_that_was_promised(case: Case, data: st.DataObject) -> None:
    book, scenario = case.understood()
    exploration = explore(book, scenario, {})
    whole = case.assessed()
    keys = exploration.keys()
    promised = {question["fact"]: list(question["verdicts"].values()) for question in whole["questions"] if question["verdicts"]}
    assert promised == {key: [settle(under(exploration.leaves, key, value)) for value in values] for key, values in keys.items() if not key.startswith("positions.")}
    assume(keys)
    key = data.draw(st.sampled_from(sorted(keys)))
    for value in keys[key]:
        told = tell(case, key, value)
        after = told.assessed(detail=False) if told else None
        leaves = explore(book, scenario, {key: value}).leaves
        verdict = after["verdict"] if after else settle(leaves)
        assert kept(settle(under(exploration.leaves, key, value)), verdict), (key, value)
        assert after is None or narrower(whole["verdict_range"], after["verdict_range"]), (key, value)


AMOUNTS = st.sampled_from([0, 99, 100, 101, 500, 1000, 1001, 10**9])


def open_facts_of(case: Case) -> list[tuple[str, st.SearchStrategy[Any]]]:
    """Facts that the scenario leaves out, asked or not, and what they may be."""
    steps, releases = case.data["steps"], case.data["releases"]
    found: list[tuple[str, st.SearchStrategy[Any]]] = [(f"steps.{one['id']}.purpose", st.sampled_from(["similar_performance", "scoring", "other"]))
                                                       for one in steps if "purpose" not in one]
    found += [(f"releases.{one['id']}.commercial", st.booleans()) for one in releases if "commercial" not in one]
    if not {METRIC, "figures"} & set(case.data["actor"]):
        found += [(f"figures.{METRIC}.licensee", AMOUNTS)]
    return found


@settings(PROFILE, max_examples=70)
@given(cases(), st.data())
def test_a_fact_nobody_asked_for_never_contradicts(case: Case, data: st.DataObject) -> None:
    facts = open_facts_of(case)
    assume(facts)
    key, values = data.draw(st.sampled_from(facts))
    told = tell(case, key, data.draw(values))
    assert told is not None
    assert narrower(case.assessed(detail=False)["verdict_range"], told.assessed(detail=False)["verdict_range"]), key


@settings(PROFILE, max_examples=20)
@given(cases(), st.data())
def test_a_position_gives_the_verdict_that_was_promised(case: Case, data: st.DataObject) -> None:
    whole = case.assessed()
    assume(whole["unsettled"])
    entry = data.draw(st.sampled_from(whole["unsettled"]))
    for answer in entry["positions"]:
        told = tell(case, f"positions.{entry['id']}", answer["id"])
        assert told is not None
        after = told.assessed(detail=False)
        assert after["verdict"] == answer["verdict"], answer["id"]
        if entry["position_used"] == "open":
            assert narrower(whole["verdict_range"], after["verdict_range"])
        if entry["position_used"] == answer["id"]:
            assert after["verdict_range"] == whole["verdict_range"]


@settings(PROFILE, max_examples=50)
@given(cases(alternatives=True), st.data())
def test_where_a_license_may_be_chosen_an_answer_never_makes_the_worst_worse(case: Case, data: st.DataObject) -> None:
    facts = open_facts_of(case)
    assume(facts)
    key, values = data.draw(st.sampled_from(facts))
    told = tell(case, key, data.draw(values))
    assert told is not None
    assert place(told.assessed(detail=False)["verdict_range"][1]) <= place(case.assessed(detail=False)["verdict_range"][1])


# ---- (c) order never matters -----------------------------------------------------------------------------------------


def frozen(value: Any) -> Any:
    """A value that can be counted; lists of an Assessment have no order here."""
    if isinstance(value, dict):
        return tuple(sorted((key, frozen(one)) for key, one in value.items()))
    return tuple(sorted((frozen(one) for one in value), key=repr)) if isinstance(value, (list, tuple)) else value


def pick(entries: Iterable[Mapping[str, Any]], *fields: str) -> Counter[Any]:
    """These fields of some entries, whatever their order."""
    return Counter(frozen({field: one.get(field) for field in fields}) for one in entries)


def essence(whole: Data, conduct: bool = True) -> Data:
    """All that an Assessment says, but for the order of its lists, its wording, and which of several like inputs speaks."""
    done, status = (["conduct"], ["status"]) if conduct else ([], [])
    return {
        **{field: whole[field] for field in ("verdict", "verdict_range", *done, "complete", "as_of", "profile")},
        "licenses": pick(whole["licenses"], "id", "name", "verdict", *done, "acts", "in_every_world", "terms_used"),
        "reaches": Counter({(one["id"], reach["artifact"], reach["relation"]) for one in whole["licenses"] for reach in one["reaches"]}),
        "releases": pick(whole["releases"], "id", "of", "forms", "verdict", *done),
        "findings": pick(whole["findings"], "rule", "effect", "holds", "license", "other_license", "release", "section"),
        "obligations": pick(whole["obligations"], "rule", "license", "release", "section", "action", "text", "when", *status),
        "regulation": pick(whole["regulation"], "rule", "release", "holds"),
        "ethics": pick(whole["ethics"], "flag", "releases"),
        "unsettled": pick(whole["unsettled"], "id", "position_used", "from") + Counter(
            (one["id"], answer["id"], answer["verdict"], frozen(answer["by_license"])) for one in whole["unsettled"] for answer in one["positions"]),
        "questions": pick(whole["questions"], "fact", "ask", "verdicts"),
        "rejected": pick(whole["rejected"], "choice", "verdict"),
        "not_covered": Counter(whole["not_covered"]), "assumptions": Counter(whole["assumptions"]),
    }


def shuffled(case: Case, data: st.DataObject) -> Case:
    """The same in another order, wherever a file has an order."""

    def order(values: Any) -> list[Any]:
        return list(data.draw(st.permutations(list(values))))

    def mapping(value: Mapping[str, Any]) -> Data:
        return {key: value[key] for key in order(value)}

    def expression(value: Any) -> Any:
        if isinstance(value, dict):
            return {"one_of": order(value["one_of"])}
        joint = " AND " if " AND " in value else " OR "
        return joint.join(order(value.split(joint)))

    other = case.copy()
    for group in ("inputs", "steps", "releases"):
        other.data[group] = [mapping(one) for one in order(other.data[group])]
    for one in other.data["inputs"]:
        one["license"] = expression(one["license"])
    for one in other.data["steps"]:
        one["from"] = order(one["from"])
    for one in [*other.data["steps"], *other.data["releases"]]:
        for field in ("action", "form"):
            if isinstance(one.get(field), dict):
                one[field] = {"one_of": order(one[field]["one_of"])}
    other.licenses = mapping(other.licenses)
    for license in other.licenses.values():
        license["terms"] = mapping({term: order(answer) if isinstance(answer, list) else answer for term, answer in license["terms"].items()})
    return other


def differences(left: Data, right: Data, conduct: bool = True) -> dict[str, tuple[Any, Any]]:
    """Where two Assessments say different things, and what only the one or the other says."""
    one, other = essence(left, conduct), essence(right, conduct)
    return {field: (one[field] - other[field], other[field] - one[field]) if isinstance(one[field], Counter) else (one[field], other[field])
            for field in one if one[field] != other[field]}


@settings(PROFILE, max_examples=100)
@given(cases(alternatives=True, doubtful=False), st.data())
def test_order_never_matters(case: Case, data: st.DataObject) -> None:
    assert differences(shuffled(case, data).assessed(), case.assessed()) == {}


@settings(PROFILE, max_examples=80)
@given(cases(alternatives=True), st.data())
def test_order_never_matters_among_doubtful_things(case: Case, data: st.DataObject) -> None:
    # how conduct is judged over a sure and a doubtful path: see the end
    assert differences(shuffled(case, data).assessed(), case.assessed(), conduct=False) == {}


# ---- (d) ids are only ids --------------------------------------------------------------------------------------------


def renamed(case: Case, names: Mapping[str, str]) -> Case:
    """The same with other ids; no id is part of another word."""
    text = json.dumps([case.licenses, case.data])
    for old, new in names.items():
        text = text.replace(json.dumps(old), json.dumps(new)).replace(f'"{old} ', f'"{new} ').replace(f' {old}"', f' {new}"')
    licenses_, data = json.loads(text)
    return Case(licenses_, data)


def back(value: Any, names: Mapping[str, str]) -> Any:
    """An Assessment with the old ids again."""
    text = json.dumps(value)
    for old, new in names.items():
        text = text.replace(new, old)
    return json.loads(text)


@settings(PROFILE, max_examples=80)
@given(cases(), st.permutations(["qa", "qb", "qc", "qd", "qe", "qf", "qg", "qh", "qi", "qj", "qk"]))
def test_other_ids_change_nothing_but_ids(case: Case, fresh: list[str]) -> None:
    old = [*NAMES, *(one["id"] for group in ("inputs", "steps", "releases") for one in case.data[group])]
    names = dict(zip(old, [f"{new}9z" for new in fresh]))
    for license in case.licenses.values():
        license["name"] = "A license"
    assert differences(back(renamed(case, names).assessed(), names), case.assessed()) == {}


# ---- (e) the same input gives the same bytes -------------------------------------------------------------------------


@settings(PROFILE, max_examples=25)
@given(cases(alternatives=True))
def test_the_same_input_gives_the_same_bytes(case: Case) -> None:
    assert json.dumps(case.copy().assessed()) == json.dumps(case.assessed())


SEEDED = """
import json, sys
from pathlib import Path
from checker.app.check import check_file
from checker.load.book import Library
library = Library(Path(sys.argv[1]), Path(sys.argv[2]))
for path in sys.argv[3:]:
    print(json.dumps(check_file(path, library, as_of="2026-01-01", profile="open")))
"""


def test_the_bytes_do_not_hang_on_the_seed_of_hashes(library: Library, tmp_path: Path) -> None:
    seeds = [str(path) for path in sorted((ROOT / "seeds").glob("*.yaml"))[:6]]
    command = [sys.executable, "-c", SEEDED, str(ROOT), str(library.cache), *seeds]
    runs = {subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True).stdout
            for seed in ("1", "2", "3")}
    assert len(runs) == 1
    assert len(runs.pop().splitlines()) == len(seeds)


# ---- (f) exploration is brute force, only shorter --------------------------------------------------------------------

MOST_WORLDS = 600


def worlds(book: Book, scenario: Scenario) -> Iterator[tuple[dict[str, Any], Outcome]]:
    """Every way to fill in everything that is open, blamed or not, and what is found there."""
    structure = scenario.open_structure()
    waiting: list[dict[str, Any]] = [dict(zip(structure, values)) for values in product(*structure.values())]
    count = 0
    while waiting:
        given_ = waiting.pop()
        outcome = assess(book, scenario, given_, given_, verdict_only=True)
        keys = [key for key in (*outcome.world.found.domains, *outcome.world.found.cuts) if key not in given_ and outcome.world.values(key)]
        if not keys:
            yield given_, outcome
        else:
            waiting += [{**given_, keys[0]: value} for value in exact(outcome.world.values(keys[0]))]
        count += 1
        assume(count <= MOST_WORLDS)


def exact(values: list[Any]) -> list[Any]:
    """The values that are said to make a difference; of each range of a figure, the numbers at its ends."""
    return list(dict.fromkeys(end for value in values for end in (
        (value.low, value.high if value.high < INFINITY else value.low + 1000) if isinstance(value, Range) else (value,))))


def brute_force(case: Case) -> None:
    book, scenario = case.understood()
    exploration = explore(book, scenario, {})
    every_world = list(worlds(book, scenario))
    assert exploration.all_complete
    abouts: list[About] = [None, *(("license", one) for one in exploration.licenses), *(("release", release.id) for release in scenario.releases)]
    for about in abouts:
        found: set[str] = set()
        for given_, outcome in every_world:
            verdict = outcome.verdict(about)
            assert len(members(verdict)) == 1, given_
            found.update(members(verdict))
            leaves = [leaf for leaf in exploration.about(about) if all(given_.get(key, value) == value for key, value in leaf.given.items())]
            if not any("figures." in key for key in given_):
                assert leaves, given_
                assert all(verdict & of_leaf(leaf, about) for leaf in leaves), given_
        claimed = {verdict for leaf in exploration.about(about) for verdict in members(of_leaf(leaf, about))}
        assert found <= claimed
        assert claimed - GOOD <= found
        assert sum(leaf.weight for leaf in exploration.about(about)) == pytest.approx(1)
    assert {one for _, outcome in every_world for one in outcome.by_license} == set(exploration.licenses)


def of_leaf(leaf: Leaf, about: About) -> int:
    """What a verdict can be in a leaf."""
    return leaf.overall if about is None else (leaf.by_license if about[0] == "license" else leaf.by_release).get(about[1], NONE_ENGAGED)


@settings(PROFILE, max_examples=120)
@given(cases())
def test_exploring_finds_the_verdicts_of_all_worlds(case: Case) -> None:
    brute_force(case)


@settings(PROFILE, max_examples=40)
@given(cases(alternatives=False))
def test_where_only_some_cases_are_looked_at_nothing_is_claimed_of_the_others(case: Case) -> None:
    book, scenario = case.understood()
    whole = explore(book, scenario, {})
    assume(whole.cases > 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("checker.core.worlds.MAX_STRUCTURES", 3)
        patch.setattr("checker.core.worlds.MOST_SEEN", 3)
        some, entry = explore(book, scenario, {}), case.assessed()
    assert not some.complete and len(some.bases) == 3 and not entry["complete"]
    assert settle(some.leaves) == entry["verdict"] == "not_enough_facts"
    assert all(one["verdict"] == "not_enough_facts" for one in (*entry["licenses"], *entry["releases"]))
    assert any(line.startswith("Too much is open") for line in entry["not_covered"])
    assert not entry["ethics"] and not broken(entry)
    differing = {key for key, values in some.keys().items() if len(values) > 1}
    assert all(question["verdicts"] for question in entry["questions"] if question["fact"] in differing)
    seen = {verdict for leaf in some.seen for verdict in members(leaf.overall)}
    assert seen - GOOD <= {verdict for leaf in whole.leaves for verdict in members(leaf.overall)}


# ---- (g) an allegation is not a breach -------------------------------------------------------------------------------


def broken(whole: Data) -> set[tuple[str, str]]:
    """What is said to be broken."""
    found = {("license", one["id"]) for one in whole["licenses"] if one["conduct"] == "not_met"}
    found |= {("release", one["id"]) for one in whole["releases"] if one["conduct"] == "not_met"}
    found |= {("duty", f"{one['license']} {one['release']} {one['rule']} {one['text']}") for one in whole["obligations"] if one["status"] == "not_met"}
    return found | ({("all", "")} if whole["conduct"] == "not_met" else set())


@settings(PROFILE, max_examples=90)
@given(cases(alternatives=False, alleged=False), st.data())
def test_an_allegation_is_never_held_against_anybody(case: Case, data: st.DataObject) -> None:
    things = [(group, one["id"]) for group in ("inputs", "steps", "releases") for one in case.data[group]]
    chosen = data.draw(st.lists(st.sampled_from(things), min_size=1, max_size=3, unique=True))
    alleged = refuted = case
    for group, name in chosen:
        alleged, refuted = alleged.told(group, name, certainty="alleged"), refuted.told(group, name, certainty="refuted")
    said, without = alleged.assessed(detail=False), refuted.assessed(detail=False)
    assert flags(said) <= flags(without)
    assert broken(said) <= broken(without)


@settings(PROFILE, max_examples=50)
@given(cases(), st.data())
def test_alleged_conduct_is_never_held_against_anybody(case: Case, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([one["id"] for one in case.data["releases"]]))
    conduct = next(one["conduct"] for one in case.data["releases"] if one["id"] == name)
    said = case.told("releases", name, conduct={**conduct, "certainty": "alleged"}).assessed(detail=False)
    without = case.told("releases", name, conduct={}).assessed(detail=False)
    assert flags(said) <= flags(without)
    assert broken(said) <= broken(without)


# ---- (h) three axes --------------------------------------------------------------------------------------------------


@settings(PROFILE, max_examples=40)
@given(cases(alternatives=True))
def test_axes_are_never_mixed(case: Case) -> None:
    whole = case.assessed(detail=False)
    rules = Case.library.book().rule_by_id
    assert {rules[one["rule"]].axis for one in [*whole["findings"], *whole["obligations"]]} <= {"legal"}
    assert {rules[one["rule"]].axis for one in whole["regulation"]} <= {"regulation"}
    assert {rules[one["rule"]].axis for one in whole["ethics"]} <= {"ethics"}
    assert {one["axis"] for one in whole["findings"]} <= {"legal"}


@settings(PROFILE, max_examples=40)
@given(cases())
def test_the_verdict_is_of_the_legal_axis_alone(case: Case) -> None:
    whole, alone = case.assessed(), case.assessed(keep=lambda rule: rule.axis == "legal")
    assert (alone["regulation"], alone["ethics"]) == ([], [])
    assert differences({**whole, "regulation": [], "ethics": []}, alone) == {}


# ---- (i) what did not happen, happens twice, or is less sure -----------------------------------------------------------


def without(case: Case, group: str, name: str) -> Case:
    """The same as if the thing had never been mentioned."""
    other = case.copy()
    other.data[group] = [one for one in other.data[group] if one["id"] != name]
    for step in other.data["steps"]:
        step["from"] = [one for one in step["from"] if one != name]
    return other


def verdicts_of(whole: Data) -> tuple[Any, ...]:
    """Every verdict, with the acts and the duties behind it; of releases those that there are."""
    return (whole["verdict"], whole["verdict_range"], pick(whole["licenses"], "id", "verdict", "conduct", "acts"),
            pick([one for one in whole["releases"] if one["verdict"] != "no_license_engaged"], "id", "verdict", "conduct"),
            pick(whole["obligations"], "rule", "license", "release", "section", "text", "when", "status"))


@settings(PROFILE, max_examples=20)
@given(cases(), st.data())
def test_what_is_refuted_is_as_if_nobody_had_said_it(case: Case, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([one["id"] for one in case.data["inputs"]]))
    gone = without(case, "inputs", name)
    assume(gone.data["inputs"] and all(step["from"] for step in gone.data["steps"]) and name not in {one["of"] for one in case.data["releases"]})
    assert verdicts_of(case.told("inputs", name, certainty="refuted").assessed(detail=False)) == verdicts_of(gone.assessed(detail=False))


@settings(PROFILE, max_examples=20)
@given(cases(alternatives=False))
def test_two_releases_are_judged_as_each_by_itself(case: Case) -> None:
    assume(len(case.data["releases"]) == 2 and len({one["of"] for one in case.data["releases"]}) == 2)
    whole = {one["id"]: one["verdict"] for one in case.assessed(detail=False)["releases"]}
    for one in case.data["releases"]:
        alone = case.copy()
        alone.data["releases"] = [one]
        found = {entry["id"]: entry["verdict"] for entry in alone.assessed(detail=False)["releases"]}
        assert found[one["id"]] == whole[one["id"]]


@settings(PROFILE, max_examples=20)
@given(cases(alternatives=False, alleged=False), st.data())
def test_what_is_less_sure_never_makes_the_verdict_surer(case: Case, data: st.DataObject) -> None:
    group, name = data.draw(st.sampled_from([(group, one["id"]) for group in ("inputs", "steps", "releases") for one in case.data[group]
                                             if one.get("certainty") != "refuted"]))
    sure = case.assessed(detail=False)["verdict_range"]
    doubtful = case.told(group, name, certainty="alleged").assessed(detail=False)["verdict_range"]
    assert place(doubtful[0]) <= place(sure[0]) and place(sure[1]) <= place(doubtful[1])


@settings(PROFILE, max_examples=20)
@given(cases(labels=False), st.sampled_from(NAMES), st.sampled_from(GRANTS))
def test_a_permission_never_worsens_the_verdict(case: Case, name: str, term: str) -> None:
    generous = case.copy()
    generous.licenses[name]["terms"][term] = clause("allowed")
    before, after = case.assessed(detail=False)["verdict_range"], generous.assessed(detail=False)["verdict_range"]
    # what one license bars is also what another's demand clashes with (see the end), never the other way round
    assert place(after[0]) <= max(place(before[0]), place("permitted_with_obligations")) and place(after[1]) <= max(place(before[1]), place("permitted_with_obligations"))
