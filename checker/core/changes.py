"""Changes: what could be done otherwise in a scenario. Each is one value in one place; a set of them gives another scenario.

Only what is the actor's to decide is a change: its own releases where the vocabulary calls a fact changeable, the inputs
of its own steps, a separate license. Names change only to what a naming duty asks for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.core.book import Book
from checker.core.license import NO_LICENSE, OWN_WORK, License
from checker.core.lineage import Lineage
from checker.core.scenario import ACTOR, Input, Reference, Release, Scenario, Step

#: where a change happens in the scenario form: ("releases", "api", "regions"); two changes of one place exclude each other
Place = tuple[str, ...]


class Candidate(NamedTuple):
    """A model that may stand in for an input: the input as it would be, and what lies behind it. `also`: others under the same license."""

    model: str
    inputs: tuple[Input, ...]
    also: tuple[str, ...] = ()


class Change(NamedTuple):
    """One change. `slot` is its place, with the element where a list gains or loses one; `told` fills the wording."""

    change: str
    slot: Place
    path: Place
    before: Any
    after: Any
    told: Mapping[str, Any] = {}
    candidate: Candidate | None = None

    @property
    def fact(self) -> tuple[str, str, str]:
        """(group, id, fact) of what it sets: ("releases", "api", "regions"), ("inputs", "base", ""), ("agreements", "qwen", "")."""
        if self.path[0] == "agreements":
            return "agreements", self.slot[1], ""
        return self.path[0], self.path[1], self.path[-1] if len(self.path) > 2 else ""


def exclude_each_other(left: Change, right: Change) -> bool:
    """Can the two not both be made?"""
    short, long = sorted((left.slot, right.slot), key=len)
    return long[:len(short)] == short


# ---- what can be changed ---------------------------------------------------------------------------------------------


def changes(book: Book, scenario: Scenario, candidates: Mapping[str, Sequence[Candidate]], asking: Iterable[str]) -> list[Change]:
    """Everything the actor could do otherwise. `candidates`: input id -> models to swap in; `asking`: licenses that ask for permission."""
    maker = _Maker(book, scenario, candidates)
    found = [change for release in scenario.releases if release.certainty != "refuted" for change in maker.of_release(release)]
    found += [change for item in scenario.inputs for change in maker.of_input(item)]
    found += [maker.agreement(license_id) for license_id in sorted(asking) if license_id not in (NO_LICENSE, OWN_WORK)]
    return [change for change in found if _changeable(book, change)]


def _changeable(book: Book, change: Change) -> bool:
    """Does the vocabulary leave it to the actor?"""
    group, _, fact = str(book.vocabulary.data["repairs"]["changes"][change.change].get("fact", "")).partition(".")
    return not fact or bool(book.vocabulary.facts[group][fact].get("changeable"))


class _Maker:
    def __init__(self, book: Book, scenario: Scenario, candidates: Mapping[str, Sequence[Candidate]]) -> None:
        self.book, self.scenario, self.candidates = book, scenario, candidates
        self.vocabulary = book.vocabulary
        self.lineage = Lineage(scenario, {}, book.vocabulary)
        everything = [*scenario.inputs, *(item for some in candidates.values() for one in some for item in one.inputs)]
        ids = {one for item in everything for alternatives in item.candidates for together in alternatives for one in together}
        self.licenses = [license for license in map(book.license, sorted(ids - {OWN_WORK, NO_LICENSE})) if license.read]

    def _items(self, term: str) -> Iterator[tuple[License, Mapping[str, Any]]]:
        for license in self.licenses:
            answer = license.terms[term]
            for item in answer if isinstance(answer, list) else [answer]:
                yield license, item

    # ---- releases ----------------------------------------------------------------------------------------------------

    def of_release(self, release: Release) -> Iterator[Change]:
        def change(word: str, fact: str, before: Any, after: Any, element: str = "", **told: Any) -> Change:
            path: Place = ("releases", release.id, *fact.split("."))
            return Change(word, (*path, element) if element else path, path, before, after, {"id": release.id, **told})

        facts = release.facts
        for form in self.vocabulary.data["repairs"]["forms"].get(self.lineage.kind(release.of), ()):
            if release.forms != (form,):
                yield change("change_form", "form", list(release.forms) if len(release.forms) > 1 else release.forms[0], form)
        if facts.get("commercial") is not False:
            yield change("not_commercial", "commercial", facts.get("commercial"), False)
        yield from self._regions(release, change)
        excluded = {str(item.get("field") or item.get("use")) for term in ("fields_excluded", "use_restrictions") for _, item in self._items(term)}
        for field in facts.get("fields") or ():
            if field in excluded and len(facts["fields"]) > 1:
                yield change("leave_field", "fields", field, None, field)
        for license, name in self._names(release):
            yield change("rename", "name", facts.get("name"), name, license=license)
        for label in self._labels(release):
            if label != facts.get("license"):
                yield change("label", "license", facts.get("license"), label)
        yield from self._conduct(release, change)

    def _regions(self, release: Release, change: Any) -> Iterator[Change]:
        excluded = [region for _, item in self._items("regions_excluded") for region in item.get("regions", ())]
        stated, home = release.facts.get("regions"), self.scenario.actor.get("home")
        for region in stated or ():
            if len(stated or ()) > 1 and self.vocabulary.overlap([region], excluded):
                yield change("leave_region", "regions", region, None, region)
        if home and excluded and list(stated or ()) != [home] and (stated is None or self.vocabulary.overlap([home], stated)):
            yield change("only_at_home", "regions", stated, [home])

    def _names(self, release: Release) -> Iterator[tuple[str, str]]:
        """(license, name) for each rule for names, and one name that keeps all of them."""
        step = self.lineage.steps.get(release.of)
        name = str(release.facts.get("name") or (step.facts.get("name") if step else None) or release.id)
        rules = [(license, item) for license, item in self._items("derivative_naming") if item.get("text")]
        kept = name
        found: dict[str, list[str]] = {}
        for license, item in rules:
            found.setdefault(_renamed(name, item), []).append(license.name)
            kept = _renamed(kept, item)
        found.setdefault(kept, [license.name for license, _ in rules])
        for one, names in found.items():
            if one and one != release.facts.get("name"):
                yield " and ".join(dict.fromkeys(names)), one

    def _labels(self, release: Release) -> list[str]:
        """Labels that tell the truth about the chain: one of its licenses, or all of them together."""
        ancestors = self.lineage.ancestors(release.of)
        chain = sorted({one for item in self.scenario.inputs if item.id in ancestors and len(item.candidates) == 1 and item.candidates[0]
                        for one in item.candidates[0][0]} - {OWN_WORK, NO_LICENSE})
        usable = [license for license in self.licenses if license.kind != "output_terms"]
        joined = [" AND ".join(one for one in chain if any(one == license.id for license in usable))] if len(chain) > 1 else []
        return list(dict.fromkeys([*(license.id for license in usable), *filter(None, joined)]))

    def _conduct(self, release: Release, change: Any) -> Iterator[Change]:
        done = release.conduct
        shown = {entry["text"] for entry in done.get("displays") or ()}
        for _, item in self._items("display_text"):
            texts = item.get("text") or ()
            for text in texts[:1] if item.get("any_of") else texts:
                if text not in shown:
                    shown.add(text)
                    yield change("display", "conduct.displays", None, {"text": text, **({"where": item["where"]} if item.get("where") else {})}, text,
                                 to=text, where=item.get("where", ""))
        shipped = {entry["what"] for entry in done.get("ships") or ()}
        for what, words in self.vocabulary.words["shippable"].items():
            if what not in shipped:
                yield change("ship", "conduct.ships", None, {"what": what}, what, to=words)
        if done.get("terms_flow_down") is not True:
            yield change("flow_down", "conduct.terms_flow_down", done.get("terms_flow_down"), True)

    # ---- inputs and licenses -----------------------------------------------------------------------------------------

    def of_input(self, item: Input) -> Iterator[Change]:
        """Swaps and omissions, where every step that takes the input is the actor's own and nothing of others is made from it."""
        steps = [step for step in self.scenario.steps if any(reference.id == item.id for reference in step.inputs)]
        released = any(release.of == item.id for release in self.scenario.releases)
        foreign = any(step.by != ACTOR for step in steps) or any(reference.id == item.id for one in self.scenario.inputs for reference in one.made_from)
        if foreign or not (steps or released) or {"alleged", "refuted"} & {item.certainty, *(step.certainty for step in steps)}:
            return
        path = ("inputs", item.id)
        named = item.model or item.facts.get("name")
        now = named or item.id
        for candidate in self.candidates.get(item.id, ()):
            if candidate.model != item.model:
                told = {"id": item.id, "from": named or self.vocabulary.sentence("the_input", id=item.id)}
                yield Change("swap", path, (*path, "model"), now, candidate.model, told, candidate)
        if not released and all(self._spares(step, item.id) for step in steps):
            trains = any(self.vocabulary.actions[step.actions[0]]["trains"] for step in steps)
            yield Change("retrain_without" if trains else "drop", path, path, now, None, {"id": item.id, "of": ", ".join(step.id for step in steps)})

    def _spares(self, step: Step, item: str) -> bool:
        """Is the step still the same step without the input: something is left, and something to change where that is what it does?"""
        left = [reference for reference in step.inputs if reference.id != item]
        changed = {reference.id for reference in step.inputs if self._relation(step, reference) == "modification"}
        return bool(left) and (item not in changed or any(reference.id in changed for reference in left))

    def _relation(self, step: Step, reference: Reference) -> str:
        spec = self.vocabulary.actions[reference.action or step.actions[0]]
        return str(self.vocabulary.roles.get(reference.role or "") or spec["relation"][self.lineage.kind(reference.id)])

    def agreement(self, license_id: str) -> Change:
        license = self.book.license(license_id)
        stated = {"with": license.licensor or license.name, "licenses": [license_id]}
        return Change("ask_permission", ("agreements", license_id), ("agreements",), None, stated, {"license": license.name, "licensor": stated["with"]})


def _renamed(name: str, item: Mapping[str, Any]) -> str:
    """The name as a rule for names wants it."""
    text, rule = str(item["text"]), item.get("rule")
    if rule == "must_not_contain":
        return " ".join(re.sub(re.escape(text), " ", name, flags=re.IGNORECASE).split()).strip(" -_")
    holds = name.startswith(text) if rule == "begins_with" else text.casefold() in name.casefold()
    return name if holds else f"{text}-{name}"


# ---- the scenario with changes made ----------------------------------------------------------------------------------


def changed(scenario: Scenario, made: Iterable[Change]) -> Scenario | None:
    """The scenario with the changes made; None where nothing would be left: no input of a step, no region, no use."""
    for change in made:
        after = _REWRITE[change.fact[0]](scenario, change)
        if after is None:
            return None
        scenario = after
    return scenario


def _with_release(scenario: Scenario, change: Change) -> Scenario | None:
    release = next(one for one in scenario.releases if one.id == change.path[1])
    fact, labels = change.path[-1], dict(scenario.labels)
    if fact == "form":
        release = release._replace(forms=(change.after,))
    elif change.path[2] == "conduct":
        added = [*(release.conduct.get(fact) or ()), change.after] if isinstance(change.after, Mapping) else change.after
        release = release._replace(conduct={**release.conduct, fact: added})
    elif change.after is None:
        left = [one for one in release.facts[fact] if one != change.before]
        if not left:
            return None
        release = release._replace(facts={**release.facts, fact: left})
    else:
        release = release._replace(facts={**release.facts, fact: change.after})
        if fact == "license":
            labels[change.after] = {"licenses": (tuple(sorted(change.after.split(" AND "))),), "altered": False}
    return scenario._replace(releases=tuple(release if one.id == release.id else one for one in scenario.releases), labels=labels)


def _with_input(scenario: Scenario, change: Change) -> Scenario | None:
    name = change.path[1]
    behind = f"{name}~"
    if change.candidate is not None:
        inputs: list[Input] = []
        for one in scenario.inputs:
            inputs += change.candidate.inputs if one.id == name else () if one.id.startswith(behind) else (one,)
        return scenario._replace(inputs=tuple(inputs))
    steps = tuple(step._replace(inputs=tuple(reference for reference in step.inputs if reference.id != name)) for step in scenario.steps)
    if any(not after.inputs and before.inputs for before, after in zip(scenario.steps, steps)):
        return None
    return scenario._replace(steps=steps, inputs=tuple(one for one in scenario.inputs if one.id != name and not one.id.startswith(behind)))


def _with_agreement(scenario: Scenario, change: Change) -> Scenario:
    return scenario._replace(agreements=(*(scenario.agreements or ()), change.after))


_REWRITE = {"releases": _with_release, "inputs": _with_input, "agreements": _with_agreement}
