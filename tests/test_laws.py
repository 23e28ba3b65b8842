"""Laws of the engine: what must hold for every book and every scenario, tried on small random ones.

The rules and the vocabulary are the project's own; licenses and scenarios are random. Known exceptions stand at the end,
each as the smallest scenario that shows it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import license_expression
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from checker.core.assess import assess
from checker.core.book import Book
from checker.core.figures import INFINITY, Range
from checker.core.license import License, normalize_terms
from checker.core.result import assessment
from checker.core.scenario import Scenario
from checker.core.verdict import GOOD, VERDICTS, members
from checker.core.vocabulary import split_key
from checker.core.worlds import explore, settle, under
from checker.load import shape
from checker.load.book import Library
from checker.load.names import Names, compiled
from checker.load.scenario import understand
from checker.load.strict_yaml import Document

settings.register_profile("laws", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
PROFILE = settings.get_profile("laws")
ROOT = Path(__file__).parent.parent
Data = dict[str, Any]
AS_OF = "2026-01-01"

# ---- a book of random licenses ---------------------------------------------------------------------------------------


class Shelf(Library):
    """The project's rules and vocabulary with other licenses."""

    def __init__(self, library: Library, licenses: Mapping[str, Data], keep: Callable[[Any], bool] = lambda rule: True) -> None:
        self.__dict__.update(library.__dict__)
        book = library.book()
        self.license_files = {name: f"licenses/{name}.yaml" for name in licenses}
        self._licenses = licenses
        self._book = Book(book.vocabulary, [rule for rule in book.rules if keep(rule)], book.positions, book.profiles, book.norms, self._find_license, {})

    def _find_license(self, license_id: str) -> License | None:
        data = self._licenses.get(license_id)
        if data is None:
            return None
        head = {key: value for key, value in data.items() if key != "terms"}
        return License(head, normalize_terms(data["terms"], self.book().vocabulary.terms))

    def names(self) -> Names:
        return Names(compiled(self._licenses, {}, (), ()))


class Case:
    """A few licenses and a scenario, as plain data."""

    library: Library

    def __init__(self, licenses: Mapping[str, Data], data: Data) -> None:
        self.licenses, self.data = licenses, data

    def __repr__(self) -> str:
        return json.dumps({"licenses": self.licenses, "scenario": self.data})

    def copy(self) -> Case:
        """The same, to be changed."""
        return Case(deepcopy(dict(self.licenses)), deepcopy(self.data))

    def understood(self, keep: Callable[[Any], bool] = lambda rule: True) -> tuple[Book, Scenario]:
        """Book and scenario, read by the program's own reader."""
        shelf = Shelf(self.library, self.licenses, keep)
        document = Document("scenario.yaml")
        document.value = {"title": "a scenario", "as_of": AS_OF, **self.data}
        return shelf.book(), understand(document, shelf)

    def assessed(self, *, detail: bool = True, keep: Callable[[Any], bool] = lambda rule: True) -> Data:
        """The Assessment."""
        book, scenario = self.understood(keep)
        return assessment(book, scenario, {"tool": {}, "inputs": {}}, detail=detail)

    def told(self, group: str, name: str, **facts: Any) -> Case:
        """The same with facts of one input, step or release stated."""
        other = self.copy()
        named = [one for one in other.data[group] if one["id"] == name]
        if not named:                                       # what nobody releases is used inside
            named = [{"id": name, "of": name, "form": "internal"}]
            other.data[group] += named
        named[0].update(facts)
        return other


def clause(value: Any, **fields: Any) -> Data:
    """An answer with its section and quotation."""
    return {"value": value, "section": "1", "quote": "words", **fields}


def item(**fields: Any) -> Data:
    """One entry of a list-valued term."""
    return {**fields, "section": "2", "quote": "words"}


GRANTS = ("use", "modify", "commercial_use", "distribute_weights", "distribute_derivatives", "hosted_service")
TRAINING = ("train_other_models_with_outputs", "train_other_models_with_materials")
PARTS = ("fine_tune", "adapter", "quantize", "merge", "distill", "outputs", "data")
METRIC = "monthly_active_users"


def license_of(name: str, licensor: str = "Acme", kind: str = "model", effective: str | None = None, **terms: Any) -> Data:
    """A license that grants everything and asks nothing, but for the terms given."""
    base: Data = {term: clause("allowed") for term in GRANTS}
    return {"id": name, "name": name.upper(), "licensor": licensor, "kind": kind, "identifiers": {}, "text": {}, "summary": "A license.",
            **({"effective": effective} if effective else {}), "terms": {**base, **terms}}


TRIGGERS = st.fixed_dictionaries({}, optional={
    "relation": st.lists(st.sampled_from(["copy", "modification", "transfer", "data", "component"]), min_size=1, max_size=3, unique=True),
    "released_as": st.lists(st.sampled_from(["copy", "service", "product", "outputs"]), min_size=1, max_size=2, unique=True)})
CONDITIONS = st.lists(st.sampled_from(["duties", "use_restrictions", "below_scale", "noncommercial", "research_only", "for_commercial", "not_production",
                                       "unmodified", "own_derivatives", "agreement", "recorded", "not_competing"]), min_size=1, max_size=2, unique=True)
BEYOND = st.sampled_from([{}, {}, {"beyond": "permission"}, {"beyond": "prohibited"}])
USES = ["general", "research", "military", "disinformation"]
#: one scope, in so many words: what two scopes say of each other, and readings of the scope, are looked at by themselves (see the end)
COUNTED = st.just("licensee")
LIMIT = st.sampled_from([{"above": 100}, {"above": 1000}, {"at_least": 100}])


def granting(*values: str) -> st.SearchStrategy[Data]:
    return st.one_of(st.sampled_from(values).map(clause), st.builds(lambda found, beyond: clause("conditional", conditions=found, **beyond), CONDITIONS, BEYOND),
                     st.builds(lambda beyond: clause("prohibited", **beyond), BEYOND))


def duty(value: str = "required") -> st.SearchStrategy[Data]:
    return TRIGGERS.map(lambda trigger: clause(value, trigger=trigger))


READING = {"position": "gpl-propagation", "readings": {"derivative": "yes", "not-derivative": "no"}}
TERMS: Mapping[str, st.SearchStrategy[Any]] = {
    **{term: granting("allowed", "silent") for term in (*GRANTS, *TRAINING)},
    "commercial_use": st.builds(lambda answer, counts: {**answer, **counts}, granting("allowed", "silent"), st.sampled_from(
        [{}, {"counts": ["paid"]}, {"counts": ["paid", "internal_business"]}])),
    "hosting_is_distribution": st.sampled_from(["yes", "no"]).map(clause),
    "derivative": st.fixed_dictionaries({part: st.sampled_from([clause("yes"), clause("no"), "silent"]) for part in PARTS} | {
        "distill": st.sampled_from([clause("yes"), clause("no"), "silent", clause("yes", purpose="similar_performance"), clause("yes", purpose="similar_performance")]),
        "data": st.sampled_from([clause("yes"), clause("no"), "silent", clause(READING)])}),
    "scale_thresholds": st.lists(st.builds(lambda limit, counted, more: item(metric=METRIC, counted_over=counted, **limit, **more), LIMIT, COUNTED, st.fixed_dictionaries(
        {"on": st.sampled_from(["rolling", "release_date"]), "beyond": st.sampled_from(["permission", "prohibited"])},
        optional={"only_if": st.just("commercial")})), min_size=1, max_size=2),
    "regions_excluded": st.builds(lambda regions, scope: [item(regions=regions, scope=scope)], st.sampled_from([["EU"], ["US", "CN"], ["DE"]]),
                                  st.sampled_from(["established", "offered"])),
    "fields_excluded": st.builds(lambda field, beyond: [item(field=field, **beyond)], st.sampled_from(USES), BEYOND),
    "use_restrictions": st.sampled_from(USES).map(lambda use: [item(use=use)]),
    "license_copy": duty(), "state_changes": duty(), "attribution": duty(), "source_disclosure": duty(), "network_source_disclosure": duty(),
    "notice_text": TRIGGERS.map(lambda trigger: clause("A notice.", trigger=trigger)),
    "display_text": TRIGGERS.map(lambda trigger: [item(text=["Built with it"], where="the page", trigger=trigger)]),
    "derivative_naming": TRIGGERS.map(lambda trigger: [item(rule="begins_with", text="It", trigger=trigger)]),
    "flow_down": st.sampled_from(["use_restrictions", "entire_license", "notices_only"]).flatmap(duty),
    "share_alike": st.builds(lambda value, trigger, compatible: clause(value, trigger=trigger, compatible=compatible), st.sampled_from(["same_license", "weak"]),
                             TRIGGERS, st.lists(st.sampled_from(["alpha", "beta", "gamma"]), max_size=1)),
    "further_restrictions": st.sampled_from(["forbidden", "allowed"]).map(clause),
    "use_policy": st.sampled_from(["yes", "no"]).map(lambda reaches: clause("a policy", reaches_outputs=reaches)),
    "outputs_owned_by": st.sampled_from(["licensee", "licensor"]).map(clause),
}
#: terms on which verdicts turn most often
TELLING = ["scale_thresholds", "commercial_use", "commercial_use", "derivative", "derivative", "share_alike", "distribute_derivatives", "hosted_service", "flow_down",
           "train_other_models_with_outputs"]
NAMES = ("alpha", "beta", "gamma")


@st.composite
def licenses(draw: st.DrawFn, name: str) -> Data:
    """A random license: most terms as in a permissive one."""
    terms = draw(st.lists(st.sampled_from([*sorted(TERMS), *TELLING]), max_size=6, unique=True))
    kind = draw(st.sampled_from(["model", "model", "model", "software", "data", "output_terms"]))
    answers = {term: draw(TERMS[term]) for term in terms}
    return license_of(name, licensor=draw(st.sampled_from(["Acme", "Borealis"])), kind=kind, effective=draw(st.sampled_from([None, "2024-05-01"])), **answers)


# ---- random scenarios ------------------------------------------------------------------------------------------------

ACTIONS = ["fine_tune", "adapt", "merge", "quantize", "distill", "train_on_outputs", "generate", "embed", "copy"]
FORMS = ["internal", "hosted_api", "hosted_in_product", "weights_public", "on_device", "outputs"]
KINDS = ["model", "model", "model", "adapter", "dataset", "outputs", "service", "software"]
#: questions that a rule reads and a profile may leave open
POSITIONS = {"derivative-finetune": "derivative", "distill-derivative": "derivative", "hosting-distribution": "distribution", "commercial": "any-business",
             "output-terms-privity": "binds", "whose-users": "this-product", "dataset-inheritance": "derivative"}


class Shape:
    """What a random scenario may hold beyond the plain."""

    def __init__(self, *, doubtful: bool = True, choices: bool = True, alternatives: bool = False, alleged: bool = True, labels: bool = True, open_forms: bool = True, open_facts: bool = True,
                 inputs: int = 3, steps: int = 3, conduct: bool = True) -> None:
        self.choices, self.alternatives, self.alleged, self.labels, self.open_forms, self.open_facts = choices, alternatives, alleged, labels, open_forms, open_facts
        self.inputs, self.steps, self.conduct, self.doubtful = inputs, steps, conduct, doubtful


@st.composite
def scenarios(draw: st.DrawFn, shape: Shape) -> Data:
    """One to three inputs, up to three steps, one or two releases."""
    sure = [{}, {}, {}, {}, {"certainty": "confirmed"}, {"certainty": "refuted"}]
    sure += [{"certainty": "reported"}] if shape.doubtful else []
    certainty = st.sampled_from([*sure, {"certainty": "alleged"}] if shape.alleged and shape.doubtful else sure)
    name = st.sampled_from(NAMES)
    expressions: list[st.SearchStrategy[Any]] = [name, name, name, name, st.just("none"), st.builds("{} AND {}".format, name, name)]
    if shape.choices:
        expressions += [st.lists(name, min_size=2, max_size=2, unique=True).map(lambda found: {"one_of": found})]
    if shape.alternatives:
        expressions += [st.builds("{} OR {}".format, name, name), st.builds("{} OR {}".format, name, name)]
    inputs = [{"id": f"i{number}", "kind": draw(st.sampled_from(KINDS)), "license": draw(st.one_of(expressions)), **draw(certainty),
               **draw(st.sampled_from([{}, {}, {}, {"provenance": "leaked"}, {"claimed": ["open_source"]}]))} for number in range(draw(st.integers(1, shape.inputs)))]
    known = [one["id"] for one in inputs]
    steps: list[Data] = []
    for number in range(draw(st.integers(0, shape.steps))):
        action = draw(st.sampled_from([*ACTIONS, {"one_of": ["fine_tune", "train_on_outputs"]}] if shape.open_forms else ACTIONS))
        step = {"id": f"s{number}", "action": action, "from": draw(st.one_of(st.just(list(known)), st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))), **draw(certainty)}
        step |= draw(st.sampled_from([{}, {}, {}, {"by": "somebody else"}]))
        step |= draw(st.sampled_from([{}, {"purpose": "similar_performance"}, {"purpose": "scoring"}] if shape.open_facts else [{"purpose": "other"}]))
        steps.append(step)
        known.append(step["id"])
    releases = []
    for number in range(draw(st.sampled_from([1, 1, 2]))):
        forms: list[Any] = [*FORMS, *FORMS, {"one_of": ["hosted_api", "weights_public"]}] if shape.open_forms else FORMS
        commercial = [{"commercial": True}, {"commercial": False}, {"commercial": {"paid": False, "internal_business": True, "production": True}}]
        release = {"id": f"r{number}", "of": known[-1] if draw(st.integers(0, 2)) else draw(st.sampled_from(known)), "form": draw(st.sampled_from(forms)),
                   "name": draw(st.sampled_from(["Italo", "Nemo"])), "date": "2025-06-01", "regions": draw(st.sampled_from([["US"], ["DE"], ["US", "EU"]])),
                   "competes_with": draw(st.sampled_from([[], ["Acme"]])), "audience": draw(st.sampled_from(["public", "government"])), **draw(certainty)}
        release |= draw(st.sampled_from([*commercial, {}, {}] if shape.open_facts else commercial))
        release |= draw(st.sampled_from([{}, {}, {"fields": ["research"]}, {"fields": ["military"]}]))
        if shape.labels:
            release |= draw(st.one_of(st.just({}), name.map(lambda label: {"license": label})))
        if shape.conduct:
            release["conduct"] = draw(CONDUCT)
        releases.append(release)
    actor: Data = {"name": "Us", "kind": "company", "home": draw(st.sampled_from(["US", "DE", "CN"]))}
    figures: list[Data] = [{METRIC: 50}, {METRIC: 5000}, {METRIC: {"above": 100}}]
    actor |= draw(st.sampled_from([*figures, {}, {}, {}] if shape.open_facts else [{"figures": [
        {"metric": METRIC, "scope": scope, "value": 500} for scope in ("product", "licensee", "licensee_and_affiliates")]}]))
    data = {"actor": actor, "inputs": inputs, "steps": steps, "releases": releases,
            "profile": draw(st.sampled_from(["mainstream", "mainstream", "cautious", "permissive", *(["open"] if shape.open_facts else [])])),
            "positions": draw(st.fixed_dictionaries({}, optional={key: st.just(value) for key, value in POSITIONS.items()}))}
    agreements: list[Data] = [{}, {}, {"agreements": []}, {"agreements": [{"licenses": ["alpha"]}]}]
    return data | draw(st.sampled_from(agreements))


CONDUCT = st.fixed_dictionaries({}, optional={
    "names_base_to_users": st.booleans(), "terms_flow_down": st.booleans(),
    "displays": st.sampled_from([[], [{"text": "Built with it", "where": "the page"}], [{"text": "Built with it", "since": "2025-12-01"}]]),
    "ships": st.sampled_from([[], [{"what": "license_copy"}, {"what": "change_notes", "since": "2025-07-01"}]]),
    "did": st.sampled_from([[], ["removed_notices"], ["claimed_own_training", "published_scores"]])})


def cases(**options: Any) -> st.SearchStrategy[Case]:
    """Three random licenses and a random scenario."""
    return st.builds(Case, st.fixed_dictionaries({name: licenses(name) for name in NAMES}), scenarios(Shape(**options)))


@pytest.fixture(scope="module", autouse=True)
def _book(library: Library) -> Iterator[None]:
    """The book, and one SPDX list for all expressions (it is costly to make)."""
    Case.library = library
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("license_expression.get_spdx_licensing", cache(license_expression.get_spdx_licensing))
        yield


def place(verdict: str) -> int:
    """0 for the best."""
    return VERDICTS.index(verdict)


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


def low_of(value: Any) -> int:
    """A number in a range."""
    return int(value.low if isinstance(value, Range) else value)


def tell(case: Case, key: str, value: Any) -> Case | None:
    """The scenario with a fact stated as its file would state it; None for what no file can state."""
    other = case.copy()
    group, name, fact = split_key(key)
    if group == "positions":
        other.data["positions"] = {**other.data["positions"], key.removeprefix("positions."): value}
    elif group == "figures":
        if "@" in fact:
            return None                                     # a figure of an earlier day speaks of later days too, so stating it says more
        other.data["actor"]["figures"] = [*other.data["actor"].get("figures", ()), {"metric": name, "scope": fact, "value": low_of(value), "date": AS_OF}]
    elif fact.startswith("figures."):
        return other.told(group, name, figures=[{"metric": METRIC, "value": low_of(value), "date": AS_OF}])
    elif group == "conditions":
        return None
    elif fact == "happened":
        return other.told(group, name, certainty="confirmed" if value else "refuted")
    elif fact == "license":
        return other.told(group, name, license=next(one for one in other.data["inputs"] if one["id"] == name)["license"]["one_of"][value])
    else:
        return other.told(group, name, **{fact: list(value) if isinstance(value, tuple) else value})
    return other


def kept(promise: str, verdict: str) -> bool:
    """Is the verdict what was promised? What is good whatever happens is not looked into further, so it may turn out better still."""
    return verdict == promise or {promise, verdict} <= GOOD and place(verdict) <= place(promise)


def narrower(before: list[str], after: list[str]) -> bool:
    return place(before[0]) <= place(after[0]) <= place(after[1]) <= place(before[1])


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


def worlds(book: Book, scenario: Scenario) -> Iterator[tuple[dict[str, Any], int]]:
    """Every way to fill in everything that is open, blamed or not, and the verdict there."""
    structure = scenario.open_structure()
    waiting: list[dict[str, Any]] = [dict(zip(structure, values)) for values in product(*structure.values())]
    count = 0
    while waiting:
        given_ = waiting.pop()
        outcome = assess(book, scenario, given_, given_, verdict_only=True)
        keys = [key for key in (*outcome.world.found.domains, *outcome.world.found.cuts) if key not in given_ and outcome.world.values(key)]
        if not keys:
            yield given_, outcome.overall
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
    found: set[str] = set()
    for given_, verdict in worlds(book, scenario):
        assert len(members(verdict)) == 1, given_
        found.update(members(verdict))
        leaves = [leaf for leaf in exploration.leaves if all(given_.get(key, value) == value for key, value in leaf.given.items())]
        if not any("figures." in key for key in given_):
            assert leaves, given_
            assert all(verdict & leaf.overall for leaf in leaves), given_
    claimed = {verdict for leaf in exploration.leaves for verdict in members(leaf.overall)}
    assert exploration.complete
    assert found <= claimed
    assert claimed - GOOD <= found
    assert sum(leaf.weight for leaf in exploration.leaves) == pytest.approx(1)


@settings(PROFILE, max_examples=120)
@given(cases())
def test_exploring_finds_the_verdicts_of_all_worlds(case: Case) -> None:
    brute_force(case)


# ---- (g) an allegation is not a breach -------------------------------------------------------------------------------


def flags(whole: Data) -> set[tuple[str, str]]:
    """Flags and the releases they speak of; that something is only alleged may be said of it."""
    return {(one["flag"], release) for one in whole["ethics"] if one["flag"] != "evidence-caution" for release in one["releases"]}


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


# ---- where a law has an exception ------------------------------------------------------------------------------------


def case_of(licenses_: Iterable[Data], **data: Any) -> Case:
    """A case written out."""
    return Case({one["id"]: one for one in licenses_}, {"actor": {"name": "Us"}, **data})


def works(**licenses_: Any) -> list[Data]:
    """Inputs: id -> license, or a mapping of facts."""
    return [{"id": name, **(found if isinstance(found, dict) and "one_of" not in found else {"license": found})} for name, found in licenses_.items()]


def made(name: str, action: str, *sources: str, **facts: Any) -> Data:
    return {"id": name, "action": action, "from": list(sources), **facts}


def out(of: str, form: str = "weights_public", **facts: Any) -> Data:
    return {"id": "out", "of": of, "form": form, "regions": ["US"], "commercial": True, "name": "Nemo", **facts}


EVERYTHING = {part: clause("yes") for part in PARTS}
COPYLEFT: Data = {"share_alike": clause("same_license", trigger={"relation": ["modification"]}), "further_restrictions": clause("forbidden"), "derivative": EVERYTHING}


def test_a_license_that_bars_commerce_itself_no_longer_clashes_with_another() -> None:
    # (a) has an exception: what one license demands of the result is part of what another clashes with.
    noncommercial = license_of("beta", commercial_use=clause("prohibited"), derivative=EVERYTHING)
    case = case_of([license_of("alpha", **COPYLEFT), noncommercial], inputs=works(m="alpha", n="beta"), steps=[made("s", "merge", "m", "n")],
                   releases=[out("s", commercial=False)])
    assert case.assessed()["verdict"] == "prohibited"
    case.licenses["alpha"]["terms"]["commercial_use"] = clause("prohibited")
    assert case.assessed()["verdict"] == "permitted_with_obligations"


def test_a_label_promises_less_once_its_license_grants_less() -> None:
    # (a) has an exception: a license in a label is only what others are told, so the stricter it is, the less there is to correct.
    case = case_of([license_of("alpha", commercial_use=clause("prohibited")), license_of("beta")], inputs=works(m="alpha"), steps=[],
                   releases=[out("m", commercial=False, license="beta")])
    assert case.assessed()["verdict"] == "permitted_with_obligations"
    case.licenses["beta"]["terms"]["commercial_use"] = clause("prohibited")
    assert case.assessed()["verdict"] == "permitted"


def test_a_choice_between_licenses_may_be_made_anew() -> None:
    # (b) has an exception: the choice falls on the best worst case, so an answer may turn it to a license that was too risky before.
    risky, safe = license_of("alpha", commercial_use=clause("prohibited")), license_of("beta", use=clause("prohibited", beyond="permission"))
    case = case_of([risky, safe], inputs=works(m="alpha OR beta"), steps=[], releases=[out("m", "internal")])
    del case.data["releases"][0]["commercial"]
    assert case.assessed()["verdict_range"] == ["needs_permission", "needs_permission"]
    assert case.told("releases", "out", commercial=False).assessed()["verdict"] == "permitted"
    # ... and for the same reason a prohibition may improve the best case (never the worst).
    case.licenses["beta"]["terms"]["use"] = clause("prohibited")
    assert case.assessed()["verdict_range"] == ["permitted", "prohibited"]


# ---- scenarios in which a law once did not hold -----------------------------------------------------------------------

ONLY_FOR = {**dict.fromkeys(PARTS, clause("no")), "distill": clause("yes", purpose="similar_performance")}


def verdicts(*cases_: Case) -> list[str]:
    return [case.assessed()["verdict"] for case in cases_]


def test_the_purpose_of_one_step_says_nothing_of_another() -> None:
    closed = license_of("alpha", derivative=ONLY_FOR, distribute_derivatives=clause("prohibited"))
    case = case_of([closed], inputs=works(m="alpha"), steps=[made("s", "distill", "m"), made("q", "quantize", "s", purpose="other")], releases=[out("q")])
    assert case.assessed()["verdict_range"] == ["permitted", "prohibited"]
    assert case.told("steps", "s", purpose="similar_performance").assessed()["verdict"] == "prohibited"


def test_each_of_two_like_paths_has_its_own_purpose() -> None:
    closed = license_of("alpha", derivative=ONLY_FOR, distribute_derivatives=clause("prohibited"))
    steps = [made("s", "distill", "m", purpose="scoring"), made("q", "distill", "m", purpose="similar_performance")]
    both = [case_of([closed], inputs=works(m="alpha"), steps=[*steps, made("z", "merge", *order)], releases=[out("z")]) for order in ("sq", "qs")]
    assert verdicts(*both) == ["prohibited", "prohibited"]


def test_each_of_two_like_paths_has_its_own_first_step() -> None:
    closed = license_of("alpha", train_other_models_with_materials=clause("prohibited"))
    steps = [made("s", "distill", "m"), made("q", "train_on_outputs", "m")]
    both = [case_of([closed], inputs=works(m="alpha"), steps=[*steps, made("z", "merge", *order)], releases=[out("z")]) for order in ("sq", "qs")]
    assert verdicts(*both) == ["prohibited", "prohibited"]


def test_every_step_on_the_way_is_among_the_steps() -> None:
    steps = [made("s", "fine_tune", "m", compute_share=0.01), made("q", "fine_tune", "m", compute_share=0.9)]
    both = [case_of([license_of("alpha")], inputs=works(m="alpha"), steps=[*steps, made("z", "merge", *order, compute_share=0.01)],
                    releases=[out("z", regions=["EU"])]) for order in ("sq", "qs")]
    assert [{one["rule"] for one in case.assessed()["regulation"]} for case in both] == [{"ai-act-gpai-modifier-open"}] * 2


def test_a_flag_on_the_whole_scenario_names_no_single_release() -> None:
    releases = [{**out("m", "internal"), "id": name} for name in ("one", "two")]
    both = [case_of([license_of("alpha")], inputs=works(m={"license": "alpha", "certainty": "alleged"}), steps=[], releases=order)
            for order in (releases, releases[::-1])]
    first, second = ([one["releases"] for one in case.assessed()["ethics"] if one["flag"] == "evidence-caution"] for case in both)
    assert first == second


def test_many_allegations_are_no_more_than_allegations() -> None:
    def with_alleged(certainty: str) -> Case:
        alleged = {f"m{number}": {"license": "alpha", "certainty": certainty} for number in range(7)}
        return case_of([license_of("alpha")], inputs=works(sure={"license": "alpha", "kind": "dataset"}, **alleged),
                       steps=[made("s", "fine_tune", "sure", *alleged)], releases=[out("s", "hosted_api", conduct={"names_base_to_users": False})])
    assert flags(with_alleged("alleged").assessed()) <= flags(with_alleged("refuted").assessed())


def test_a_choice_within_a_candidate_does_not_hang_on_its_order() -> None:
    closed = license_of("beta", use=clause("prohibited"))
    both = [case_of([license_of("alpha"), closed], inputs=works(m={"one_of": [text, "alpha"]}), steps=[], releases=[out("m", "internal")])
            for text in ("alpha OR beta", "beta OR alpha")]
    assert verdicts(*both) == ["permitted", "permitted"]


def test_many_choices_are_all_made() -> None:
    names = [f"m{number}" for number in range(7)]
    whole = case_of([license_of("alpha"), license_of("beta", use=clause("prohibited"))], inputs=works(**dict.fromkeys(names, "beta OR alpha")),
                    steps=[made("s", "merge", *names)], releases=[out("s", "internal")]).assessed()
    assert whole["verdict"] == "permitted" or not whole["complete"]



def limit(above: int, scope: Any, beyond: str = "permission", **more: Any) -> Data:
    return item(metric=METRIC, above=above, counted_over=scope, on="rolling", beyond=beyond, **more)


def figure(value: int, scope: str = "licensee", **more: Any) -> Data:
    return {"metric": METRIC, "scope": scope, "value": value, **more}


def test_the_latest_of_several_figures_counts() -> None:
    limited = license_of("alpha", scale_thresholds=[limit(100, "licensee")])
    case = case_of([limited], inputs=works(m="alpha"), steps=[], releases=[out("m", "hosted_api")])
    found = []
    for figures in ([figure(150, date="2024-01")], [figure(50, date="2025-01")], [figure(150, date="2024-01"), figure(50, date="2025-01")],
                    [figure(50, date="2024-01"), figure(150, date="2025-01")]):
        case.data["actor"] = {"figures": figures}
        found.append(case.assessed()["verdict"])
    assert found == ["needs_permission", "permitted", "permitted", "needs_permission"]


def test_what_is_known_of_one_scope_counts_for_the_others() -> None:
    limited = [license_of("alpha", scale_thresholds=[limit(100, "product")]), license_of("beta", scale_thresholds=[limit(100, "licensee", "prohibited")])]
    case = case_of(limited, inputs=works(m="alpha", n="beta"), steps=[made("s", "merge", "m", "n")], releases=[out("s", "hosted_api")])
    promised = {one["fact"]: list(one["verdicts"].values()) for one in case.assessed()["questions"]}
    for key in (f"releases.out.figures.{METRIC}", f"figures.{METRIC}.licensee"):
        for value, promise in zip((100, 101), promised[key], strict=True):
            told = tell(case, key, value)
            assert told is not None
            assert told.assessed()["verdict"] == promise, (key, value)


def test_a_value_that_stands_for_many_bounds_nothing_else() -> None:
    limited = license_of("alpha", scale_thresholds=[limit(100, "licensee", only_if="commercial"), limit(1000, "product", "prohibited")])
    case = case_of([limited], inputs=works(m="alpha"), steps=[], releases=[out("m", "hosted_api")])
    del case.data["releases"][0]["commercial"]
    huge = tell(case, f"releases.out.figures.{METRIC}", 5000)
    assert huge is not None
    assert narrower(case.assessed()["verdict_range"], huge.assessed()["verdict_range"])


def test_a_limit_that_hangs_on_a_reading_divides_the_numbers_too() -> None:
    reading = {"position": "whose-users", "readings": {"this-product": "licensee", "all-products-with-it": "licensee"}}
    limited = license_of("alpha", scale_thresholds=[limit(100, reading), limit(1000, "licensee", "prohibited")])
    case = case_of([limited], inputs=works(m="alpha"), steps=[], releases=[out("m", "hosted_api")], profile="open")
    small = tell(case, f"figures.{METRIC}.licensee", 50)
    assert small is not None
    assert narrower(case.assessed()["verdict_range"], small.assessed()["verdict_range"])


def test_each_release_has_its_own_figures() -> None:
    limited = license_of("alpha", scale_thresholds=[limit(100, "product")])
    case = case_of([limited], inputs=works(m="alpha"), steps=[], releases=[
        {**out("m", "hosted_api"), "id": "small", "figures": [figure(50, "product")]}, {**out("m", "hosted_api"), "id": "new"}])
    assert {one["id"]: one["verdict"] for one in case.assessed()["releases"]} == {"small": "permitted", "new": "not_enough_facts"}


def test_what_is_open_is_asked() -> None:
    case = case_of([license_of("alpha", commercial_use=clause("prohibited", counts=["paid"]))], inputs=works(m="alpha"), steps=[],
                   releases=[out("m", "hosted_api", commercial={"internal_business": True})])
    whole = case.assessed()
    assert whole["verdict"] == "not_enough_facts"
    assert whole["questions"]


def test_a_reading_of_a_term_is_explored() -> None:
    reading = {"position": "commercial", "readings": {"any-business": "forbidden", "payment-only": "allowed"}}
    strict = license_of("alpha", **{**COPYLEFT, "further_restrictions": clause(reading)})
    case = case_of([strict, license_of("beta", flow_down=clause("use_restrictions"), derivative=EVERYTHING)], inputs=works(m="alpha", n="beta"),
                   steps=[made("s", "merge", "m", "n")], releases=[out("s")], profile="open")
    whole = case.assessed()
    assert whole["verdict"] == "depends_on_unsettled"
    assert {answer["id"]: answer["verdict"] for answer in whole["unsettled"][0]["positions"]} == {
        "any-business": "prohibited", "payment-only": "permitted_with_obligations"}


def test_a_label_that_is_not_stated_has_not_been_given_yet() -> None:
    case = case_of([license_of("alpha", **COPYLEFT), license_of("beta")], inputs=works(m="alpha"), steps=[made("s", "fine_tune", "m")], releases=[out("s")])
    whole = case.assessed()
    assert (whole["verdict"], whole["questions"]) == ("permitted_with_obligations", [])
    assert [one["action"] for one in whole["obligations"]] == ["share_alike"]
    assert case.told("releases", "out", license="beta").assessed()["verdict"] == "prohibited"


def test_a_sure_path_is_not_made_doubtful_by_another() -> None:
    steps = [made("s", "fine_tune", "m"), made("q", "fine_tune", "m", certainty="reported")]
    both = [case_of([license_of("alpha", use=clause("prohibited"))], inputs=works(m="alpha"), steps=[*steps, made("z", "merge", *order)],
                    releases=[out("z", "internal")]) for order in ("sq", "qs")]
    assert [case.assessed()["conduct"] for case in both] == ["not_met", "not_met"]


def test_a_finding_names_every_act_that_it_bars() -> None:
    both = [case_of([license_of("alpha", commercial_use=clause("prohibited"))], inputs=works(m="alpha"), steps=[],
                    releases=[out("m", {"one_of": list(forms)})]) for forms in (("hosted_api", "weights_public"), ("weights_public", "hosted_api"))]
    acts = [{act for one in case.assessed()["findings"] if one["rule"] == "commercial-barred" for act in one["acts"]} for case in both]
    assert acts[0] == acts[1]


def test_what_is_unknown_of_one_input_is_not_asked_of_another() -> None:
    limited = {name: license_of(name, regions_excluded=[item(regions=["EU"], scope="offered", modalities=["image"])]) for name in ("alpha", "beta")}
    whole = case_of(limited.values(), inputs=works(m="alpha", n="beta"), steps=[made("s", "merge", "m", "n")], releases=[out("s", regions=["EU"])]).assessed()
    assert {one["license"]: one["rests_on"]["open"] for one in whole["findings"] if one["rule"] == "region-of-offer"} == {
        "alpha": ["inputs.m.modalities"], "beta": ["inputs.n.modalities"]}


def test_whether_it_is_published_is_a_fact_of_each_world() -> None:
    case = case_of([license_of("alpha")], inputs=works(m={"license": "alpha", "claimed": ["open_weights"]}), steps=[made("s", "fine_tune", "m")],
                   releases=[out("s", {"one_of": ["hosted_api", "appliance"]}), {**out("s"), "id": "open", "certainty": "refuted"}])
    assert "closed-derivative-no-reciprocity" in {one["flag"] for one in case.assessed()["ethics"]}


def test_an_act_depends_on_what_bears_on_it_and_on_nothing_else() -> None:
    reading = {"position": "commercial", "readings": {"any-business": "prohibited", "payment-only": "allowed"}}
    barred = license_of("alpha", modify=clause("prohibited"), distribute_derivatives=clause(reading), derivative=EVERYTHING,
                        train_other_models_with_outputs=clause("prohibited"))
    case = case_of([barred], inputs=works(m="alpha"), steps=[made("s", "fine_tune", "m")], releases=[out("s")], profile="open")
    (entry,) = case.assessed()["licenses"]
    assert (entry["verdict"], entry["acts"]["modify"], entry["acts"]["distribute_derivative"]) == ("prohibited", "prohibited", "depends_on_unsettled")
    case.licenses["alpha"]["terms"].update(modify=clause("prohibited", beyond="permission"), regions_excluded=[item(regions=["EU"], scope="established")])
    (entry,) = case.assessed()["licenses"]                  # where the actor is nobody says: that bears on every act
    assert (entry["verdict"], entry["acts"]["distribute_derivative"]) == ("not_enough_facts", "not_enough_facts")


def test_an_act_that_is_done_in_some_case_only_hangs_on_a_fact() -> None:
    reading = {"position": "commercial", "readings": {"any-business": "prohibited", "payment-only": "allowed"}}
    case = case_of([license_of("alpha", hosted_service=clause("prohibited"), distribute_weights=clause(reading))], inputs=works(m="alpha"), steps=[],
                   releases=[out("m", {"one_of": ["hosted_api", "weights_public"]})], profile="open")
    (entry,) = case.assessed()["licenses"]
    assert entry["acts"]["distribute"] == "depends_on_unsettled" and entry["acts"]["host"] == "prohibited"
