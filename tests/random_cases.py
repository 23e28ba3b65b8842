"""Random small books and scenarios, and the same written out by hand: what the laws of the engine are tried on.

The rules and the vocabulary are the project's own; licenses and scenarios are drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import license_expression
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from checker.core.book import Book
from checker.core.figures import Range
from checker.core.license import License, normalize_terms
from checker.core.result import assessment
from checker.core.scenario import Scenario
from checker.core.verdict import VERDICTS
from checker.core.vocabulary import split_key
from checker.load.book import Library
from checker.load.names import Names, compiled
from checker.load.scenario import understand
from checker.load.strict_yaml import Document

settings.register_profile("laws", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
PROFILE = settings.get_profile("laws")
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


@pytest.fixture(scope="module")
def random_books(library: Library) -> Iterator[None]:
    """The book of all cases, and one SPDX list for all expressions (it is costly to make)."""
    Case.library = library
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("license_expression.get_spdx_licensing", cache(license_expression.get_spdx_licensing))
        yield


# ---- written out by hand ---------------------------------------------------------------------------------------------

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


def verdicts(*cases_: Case) -> list[str]:
    return [case.assessed()["verdict"] for case in cases_]


def limit(above: int, scope: Any, beyond: str = "permission", **more: Any) -> Data:
    return item(metric=METRIC, above=above, counted_over=scope, on="rolling", beyond=beyond, **more)


def figure(value: int, scope: str = "licensee", **more: Any) -> Data:
    return {"metric": METRIC, "scope": scope, "value": value, **more}


# ---- told, and compared ----------------------------------------------------------------------------------------------


def place(verdict: str) -> int:
    """0 for the best."""
    return VERDICTS.index(verdict)


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


def narrower(before: list[str], after: list[str]) -> bool:
    return place(before[0]) <= place(after[0]) <= place(after[1]) <= place(before[1])


def flags(whole: Data) -> set[tuple[str, str]]:
    """Flags and the releases they speak of; that something is only alleged may be said of it."""
    return {(one["flag"], release) for one in whole["ethics"] if one["flag"] != "evidence-caution" for release in one["releases"]}
