"""Frames of a license as it reaches a release: the lineage, the terms and the facts together, and the functions that need them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.core.blame import open_facts
from checker.core.conditions import Bounds, compare
from checker.core.figures import Measure, Range, limits
from checker.core.frame import Frame, LabelTextFrame, LicenseFrame, ReleaseFrame, TextFrame
from checker.core.license import License
from checker.core.lineage import Reach
from checker.core.notes import Question
from checker.core.rule import Rule
from checker.core.scenario import HAPPENED
from checker.core.truth import conjunction, disjunction
from checker.core.world import World


def admitted(compatible: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(license id, conditions) of each license that a text admits instead of itself."""
    for one in compatible or ():
        yield (one["license"], tuple(one["conditions"])) if isinstance(one, Mapping) else (one, ())


def label_licenses(world: World, label: str | None) -> tuple[str, ...]:
    """The licenses that a label names, where it names known ones and nothing was added to them; of alternatives the first."""
    stated = world.scenario.labels.get(label or "")
    return tuple(stated["licenses"][0]) if stated and stated["licenses"] and not stated["altered"] and not stated.get("ambiguous") else ()


def rules_for(world: World, license: License, subject: str) -> list[Rule]:
    """The rules on this subject that the text of a license does not rule out, whatever the facts. Worked out once per license."""
    known = world.book.applicable.get((license.id, subject))
    if known is None:
        frame = TextFrame(world, license)
        known = [rule for rule in world.book.by_subject.get(subject, ()) if _speaks_of(rule, license) and rule.quick(frame) is not False]
        world.book.applicable[license.id, subject] = known
    return known


def label_rules(world: World, license: License, on: str, named: str | None) -> list[Rule]:
    """Of the rules on labels those that neither its text nor the license that a label names (None: none) rules out. Worked out once per pair."""
    known = world.book.applicable.get((license.id, on, named))
    if known is None:
        frame = LabelTextFrame(world, license, on, named)
        known = [rule for rule in rules_for(world, license, "label") if rule.quick(frame) is not False]
        world.book.applicable[license.id, on, named] = known
    return known


def _speaks_of(rule: Rule, license: License) -> bool:
    """Has the license anything for the rule to run over?"""
    if rule.for_each is None or rule.for_each == "grants":
        return True
    answer = license.terms[rule.for_each.removeprefix("terms.")]
    return bool(answer if isinstance(answer, list) else answer.get("value"))


def input_facts(world: World, license: License) -> frozenset[str]:
    """The facts of an input that some rule for this license, a definition or a plain flag asks for. Worked out once per license."""
    known = world.book.input_facts.get(license.id)
    if known is None:
        rules = [rule for subject in ("reach", "label", "pair") for rule in rules_for(world, license, subject)]
        rules += [rule for subject in ("release", "scenario") for rule in world.book.by_subject.get(subject, ())]
        known = world.vocabulary.input_facts.union(*(rule.input_facts for rule in rules)).intersection(world.vocabulary.facts["input"])
        world.book.input_facts[license.id] = known
    return known


class _Unlike:
    """An answer that is like no other: what it stands for is not told by its value."""


class ReachFrame(LicenseFrame):
    """One license as it reaches one release. Whatever depends on the world is asked (see `checker.core.memory`): `heard` has each answer."""

    __slots__ = ("reach", "release_frame", "step", "alike", "by_label", "heard")

    def __init__(self, parent: ReleaseFrame, license: License, reach: Reach, by_label: bool = False) -> None:
        super().__init__(parent.world, license, parent)
        self.reach = reach
        self.by_label = by_label                               # it is only the label that its publisher chose
        self.alike: list[Reach] = []                           # other inputs that reach the release in just this way
        self.heard: dict[Question, Any] = {}
        self.release_frame = parent
        after = reach.path[1] if len(reach.path) > 1 else ""
        self.step = parent.world.lineage.steps.get(after)

    def afresh(self) -> ReachFrame:
        """The same, knowing nothing yet."""
        return ReachFrame(self.release_frame, self.license, self.reach, self.by_label)

    def resolve(self, name: str) -> Any:
        head, _, rest = name.partition(".")
        if head in ("license", "terms") or name.startswith("answer:"):
            return super().resolve(name)
        if head in ("input", "step"):
            return self.ask(head, name, rest)
        if name in ("relation", "manner", "own", "first_own", "modifies", "trains", "certain"):
            return getattr(self.reach, name)
        if name == "manner.position":
            manner = self.world.vocabulary.manners.get(self.reach.manner)
            return manner["position"] if manner else ""
        if name == "artifact.kind":
            return self.ask("kind")
        if name == "artifact.name":
            return self["release.name"]
        if name in ("by_label", "labeled"):
            return self.by_label if name == "by_label" else self.ask("labeled")
        if name == "improves_itself":
            return self.ask("improves_itself")
        if self.world.vocabulary.defines(name):
            return self.define("def:" + name, name)
        return self.ask("name", name)[0]

    def atom(self, name: str) -> str | None:
        return self.atoms.get(name) if name.startswith(("input.", "step.")) else super().atom(name)

    # ---- what is asked of the world ----------------------------------------------------------------------------------

    def ask(self, *question: Any) -> Any:
        """Ask the world, and keep the answer."""
        answer = self.heard[question] = self.answer(question)
        return answer

    def answer(self, question: Question) -> Any:
        """What this world answers (methods named `_ask_…`); all that asking leaves behind in a world is left behind."""
        return getattr(self, "_ask_" + question[0])(*question[1:])

    def _ask_name(self, name: str) -> Any:
        value = self.release_frame[name]
        return value, self.release_frame.atom(name) if value is None else None, _Unlike() if name in ("reaches", "own_licenses") else None

    def _ask_kind(self) -> str:
        made = self.reach.release.of
        for key, otherwise in ((f"steps.{made}.action", None), (f"steps.{made}{HAPPENED}", True), (f"inputs.{made}{HAPPENED}", True)):
            self.world.look("choice", key, otherwise)
        return self.world.lineage.kind(made)

    def _ask_improves_itself(self) -> bool:
        return self.license.id in self.release_frame["changed_licenses"]

    def _ask_labeled(self) -> bool:
        """Has somebody else put a label that names a license on an input further down the way?"""
        inputs = self.world.lineage.inputs
        return any(label_licenses(self.world, inputs[one].declared) for one in self.reach.path[1:] if one in inputs)

    def _ask_input(self, name: str, rest: str) -> Any:
        source = self.reach.source
        if rest in ("id", "declared"):
            return getattr(source, rest) or ""
        value = self._own_fact(name, f"inputs.{source.id}.{rest}", source.facts, rest, "input")
        if rest == "modalities" and value is not None and len(value) > 1:
            return (*value, "multimodal")
        return value

    def _ask_step(self, name: str, rest: str) -> Any:
        step = self.step
        if step is None:
            return ""
        if rest == "id":
            return step.id
        if rest == "action":
            self.world.look("choice", f"steps.{step.id}.action", step.actions[0])
            return self.world.lineage.action(step)
        return self._own_fact(name, f"steps.{step.id}.{rest}", step.facts, rest, "step")

    def _own_fact(self, name: str, key: str, facts: Mapping[str, Any], fact: str, group: str) -> Any:
        """A fact of this reach's own input or step: its key is kept here, not with what other reaches of the release left open."""
        value = self.release_frame._fact(name, key, facts, fact, group)
        if value is None:
            self.atoms[name] = key
        return value

    def _ask_position(self, position_id: str) -> Any:
        return self.world.position(position_id, self.license.id)

    def _ask_agreements(self) -> frozenset[str]:
        """How certain the separate agreements for this license are that are in force on the day."""
        day = self.world.scenario.as_of
        return frozenset(entry.get("certainty", "assumed") for entry in self.world.scenario.agreements or ()
                         if self.license.id in entry["licenses"] and (entry.get("from") or "") <= day <= (entry.get("until") or "9999")) - {"refuted"}

    def _ask_purpose(self) -> tuple[str, Any] | None:
        """The step that learned from the work, and what it was done for."""
        step = self.world.lineage.steps.get(self.reach.taught_in)
        if step is None:
            return None
        key = f"steps.{step.id}.purpose"
        stated = self.world.assigned(key) or step.facts.get("purpose")
        if stated is None:
            self.world.open(key, self.world.vocabulary.words["purposes"])
        return step.id, stated

    def _ask_condition(self, key: str) -> Any:
        value = self.world.assigned(key)
        if value is None:
            value = self.world.scenario.conditions.get(key)
        if value is None:
            self.world.open(key, (True, False))
        return value

    def _ask_label(self, text: str) -> tuple[Any, bool, bool]:
        """What a label names, and whether it names it in words of its own."""
        label = self.world.scenario.labels.get(text, {})
        return label.get("licenses"), bool(label.get("ambiguous")), bool(label.get("altered"))

    def _ask_declared(self) -> tuple[str, ...]:
        """The labels of inputs on the way, other than the first."""
        inputs = self.world.lineage.inputs
        return tuple(str(inputs[artifact].declared) for artifact in self.reach.path[1:] if artifact in inputs and inputs[artifact].declared)

    def _ask_named(self, license_id: str, name: str) -> Any:
        return LicenseFrame(self.world, self.world.book.license(license_id))[name]

    def _ask_commercial(self, kind: str) -> tuple[Any, Any]:
        return self.release_frame.f_commercial_as(kind), self.world.calls[-1]

    def _ask_shipped(self, what: str) -> Any:
        return self.release_frame.f_shipped(what)

    def _ask_displayed(self, texts: tuple[str, ...], any_of: Any) -> Any:
        return self.release_frame.f_displayed(texts, any_of)

    def _ask_competitors(self) -> tuple[Any, str | None]:
        """Whom the release competes with, and the key of the fact where that is not known."""
        named = self.release_frame["release.competes_with"]
        if named is None:
            self.world.open(f"releases.{self.release_frame.release.id}.competes_with", ((self.license.licensor,), ()))
        return named, self.release_frame.atoms.get("release.competes_with")

    def _ask_figure(self, measure: Measure) -> tuple[Range, Range]:
        """Between which numbers a measure lies in this world, and by what the scenario says."""
        known = self.world.figures(measure.metric, measure.day)
        return limits(measure, (*known, *self.world.look("assigned", measure.metric))), limits(measure, known)

    def _ask_cut(self, figure: tuple[Any, ...], number: float, inclusive_below: bool) -> None:
        super().open_cut(Bounds(*figure), number, inclusive_below)

    def _ask_compared(self, words: tuple[str, ...]) -> None:
        super().compared_with(words)

    def open_cut(self, figure: Bounds, number: float, inclusive_below: bool) -> None:
        self.ask("cut", (figure.low, figure.high, figure.fact, figure.stated), number, inclusive_below)

    def compared_with(self, words: Any) -> None:
        self.ask("compared", tuple(words or ()))

    # ---- functions that need a license -------------------------------------------------------------------------------

    def f_position(self, position_id: Any) -> Any:
        """The answer used for an unsettled question."""
        return self.ask("position", position_id) if position_id else None

    def f_agreement(self) -> Any:
        """Is there a separate agreement for this license in force on the day?"""
        stated = self.ask("agreements")
        self.world.calls.append((f"agreement({self.license.id})", sorted(stated), None))
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
            taught = self.f_taught_for(answer["purpose"])
            return None if taught is None else "yes" if taught else "no"
        return value

    def f_taught_for(self, wanted: Any) -> Any:
        """Was the step that learned from the work done for this purpose? Not known where nobody says."""
        answer = self.ask("purpose")
        if answer is None:
            return False
        step, stated = answer
        self.world.calls.append((f"purpose({step})", stated, f"steps.{step}.purpose"))
        if stated is None:
            return None
        return bool(stated == wanted)

    def f_granted(self, answer: Any) -> Any:
        """Does the answer grant the act, every condition of it being met?"""
        value = self.reading(answer["value"])
        if value == "conditional":
            return self.f_met(answer.get("conditions"))
        return None if value is None else value == "allowed"

    def f_withheld(self, answer: Any) -> Any:
        """Does the text bar the act, or grant it on a condition that is not met?"""
        value = self.reading(answer["value"])
        if value == "conditional":
            granted = self.f_granted(answer)
            return None if granted is None else not granted
        return None if value is None else value == "prohibited"

    def f_met(self, conditions: Any) -> Any:
        """Do all these conditions of the vocabulary hold? (None named: yes.)"""
        return conjunction([self._condition(word) for word in conditions or ()])

    def _condition(self, word: str) -> Any:
        spec = self.world.vocabulary.conditions[word]
        if "carried_by" in spec:
            return True
        if "when" in spec:
            evaluate, rests_on = self.world.vocabulary.expression("condition:" + word, self.world.hasty)
            value, calls = self.evaluate(evaluate, rests_on)
            self.world.calls.extend(calls)
            if value is None:
                keys = open_facts(self.world.vocabulary.trees["condition:" + word], self)
                self.world.calls.extend((spec["title"], None, key) for key in sorted(keys))
            return value
        key = f"conditions.{self.license.id}.{word}"
        value = self.ask("condition", key)
        self.world.calls.append((spec["title"], value, key))
        return value

    def f_triggered(self, trigger: Any) -> Any:
        """Does the duty bite: the right relation, handed over in the right way, its conditions met, above its size?"""
        trigger = trigger or {}
        relations = trigger.get("relation", ("copy", "modification", "component"))
        kinds = trigger.get("released_as", ("copy",))
        parts = [self._relation_matches(relations, kinds, trigger.get("derivative_or_not", False)), self._released_as(kinds)]
        parts += [self._condition(word) for word in trigger.get("conditions", ())]
        if "above" in trigger:
            parts.append(self.f_exceeds(trigger["above"]))
        return conjunction(parts)

    def _relation_matches(self, relations: Any, kinds: Any, derivative_or_not: bool) -> Any:
        """A result that counts as a derivative is reached like a modification; a clause that names models trained on outputs reaches them by itself."""
        relation = self.reach.relation
        if relation in ("copy", "component"):
            return relation in relations
        if derivative_or_not and self.reach.manner != "outputs":
            return relation in relations
        derivative = self["derivative"]
        if derivative is None:
            self.world.calls.extend(self.definition_calls("derivative"))
        if relation == "modification" and "transfer" in relations and self.f_derived() == "silent":
            return relation in relations                       # the clause names models made with the work, whatever they are
        if relation == "modification":
            return relation in relations and derivative
        if relation == "transfer" and self.reach.manner == "outputs":
            return relation in relations and "outputs" in kinds        # outputs themselves, not a model taught by them
        if relation in relations:
            return disjunction([derivative, self.f_derived() == "silent"])
        if relation not in ("transfer", "data") or "modification" not in relations:
            return False
        # A text that itself calls such a result a derivative says in each duty whether it reaches it; a position that does so does not.
        return conjunction([derivative, self._left_to_a_position()])

    def _left_to_a_position(self) -> bool:
        """Does the text itself leave open whether the result is a derivative?"""
        manner = self.world.vocabulary.manners.get(self.reach.manner)
        return manner is None or isinstance(self.license.terms["derivative"][manner["part"]]["value"], Mapping) or self.f_derived() == "silent"

    def _released_as(self, kinds: Any) -> Any:
        released = self["release.released_as"]
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
        return self.ask("commercial", kind)[0]

    def f_shipped(self, what: Any) -> Any:
        return self.ask("shipped", what)

    def f_displayed(self, texts: Any, any_of: Any) -> Any:
        return self.ask("displayed", tuple(texts), any_of)

    def f_admits(self, compatible: Any, label: Any) -> Any:
        """May the result carry this label: the license itself, or one that it admits?"""
        if not label:
            return None                                        # not given yet
        alternatives = self.ask("label", label)[0]
        named = {label} if alternatives is None else {one for together in alternatives for one in together}
        if self.license.id in named:
            return True
        return disjunction([conjunction([self._condition(word) for word in conditions])
                            for license_id, conditions in admitted(compatible) if license_id in named])

    def f_competes(self) -> Any:
        """Does the release compete with the licensor's products? The list of competitors, when given, is complete."""
        named, key = self.ask("competitors")
        self.world.calls.append(("competes_with", named, key))
        if named is None:
            return None
        licensor = self.license.licensor.casefold()
        return any(one.casefold() in licensor or licensor in one.casefold() for one in named if one)

    def f_figure(self, metric: Any, counted_over: Any, on: Any) -> Any:
        """How large the actor is by this measure, over this scope, at this time; `Bounds` where it is not known exactly."""
        if counted_over is None:
            return None
        day = (self.license.effective or "") if on == "release_date" else ""
        measure = Measure(metric, counted_over, day, self.reach.release.id if counted_over == "product" else "")
        (low, high), stated = self.ask("figure", measure)
        value: Any = low if low == high else Bounds(low, high, measure.key, stated)
        self.world.calls.append((f"{metric}({counted_over}{f', {day}' if day else ''})", value, measure.key))
        return value


class ItemFrame(Frame):
    """A reach, and one item of a list-valued term (or one grant)."""

    __slots__ = ("item", "reach_frame")

    def __init__(self, parent: ReachFrame, item: Mapping[str, Any]) -> None:
        super().__init__(parent.world, parent)
        self.item = item
        self.reach_frame = parent

    def resolve(self, name: str) -> Any:
        if name.startswith("item."):
            value = self.item.get(name[5:])
            shown = self.reach_frame.stated(value)
            if shown is None and isinstance(value, Mapping):
                self.atoms[name] = f"positions.{value['position']}"
            return shown
        if name in ("item", "answer:item"):
            return self.item
        return self.reach_frame[name]

    def open_cut(self, figure: Bounds, number: float, inclusive_below: bool) -> None:
        self.reach_frame.open_cut(figure, number, inclusive_below)

    def call(self, name: str, arguments: list[Any]) -> Any:
        return getattr(self.reach_frame, "f_" + name)(*arguments)
