"""Frames: what the names of a condition stand for, in one world.

A `World` is one way to fill in what is open: structural choices, facts assigned, positions answered. A `ReleaseFrame`
knows the actor and one release; a `ReachFrame` adds one license as it reaches that release; an `ItemFrame` adds one item
of a list-valued term. A name that is not known is None, and the key of the fact that would settle it is noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from checker.core.book import Book
from checker.core.conditions import Bounds, compare
from checker.core.license import License
from checker.core.lineage import Lineage, Reach
from checker.core.rule import Rule
from checker.core.scenario import Choice, Release, Scenario
from checker.core.truth import conjunction, disjunction

#: one call of a function that looked beyond the names: (what was asked, what came out, key of the fact or position behind it)
Call = tuple[str, Any, "str | None"]
INFINITY = float("inf")
_SCOPES = ("product", "licensee", "licensee_and_affiliates")


class World:
    """One way to fill in what is open. `given` assigns values to fact keys and `positions.<id>` keys."""

    def __init__(self, book: Book, scenario: Scenario, choice: Choice, given: Mapping[str, Any]) -> None:
        self.book = book
        self.vocabulary = book.vocabulary
        self.scenario = scenario
        self.choice = choice
        self.given = given
        self.lineage = Lineage(scenario, choice, book.vocabulary)
        self.calls: list[Call] = []                            # of the condition being evaluated
        self.domains: dict[str, set[Any]] = {}                 # open fact -> values that make a difference
        self.asked: set[str] = set()                           # regions and words that an unknown fact was compared with
        self.consulted: dict[str, Any] = {}                    # position -> answer used
        self.at: str | None = None                             # judge conduct as of this day (default: the scenario's)

    def open(self, key: str, values: Iterable[Any]) -> None:
        """Note that the fact is not known and that these values of it would make a difference."""
        self.domains.setdefault(key, set()).update(values)

    def values(self, key: str) -> list[Any]:
        """The values of an open fact that make a difference; none if nobody can list them."""
        found = self.domains.get(key)
        if found:
            return sorted(found, key=lambda value: (isinstance(value, str), value if isinstance(value, (int, float)) else str(value)))
        spec = self.vocabulary.fact(key)
        if spec is None or key not in self.domains:
            return []
        many = spec["type"] == "list"
        kind = spec["of"] if many else spec["type"]
        if kind == "region":
            places = [*sorted(one for one in self.asked if one.isupper()), self.vocabulary.elsewhere]
            return [(place,) for place in places] if many else list(places)
        if isinstance(kind, Mapping):
            words = kind["words"]
            known = self.vocabulary.words[words] if isinstance(words, str) else words
            return [*((word,) for word in sorted(self.asked & set(known))), ()]
        return []

    def figures(self, metric: str, day: str | None) -> list[dict[str, Any]]:
        """Figures of this metric that this world assigns: they bound those it leaves open."""
        found = []
        for key, value in self.given.items():
            group, _, rest = key.partition(".")
            scope, _, date = rest.partition(".")[2].partition("@")
            if group == "figures" and rest.startswith(metric + ".") and date == (day or ""):
                found.append({"metric": metric, "scope": scope, "value": value})
        return found

    def position(self, position_id: str, license_id: str) -> Any:
        """The answer used for an unsettled question, or None where it is left open."""
        key = f"positions.{position_id}"
        answer = self.given.get(key)
        if answer is None:
            answer = self.scenario.positions.get(position_id)
            if isinstance(answer, Mapping):
                answer = answer.get(license_id)
            if answer is None:
                answer = self.scenario.profile.get(position_id)
        answer = None if answer == "open" else answer
        self.consulted[position_id] = answer
        self.calls.append((f"position({position_id})", answer, key))
        if answer is None:
            self.open(key, (one["id"] for one in self.book.positions[position_id]["answers"]))
        return answer


class Frame(dict[str, Any]):
    """Names -> values, resolved when first asked for. `atoms` has the key of the fact behind each unknown name."""

    __slots__ = ("world", "parent", "atoms", "local", "_definition_calls")

    def __init__(self, world: World, parent: Frame | None = None) -> None:
        super().__init__()
        self.world = world
        self.parent = parent
        self.atoms: dict[str, str] = {}
        self.local: dict[str, Any] = {}
        self._definition_calls: dict[str, list[Call]] = {}

    def __missing__(self, name: str) -> Any:
        value = self[name] = self.resolve(name)
        return value

    def resolve(self, name: str) -> Any:
        if self.parent is None:
            raise KeyError(name)
        return self.parent[name]

    def atom(self, name: str) -> str | None:
        """Key of the fact behind an unknown name."""
        return self.atoms.get(name) or (self.parent.atom(name) if self.parent is not None else None)

    def definition_calls(self, name: str) -> list[Call]:
        """What was looked up while a definition was worked out."""
        calls = self._definition_calls.get(name)
        if calls is None:
            calls = self.parent.definition_calls(name) if self.parent is not None else []
        return calls

    def define(self, key: str, name: str) -> Any:
        """Work out a named condition and remember what it rested on."""
        evaluate, rests_on = self.world.vocabulary.expression(key)
        value, calls = self.evaluate(evaluate, rests_on)
        self._definition_calls[name] = calls
        return value

    def evaluate(self, condition: Callable[[Any], Any], rests_on: list[str]) -> tuple[Any, list[Call]]:
        """The value of a condition, and every lookup it and its definitions made."""
        world = self.world
        outer, world.calls = world.calls, []
        value = condition(self)
        calls, world.calls = world.calls, outer
        for name in rests_on:
            if world.vocabulary.defines(name):
                calls.extend(self.definition_calls(name))
        return value, calls

    def open_cut(self, key: str, number: float, inclusive_below: bool) -> None:
        """A figure was compared with a number and its limits did not tell: note one value on each side."""
        self.world.open(key, (number, number + 1) if inclusive_below else (number - 1, number))

    def call(self, name: str, arguments: list[Any]) -> Any:
        """Call a function of the language (methods named `f_…`)."""
        return getattr(self, "f_" + name)(*arguments)

    def element(self, variable: str, fields: list[str]) -> Any:
        """A field of the element that a quantifier is at; a record that says nothing of it has "" there."""
        value = self.local[variable]
        if isinstance(value, Frame) and fields:
            return value[".".join(fields)]
        for field in fields:
            value = value.get(field, "") if isinstance(value, Mapping) else ""
        return value

    # ---- functions that need no license ------------------------------------------------------------------------------

    def f_stated(self, value: Any) -> bool:
        """Does the text, or the scenario, say anything here?"""
        return bool(value)

    def f_overlap(self, left: Any, right: Any) -> Any:
        """Have two lists anything in common? (Regions by containment.)"""
        if left is None or right is None:
            self.world.asked.update(right or ())
            return None
        return self.world.vocabulary.overlap(left, right)

    def f_inside(self, region: Any, regions: Any) -> Any:
        """Does the region lie in one of the regions?"""
        if region is None or regions is None:
            self.world.asked.update(regions or ())
            return None
        return self.world.vocabulary.inside(region, regions)

    def f_position(self, position_id: Any) -> Any:
        """The answer used for an unsettled question."""
        return self.world.position(position_id, "") if position_id else None

    def f_begins_with(self, text: Any, start: Any) -> Any:
        """Does the name begin with these words (case counts, as the texts quote them)?"""
        return None if text is None or start is None else str(text).startswith(start)

    def f_contains(self, text: Any, part: Any) -> Any:
        """Does the name contain these words (whatever their case)?"""
        return None if text is None or part is None else str(part).casefold() in str(text).casefold()


class ReleaseFrame(Frame):
    """The actor, the day, and one release."""

    __slots__ = ("release", "form", "reach_frames")

    def __init__(self, world: World, release: Release) -> None:
        super().__init__(world)
        self.release = release
        self.form = str(world.choice.get(f"releases.{release.id}.form", release.forms[0]))
        self.reach_frames: list[ReachFrame] = []

    def resolve(self, name: str) -> Any:
        head, _, rest = name.partition(".")
        if head == "release":
            if rest.startswith("conduct."):
                if self.release.conduct.get("certainty") in ("alleged", "refuted"):
                    return None                                # what is only alleged, or shown to be false, is not known
                return self._fact(name, f"releases.{self.release.id}.{rest}", self.release.conduct, rest[8:], "conduct")
            return self._release(name, rest)
        if head == "actor":
            return self._fact(name, f"actor.{rest}", self.world.scenario.actor, rest, "actor")
        if name == "as_of":
            return self.world.scenario.as_of
        if name == "any_alleged":
            scenario = self.world.scenario
            return "alleged" in {*(one.certainty for one in scenario.inputs), *(step.certainty for step in scenario.steps),
                                 *(one.certainty for one in scenario.releases), *(one.conduct.get("certainty") for one in scenario.releases)}
        if name == "reaches":
            return self.reach_frames
        if name == "steps":
            return self._steps()
        if name == "own_licenses":
            return [LicenseFrame(self.world, self.world.book.license(one), self) for one in self["actor.own_licenses"]]
        if self.world.vocabulary.defines(name):
            return self.define("def:" + name, name)
        raise KeyError(name)

    def _release(self, name: str, rest: str) -> Any:
        if rest == "id":
            return self.release.id
        if rest == "form":
            return self.form
        if rest == "released_as":
            return tuple(self.world.vocabulary.forms[self.form]["released_as"])
        if rest == "published":
            return any(other.of == self.release.of and "weights_public" in other.forms for other in self.world.scenario.releases)
        return self._fact(name, f"releases.{self.release.id}.{rest}", self.release.facts, rest, "release")

    def _fact(self, name: str, key: str, facts: Mapping[str, Any], fact: str, group: str) -> Any:
        given = self.world.given
        value = given.get(key) if key in given else facts.get(fact)
        if value is not None:
            return value
        spec = self.world.vocabulary.facts[group][fact]
        absent = spec["absent"]
        if absent == "none":
            return ()
        if absent != "unknown":
            return absent
        self.atoms[name] = key
        self.world.open(key, self._domain(spec))
        return None

    def _domain(self, spec: Mapping[str, Any]) -> tuple[Any, ...]:
        if spec["type"] in ("bool", "commercial"):
            return (True, False)
        if spec["type"] == "word":
            of = spec["of"]
            return tuple(self.world.vocabulary.words[of["words"]] if isinstance(of, Mapping) else of)
        return ()

    def _steps(self) -> list[dict[str, Any]]:
        lineage = self.world.lineage
        on_path = {artifact for frame in self.reach_frames for artifact in frame.reach.path}
        return [{**dict.fromkeys(self.world.vocabulary.facts["step"]), **step.facts, "id": step.id,
                 "action": lineage.action(step), "own": step.by == "actor",
                 "trains": bool(self.world.vocabulary.actions[lineage.action(step)]["trains"])}
                for step in lineage.steps.values() if step.id in on_path or step.id == self.release.of]

    def f_commercial_as(self, kind: Any) -> Any:
        """Is the release commercial in this sense? A plain true or false speaks for every sense."""
        value = self["release.commercial"]
        self.world.calls.append((f"commercial as {kind}", value, self.atoms.get("release.commercial")))
        return value.get(kind) if isinstance(value, Mapping) else value

    def f_shipped(self, what: Any) -> Any:
        """Was this shipped with the release, as of the day judged? A list that is given is complete."""
        return self._since(self["release.conduct.ships"], lambda entry: bool(entry["what"] == what))

    def f_displayed(self, texts: Any, any_of: Any) -> Any:
        """Are the texts displayed (one of them, if `any_of`)?"""
        shown = self["release.conduct.displays"]
        found = [self._since(shown, lambda entry, text=text: _says(entry["text"], text)) for text in texts]  # type: ignore[misc]
        return disjunction(found) if any_of else conjunction(found)

    def _since(self, entries: Any, matches: Callable[[Any], bool]) -> Any:
        if entries is None:
            return None
        day = self.world.at or self.world.scenario.as_of
        return any(matches(entry) and str(entry.get("since") or "") <= day for entry in entries)


def _says(shown: str, text: str) -> bool:
    return " ".join(text.split()).casefold() in " ".join(shown.split()).casefold()


class LicenseFrame(Frame):
    """What one license says."""

    __slots__ = ("license",)

    def __init__(self, world: World, license: License, parent: Frame | None = None) -> None:
        super().__init__(world, parent)
        self.license = license

    def resolve(self, name: str) -> Any:
        head, _, rest = name.partition(".")
        if head == "license":
            return getattr(self.license, rest)
        if head == "terms":
            term, _, field = rest.partition(".")
            answer = self.license.terms[term]
            return answer if isinstance(answer, list) else self.stated(answer.get(field or "value"))
        if name.startswith("answer:"):
            return self.license.terms[name.removeprefix("answer:terms.")]
        return super().resolve(name)

    def stated(self, value: Any) -> Any:
        """A value of a license; what the text leaves out is "" (it is known to be absent, so it is not None)."""
        return "" if value is None else self.reading(value)

    def reading(self, value: Any) -> Any:
        """A value, or what it is under the reading used, where the text can be read in two ways."""
        if not (isinstance(value, Mapping) and "position" in value):
            return value
        answer = self.world.position(value["position"], self.license.id)
        return None if answer is None else value["readings"].get(answer)


class TextFrame(LicenseFrame):
    """What a license says, and nothing else: every fact and reading is unknown here."""

    __slots__ = ()

    def resolve(self, name: str) -> Any:
        return super().resolve(name) if name.startswith(("license.", "terms.", "answer:terms.")) else None

    def reading(self, value: Any) -> Any:
        return None if isinstance(value, Mapping) and "position" in value else value

    def call(self, name: str, arguments: list[Any]) -> Any:
        return bool(arguments[0]) if name == "stated" and arguments[0] is not None else None

    def element(self, variable: str, fields: list[str]) -> Any:
        return None


def rules_for(world: World, license: License, subject: str) -> list[Rule]:
    """The rules on this subject that the text of a license does not rule out, whatever the facts. Worked out once per license."""
    known = world.book.applicable.get((license.id, subject))
    if known is None:
        frame = TextFrame(world, license)
        known = [rule for rule in world.book.by_subject.get(subject, ()) if rule.when[0](frame) is not False]
        world.book.applicable[license.id, subject] = known
    return known


class ReachFrame(LicenseFrame):
    """One license as it reaches one release."""

    __slots__ = ("reach", "release_frame", "step")

    def __init__(self, parent: ReleaseFrame, license: License, reach: Reach) -> None:
        super().__init__(parent.world, license, parent)
        self.reach = reach
        self.release_frame = parent
        after = reach.path[1] if len(reach.path) > 1 else ""
        self.step = parent.world.lineage.steps.get(after)

    def resolve(self, name: str) -> Any:
        head, _, rest = name.partition(".")
        if head in ("license", "terms") or name.startswith("answer:"):
            return super().resolve(name)
        if head == "input":
            return self._input(name, rest)
        if head == "step":
            return self._step(name, rest)
        if name in ("relation", "manner", "own", "first_own", "modifies", "trains", "certain"):
            return getattr(self.reach, name)
        if name == "manner.position":
            manner = self.world.vocabulary.manners.get(self.reach.manner)
            return manner["position"] if manner else ""
        if name == "artifact.kind":
            return self.world.lineage.kind(self.reach.release.of)
        if name == "artifact.name":
            return self.release_frame["release.name"]
        if name == "improves_itself":
            return any(other.license.id == self.license.id and other.reach.relation in ("copy", "modification")
                       for other in self.release_frame.reach_frames)
        if self.world.vocabulary.defines(name):
            return self.define("def:" + name, name)
        return self.release_frame[name]

    def _input(self, name: str, rest: str) -> Any:
        source = self.reach.source
        if rest in ("id", "declared"):
            return getattr(source, rest) or ""
        value = self.release_frame._fact(name, f"inputs.{source.id}.{rest}", source.facts, rest, "input")
        if rest == "modalities" and value is not None and len(value) > 1:
            return (*value, "multimodal")
        return value

    def _step(self, name: str, rest: str) -> Any:
        step = self.step
        if step is None:
            return ""
        if rest == "id":
            return step.id
        if rest == "action":
            return self.world.lineage.action(step)
        return self.release_frame._fact(name, f"steps.{step.id}.{rest}", step.facts, rest, "step")

    def atom(self, name: str) -> str | None:
        return self.release_frame.atoms.get(name) if name.startswith(("input.", "step.")) else super().atom(name)

    # ---- functions that need a license -------------------------------------------------------------------------------

    def f_position(self, position_id: Any) -> Any:
        """The answer used for an unsettled question."""
        return self.world.position(position_id, self.license.id) if position_id else None

    def f_agreement(self) -> Any:
        """Is there a separate agreement for this license in force on the day?"""
        day = self.world.scenario.as_of
        stated = {entry.get("certainty", "assumed") for entry in self.world.scenario.agreements or ()
                  if self.license.id in entry["licenses"] and (entry.get("from") or "") <= day <= (entry.get("until") or "9999")} - {"refuted"}
        self.world.calls.append((f"agreement for {self.license.id}", sorted(stated), None))
        if stated == {"alleged"}:
            answer = self.f_position("separate-agreement")
            return None if answer is None else answer == "assume-one"
        return bool(stated)

    def f_derived(self) -> Any:
        """Does the text itself call the result a derivative: yes, no, silent? (A purpose test may need a fact.)"""
        manner = self.world.vocabulary.manners.get(self.reach.manner)
        if manner is None:
            return "silent"
        answer = self.license.terms["derivative"][manner["part"]]
        value = self.reading(answer["value"])
        if value == "yes" and "purpose" in answer:
            return self._by_purpose(answer["purpose"])
        return value

    def _by_purpose(self, wanted: str) -> Any:
        """The purpose of the steps on the path: yes if one has it, no if all have another, else not known."""
        lineage = self.world.lineage
        steps = [lineage.steps[artifact] for artifact in self.reach.path[1:] if artifact in lineage.steps]
        stated = {step.id: self.world.given.get(f"steps.{step.id}.purpose") or step.facts.get("purpose") for step in steps}
        purposes = set(stated.values()) - {None}
        value: str | None = "yes" if wanted in purposes else "no" if purposes else None
        if value is None and steps:
            asked = next((step for step in steps if self.world.vocabulary.actions[lineage.action(step)]["trains"]), steps[0])
            key = f"steps.{asked.id}.purpose"
            self.world.open(key, self.world.vocabulary.words["purposes"])
            self.world.calls.append((f"purpose of {asked.id}", None, key))
            return None
        self.world.calls.append(("purpose", ", ".join(sorted(str(one) for one in purposes)) or None, None))
        return value or "no"

    def f_granted(self, answer: Any) -> Any:
        """Does the answer grant the act, every condition of it being met?"""
        value = self.reading(answer["value"])
        if value == "conditional":
            return conjunction([self._condition(word) for word in answer.get("conditions", ())])
        return None if value is None else value == "allowed"

    def f_withheld(self, answer: Any) -> Any:
        """Does the text bar the act, or grant it on a condition that is not met?"""
        value = self.reading(answer["value"])
        if value == "conditional":
            granted = self.f_granted(answer)
            return None if granted is None else not granted
        return None if value is None else value == "prohibited"

    def _condition(self, word: str) -> Any:
        spec = self.world.vocabulary.conditions[word]
        if "carried_by" in spec:
            return True
        if "when" in spec:
            evaluate, rests_on = self.world.vocabulary.expression("condition:" + word)
            value, calls = self.evaluate(evaluate, rests_on)
            self.world.calls.extend(calls)
            if value is None:
                from checker.core.blame import open_facts

                keys = open_facts(self.world.vocabulary.trees["condition:" + word], self)
                self.world.calls.extend((spec["title"], None, key) for key in sorted(keys))
            return value
        key = f"conditions.{self.license.id}.{word}"
        value = self.world.given.get(key)
        if value is None:
            self.world.open(key, (True, False))
        self.world.calls.append((spec["title"], value, key))
        return value

    def f_triggered(self, trigger: Any) -> Any:
        """Does the duty bite: the right relation, handed over in the right way, its conditions met, above its size?"""
        trigger = trigger or {}
        relations = trigger.get("relation", ("copy", "modification", "component"))
        kinds = trigger.get("released_as", ("copy",))
        parts = [self._relation_matches(relations), self._released_as(kinds)]
        parts += [self._condition(word) for word in trigger.get("conditions", ())]
        if "above" in trigger:
            parts.append(self.f_exceeds(trigger["above"]))
        return conjunction(parts)

    def _relation_matches(self, relations: Any) -> Any:
        """A result that counts as a derivative is reached like a modification; a clause that names models trained on outputs reaches them by itself."""
        relation = self.reach.relation
        if relation in ("copy", "component"):
            return relation in relations
        derivative = self["derivative"]
        if derivative is None:
            self.world.calls.extend(self.definition_calls("derivative"))
        if relation == "modification":
            return relation in relations and derivative
        if relation in relations:
            return disjunction([derivative, self.f_derived() == "silent"])
        return "modification" in relations and derivative if relation in ("transfer", "data") else False

    def _released_as(self, kinds: Any) -> Any:
        released = self.release_frame["release.released_as"]
        if any(kind in released for kind in kinds):
            return True
        if "copy" in kinds and ("service" in released or "product" in released) and self["terms.hosting_is_distribution"] == "silent":
            answer = self.f_position("hosting-distribution")
            return None if answer is None else answer == "distribution"
        return False

    def f_exceeds(self, scale: Any) -> Any:
        """Is the actor above this size (or at it, where the text counts from there)?"""
        figure = self.f_figure(scale["metric"], self.reading(scale["counted_over"]), scale["on"])
        return compare(">", figure, scale["above"], self) if "above" in scale else compare(">=", figure, scale["at_least"], self)

    def f_commercial_as(self, kind: Any) -> Any:
        return self.release_frame.f_commercial_as(kind)

    def f_shipped(self, what: Any) -> Any:
        return self.release_frame.f_shipped(what)

    def f_displayed(self, texts: Any, any_of: Any) -> Any:
        return self.release_frame.f_displayed(texts, any_of)

    def f_admits(self, compatible: Any, label: Any) -> Any:
        """May the result carry this label: the license itself, or one that it admits?"""
        if label is None:
            return None
        stated = self.world.scenario.labels.get(label)
        named = {one for together in stated["licenses"] for one in together} if stated else {label}
        return bool(named & {self.license.id, *(compatible or ())})

    def f_competes(self) -> Any:
        """Does the release compete with the licensor's products? The list of competitors, when given, is complete."""
        named = self.release_frame["release.competes_with"]
        self.world.calls.append(("competes with", named, self.release_frame.atoms.get("release.competes_with")))
        if named is None:
            self.world.open(f"releases.{self.release_frame.release.id}.competes_with", ((self.license.licensor,), ()))
            return None
        licensor = self.license.licensor.casefold()
        return any(one.casefold() in licensor or licensor in one.casefold() for one in named if one)

    def f_figure(self, metric: Any, counted_over: Any, on: Any) -> Any:
        """How large the actor is by this measure, over this scope, at this time; `Bounds` where it is not known exactly."""
        if counted_over is None:
            return None
        day = self.license.effective if on == "release_date" else None
        key = f"figures.{metric}.{counted_over}" + (f"@{day}" if day else "")
        if key in self.world.given:
            value: Any = self.world.given[key]
        else:
            value = self._figure(metric, counted_over, day, key)
        self.world.calls.append((f"{metric} of {counted_over}" + (f" on {day}" if day else ""), value, key))
        return value

    def _figure(self, metric: str, counted_over: str, day: str | None, key: str) -> Any:
        """From the figures stated: an exact one, else limits from the rule product <= licensee <= with affiliates."""
        figures = (*self.release_frame.release.figures, *self.world.scenario.figures, *self.world.figures(metric, day))
        relevant = [one for one in figures if one["metric"] == metric and _in_time(one, day, self.world.scenario.as_of)]
        low, high, rank = 0.0, INFINITY, _SCOPES.index(counted_over)
        for one in relevant:
            other = _SCOPES.index(one["scope"])
            least, most = one.get("value", one.get("above", 0)), one.get("value", one.get("below", INFINITY))
            if other <= rank:
                low = max(low, least + ("above" in one))
            if other >= rank:
                high = min(high, most - ("below" in one))
        if low == high:
            return low
        return Bounds(low, high, key)


def _in_time(figure: Mapping[str, Any], day: str | None, as_of: str) -> bool:
    """Does a figure speak of the time asked? One without a date speaks of every date."""
    date = str(figure.get("date") or "")
    if not date:
        return True
    return date[:7] == day[:7] if day else date <= as_of


class ItemFrame(Frame):
    """A reach, and one item of a list-valued term (or one grant)."""

    __slots__ = ("item", "reach_frame")

    def __init__(self, parent: ReachFrame, item: Mapping[str, Any]) -> None:
        super().__init__(parent.world, parent)
        self.item = item
        self.reach_frame = parent

    def resolve(self, name: str) -> Any:
        if name.startswith("item."):
            return self.reach_frame.stated(self.item.get(name[5:]))
        if name in ("item", "answer:item"):
            return self.item
        return self.reach_frame[name]

    def call(self, name: str, arguments: list[Any]) -> Any:
        return getattr(self.reach_frame, "f_" + name)(*arguments)
