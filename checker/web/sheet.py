"""A scenario as a form: its things as rows of fields, answers read back into it, rows added and taken away. Nothing is judged here."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from checker.core.vocabulary import Vocabulary
from checker.web.fields import Answers, Field, fields, figures

Scenario = dict[str, Any]
GROUPS = {"inputs": "input", "steps": "step", "releases": "release"}
#: rows of one kind; more are edited in a file
MOST_ROWS = 100


@cache
def layout() -> dict[str, Any]:
    """Which questions come first, and how new things are called."""
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "layout.json").read_text(encoding="utf-8"))
    return loaded


class Sheet:
    """The form of one vocabulary, worded by `words` (the group `workbench` of the wording)."""

    def __init__(self, vocabulary: Vocabulary, words: Mapping[str, Any], profiles: Mapping[str, str]) -> None:
        self.vocabulary = vocabulary
        self.words = words
        self.profiles = profiles

    # ---- the questions -----------------------------------------------------------------------------------------------

    @cached_property
    def _questions(self) -> dict[str, dict[str, Field]]:
        own = {group: fields(self.vocabulary, group) for group in ("actor", "input", "step", "release")}
        own["release"] |= {f"conduct.{name}": one for name, one in fields(self.vocabulary, "conduct").items()}
        own["actor"] |= {**figures(self.vocabulary, "licensee_and_affiliates"), "monthly_active_users": self._own("monthly_active_users", "number")}
        own["release"] |= {one.name: one for one in figures(self.vocabulary, "product", ("figures",)).values()}
        own["input"] |= {name: self._own(name, "text") for name in ("model", "license", "declared", "family")}
        own["step"]["by"] = self._own("by", "text")
        certainty = self._own("certainty", "word")._replace(options=tuple(self.vocabulary.words["certainties"].items()))
        for group in ("input", "step", "release"):
            own[group]["certainty"] = certainty
        actions = tuple((word, one["title"]) for word, one in self.vocabulary.actions.items())
        own["step"] |= {"action": self._own("action", "word")._replace(options=actions), "from": self._own("from", "words")._replace(key="id", new="plain")}
        own["release"]["of"] = self._own("of", "word")
        own["top"] = {"title": self._own("title", "text"), "as_of": self._own("as_of", "date"),
                      "agreements": self._own("agreements", "lines")._replace(key="licenses", new="listed", can_be_none=True),
                      "candidates": self._own("candidates", "lines"),
                      "profile": self._own("profile", "word")._replace(options=tuple(self.profiles.items()))}
        return {group: self._in_order(group, several) for group, several in own.items()}

    def _own(self, name: str, widget: str) -> Field:
        title, ask = self.words["questions"][name]
        return Field((name,), widget, title, ask)

    def _in_order(self, group: str, several: dict[str, Field]) -> dict[str, Field]:
        never = layout()["never_none"]
        shown = {name: one._replace(can_be_none=one.can_be_none and one.widget in ("words", "lines") and one.path[-1] not in never)
                 for name, one in several.items()}
        first = layout().get(group, {}).get("first", ())
        return {**{name: shown[name] for name in first}, **shown}

    def rows(self, scenario: Scenario) -> dict[str, list[dict[str, Any]]]:
        """What the page shows: per group the things, each with its fields as `{field, name, id, shown, kept, first}`."""
        found = {"top": [self._row("top", "", scenario, scenario)], "actor": [self._row("actor", "actor.", scenario.get("actor") or {}, scenario)]}
        for group, kind in GROUPS.items():
            found[group] = [{**self._row(kind, f"{group}.{number}.", one, scenario), "number": number, "thing": one}
                            for number, one in enumerate(scenario.get(group) or ())]
        return found

    def _row(self, kind: str, prefix: str, thing: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
        first = layout().get(kind, {}).get("first", ())
        shown = []
        for name, field in self._asked(kind, thing, scenario).items():
            answer = field.shown(thing)
            shown.append({"field": field, "name": prefix + name, "id": f"f-{prefix}{name}".replace(".", "-"), "shown": answer or [],
                          "kept": field.current(thing) if answer is None else None, "first": name in first or kind == "top"})
        return {"fields": shown, "more": [one for one in shown if not one["first"]], "title": name_of(thing)}

    def _asked(self, kind: str, thing: Mapping[str, Any], scenario: Scenario) -> dict[str, Field]:
        """The questions about one thing; those about other things of the scenario offer what there is."""
        found = self._questions[kind]
        if kind in ("step", "release"):
            choices = _artifacts(scenario, thing if kind == "step" else {})
            name = "from" if kind == "step" else "of"
            found = {**found, name: found[name]._replace(options=choices)}
        return found

    # ---- answers -----------------------------------------------------------------------------------------------------

    def read(self, base: Scenario, answers: Answers) -> tuple[Scenario, dict[str, str]]:
        """The scenario with the answers in it, and name -> text of each answer that is not of the kind asked for."""
        scenario = copy.deepcopy(base)
        wrong: dict[str, str] = {}
        self._take("top", "", scenario, scenario, answers, wrong)
        actor = scenario["actor"] = scenario.get("actor") or {}
        self._take("actor", "actor.", actor, scenario, answers, wrong)
        for group, kind in GROUPS.items():
            for number, thing in enumerate(scenario.get(group) or ()):
                self._take(kind, f"{group}.{number}.", thing, scenario, answers, wrong)
        self._positions(scenario, answers)
        self._conditions(scenario, answers)
        return scenario, wrong

    def _take(self, kind: str, prefix: str, thing: dict[str, Any], scenario: Scenario, answers: Answers, wrong: dict[str, str]) -> None:
        for name, field in self._asked(kind, thing, scenario).items():
            if field.shown(thing) is None:
                continue                                       # the form could not show it: it stays as it is
            try:
                value = field.read(answers.get(prefix + name, ()), field.current(thing))
            except ValueError as error:
                wrong[prefix + name] = str(error)
                continue
            field.put(thing, value)
        if isinstance(thing.get("conduct"), dict) and not thing["conduct"]:
            del thing["conduct"]

    def _positions(self, scenario: Scenario, answers: Answers) -> None:
        positions = dict(scenario.get("positions") or {})
        for name, given in answers.items():
            group, _, position = name.partition(".")
            if group == "positions" and position in self.vocabulary.positions and not isinstance(positions.get(position), dict):
                positions.pop(position, None)
                if given and given[-1]:
                    positions[position] = given[-1]
        _set(scenario, "positions", positions)

    def _conditions(self, scenario: Scenario, answers: Answers) -> None:
        """The answers to `conditions.LICENSE.WORD`; a license may be called as the scenario calls it."""
        conditions = copy.deepcopy(scenario.get("conditions") or {})
        for name, given in answers.items():
            group, _, rest = name.partition(".")
            license_name, _, word = rest.rpartition(".")
            if group != "conditions" or not license_name or not isinstance(conditions, dict) or not isinstance(conditions.get(license_name, {}), dict):
                continue
            said = conditions.pop(license_name, {})
            said.pop(word, None)
            if given and given[-1] in ("yes", "no"):
                said[word] = given[-1] == "yes"
            if said:
                conditions[license_name] = said
        _set(scenario, "conditions", conditions)


def _set(scenario: Scenario, key: str, answers: Any) -> None:
    if answers:
        scenario[key] = answers
    else:
        scenario.pop(key, None)


# ---- things ----------------------------------------------------------------------------------------------------------


def name_of(thing: Mapping[str, Any]) -> str:
    """What a reader calls a thing: its own name, its model, its license, else its id."""
    return str(thing.get("name") or thing.get("model") or thing.get("family") or thing.get("id") or thing.get("of") or "")


def _artifacts(scenario: Scenario, step: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(id, name) of what a step can start from: every input, and what the steps before it made."""
    made: list[Mapping[str, Any]] = []
    for one in scenario.get("steps") or ():
        if one is step or (step and one.get("id") == step.get("id")):
            break
        made.append(one)
    things = [*(scenario.get("inputs") or ()), *made]
    return tuple((str(one.get("id")), name_of(one)) for one in things)


def empty(today: str) -> Scenario:
    """The scenario that the form begins with: one model, one step, one release, nothing said of them."""
    scenario: Scenario = {"as_of": today, "actor": {}, "inputs": [], "steps": [], "releases": []}
    for group in GROUPS:
        add(scenario, group)
    scenario["steps"][0]["from"] = [scenario["inputs"][0]["id"]]
    scenario["releases"][0]["of"] = scenario["steps"][0]["id"]
    return scenario


def add(scenario: Scenario, group: str) -> None:
    """Add a thing of which nothing is said."""
    things = scenario.setdefault(group, [])
    if len(things) >= MOST_ROWS:
        return
    taken = {one.get("id") for several in GROUPS for one in scenario.get(several) or ()}
    start = layout()["ids"][group]
    things.append({"id": next(one for number in range(1, len(taken) + 2) if (one := f"{start}-{number}" if number > 1 else start) not in taken)})


def remove(scenario: Scenario, group: str, number: int) -> None:
    """Take a thing out, and what refers to it."""
    things = scenario.get(group) or []
    if not 0 <= number < len(things):
        return
    gone = things.pop(number).get("id")
    for step in scenario.get("steps") or ():
        step["from"] = [one for one in step.get("from") or () if (one.get("id") if isinstance(one, dict) else one) != gone]
    for release in scenario.get("releases") or ():
        if release.get("of") == gone:
            release.pop("of")


def complete(scenario: Scenario) -> tuple[Scenario, list[tuple[str, str]]]:
    """The scenario without what is only begun, and (sentence, name of the field) for each thing that still has to be said."""
    whole = copy.deepcopy(scenario)
    missing: list[tuple[str, str]] = []
    known = {"model", "family", "license", "declared", "from"}
    for number, one in enumerate(whole.get("inputs") or ()):
        if not known & one.keys():
            missing.append(("no_model", f"inputs.{number}.model"))
    whole["inputs"] = [one for one in whole.get("inputs") or () if known & one.keys()]
    missing += _unused(whole)
    for number, one in enumerate(whole.get("steps") or ()):
        if "action" not in one:
            missing.append(("no_action", f"steps.{number}.action"))
    whole["steps"] = [one for one in whole.get("steps") or () if "action" in one]
    _relink(whole)
    for number, one in enumerate(scenario.get("releases") or ()):
        if "form" not in one:
            missing.append(("no_form", f"releases.{number}.form"))
    whole["releases"] = [one for one in whole.get("releases") or () if one.get("of")]
    return {key: value for key, value in whole.items() if value not in ({}, []) or key in ("inputs", "agreements")}, missing


def _unused(scenario: Scenario) -> list[tuple[str, str]]:
    """Inputs that go into nothing, where there are several and something is made."""
    inputs, steps = scenario.get("inputs") or (), scenario.get("steps") or ()
    used = [one.get("id") if isinstance(one, dict) else one for thing in (*inputs, *steps) for one in thing.get("from") or ()]
    used += [one.get("of") for one in scenario.get("releases") or ()]
    return [("unused", f"inputs.{number}.model") for number, one in enumerate(inputs) if steps and len(inputs) > 1 and one.get("id") not in used]


def services(model: str) -> list[str]:
    """Ids of the terms under which the services that a name may mean are used."""
    named = set(re.findall(r"[a-z]+[0-9]?", model.casefold())) | set(re.findall(r"[a-z]+", model.casefold()))
    return [one for service in layout()["services"] if named.intersection(service["called"]) for one in service["terms"]]


def serve(thing: dict[str, Any], terms: str) -> None:
    """Make the thing a service that is used under these terms; what was written as its model is its name."""
    thing.update(license=terms, kind="service", name=thing.get("name") or thing.get("model") or terms)
    for key in ("model", "family", "declared"):
        thing.pop(key, None)


def condition_field(license_id: str, word: str) -> str:
    """The id of the field that asks whether a condition of a license holds."""
    return "c-" + re.sub(r"[^A-Za-z0-9_]", "-", f"{license_id}-{word}")


def place_of(scenario: Scenario, key: str) -> str | None:
    """The id of the field of the form that answers a question; None where the form has none."""
    group, _, rest = key.partition(".")
    if group == "figures":
        return f"f-actor-{rest.partition('.')[0]}"
    if group == "conditions":
        license_id, _, word = rest.rpartition(".")
        return condition_field(license_id, word)
    if group == "actor":
        return f"f-actor-{rest}"
    for number, one in enumerate(scenario.get(group) or () if group in GROUPS else ()):
        name, _, fact = rest.partition(f"{one.get('id') or one.get('of')}.")
        if not name and fact:
            field = "commercial" if fact.startswith("commercial") else "certainty" if fact == "happened" else fact.partition("@")[0]
            return f"f-{group}-{number}-{field.replace('.', '-')}"
    return None


def _relink(whole: Scenario) -> None:
    """Leave out references to what is not there yet; a release of it is one of the last thing that is."""
    there = [one.get("id") for one in (*whole["inputs"], *whole["steps"])]
    for step in whole["steps"]:
        step["from"] = [one for one in step.get("from") or () if (one.get("id") if isinstance(one, dict) else one) in there]
    for release in whole.get("releases") or ():
        if release.get("of") not in there:
            release["of"] = there[-1] if there else None


def sound(value: Any) -> bool:
    """Has the value the outer shape of a scenario, so that rows can be made of it?"""
    if not isinstance(value, dict) or not isinstance(value.get("actor") or {}, dict):
        return False
    groups: list[Any] = [value.get(group) if value.get(group) is not None else [] for group in GROUPS]
    return all(isinstance(group, list) and len(group) <= MOST_ROWS for group in groups) and \
        all(isinstance(one, dict) and isinstance(one.get("id", one.get("of")), str) for group in groups for one in group) and \
        all(isinstance(one.get("conduct") or {}, dict) for one in groups[2]) and \
        all(isinstance(one.get("from") or [], list) for group in groups[:2] for one in group)
