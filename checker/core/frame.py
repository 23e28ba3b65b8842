"""Frames: what the names of a condition stand for, in one world.

A `ReleaseFrame` knows the actor and one release, a `LicenseFrame` what one license says. Where both meet, see
`checker.core.reach_frame`. A name that is not known is None, and the key of the fact that would settle it is noted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from checker.core.conditions import Bounds
from checker.core.license import License
from checker.core.notes import Notes
from checker.core.scenario import Release, happened
from checker.core.truth import conjunction, disjunction
from checker.core.world import Call, World

if TYPE_CHECKING:
    from checker.core.reach_frame import ReachFrame
    from checker.core.rule import Rule


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
        evaluate, rests_on = self.world.vocabulary.expression(key, self.world.hasty)
        value, calls = self.evaluate(evaluate, rests_on)
        self._definition_calls[name] = calls
        return value

    def tried(self, rule: Rule) -> tuple[Any, list[Call]]:
        """Does the rule hold? Where it may, with every lookup; first in haste, since most do not."""
        outer, self.world.calls = self.world.calls, []
        truth = rule.quick(self)
        calls, self.world.calls = self.world.calls, outer
        if truth is False:
            return truth, []
        return (truth, self._with_definitions(calls, rule.when[1])) if self.world.hasty else self.evaluate(*rule.when)

    def evaluate(self, condition: Callable[[Any], Any], rests_on: list[str]) -> tuple[Any, list[Call]]:
        """The value of a condition, and every lookup it and its definitions made."""
        world = self.world
        outer, world.calls = world.calls, []
        value = condition(self)
        calls, world.calls = world.calls, outer
        return value, self._with_definitions(calls, rests_on)

    def _with_definitions(self, calls: list[Call], rests_on: list[str]) -> list[Call]:
        for name in rests_on:
            if self.world.vocabulary.defines(name):
                calls.extend(self.definition_calls(name))
        return calls

    def open_cut(self, figure: Bounds, number: float, inclusive_below: bool) -> None:
        """A figure was compared with a number and its limits did not tell: note where it is cut in two."""
        self.world.cut(figure, number if inclusive_below else number - 1)

    def compared_with(self, words: Any) -> None:
        """Something not known was compared with these regions or words: they make a difference."""
        self.world.notes.asked.update(words or ())

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
            self.compared_with(right)
            return None
        return self.world.vocabulary.overlap(left, right)

    def f_inside(self, region: Any, regions: Any) -> Any:
        """Does the region lie in one of the regions?"""
        if region is None or regions is None:
            self.compared_with(regions)
            return None
        return self.world.vocabulary.inside(region, regions)

    def f_position(self, position_id: Any) -> Any:
        """The answer used for an unsettled question."""
        return self.world.position(position_id, "") if position_id else None

    def f_begins_with(self, text: Any, start: Any) -> Any:
        """Does the name begin with these words (whatever their case, and whether a space, a dash or nothing stands between them)?"""
        return None if text is None or start is None else _letters(text).startswith(_letters(start))

    def f_contains(self, text: Any, part: Any) -> Any:
        """Does the name contain these words (in the same sense)?"""
        return None if text is None or part is None else _letters(part) in _letters(text)


class ReleaseFrame(Frame):
    """The actor, the day, and one release."""

    __slots__ = ("release", "reach_frames")

    def __init__(self, world: World, release: Release) -> None:
        super().__init__(world)
        self.release = release
        self.reach_frames: list[ReachFrame] = []

    @property
    def form(self) -> str:
        """Its form in this world."""
        forms = self.release.forms
        return str(self.world.look("choice", f"releases.{self.release.id}.form", forms[0]) if len(forms) > 1 else forms[0])

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
        if name in ("reaches", "own_licenses"):
            self.world.look("afresh")                          # what these frames look up is noted by whoever asked them first
        if name == "reaches":
            return self.reach_frames
        if name == "changed_licenses":
            return self.world.look("changed", self.release.id)
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
            self.world.look("structure", "")
            choice = self.world.choice
            return any(other.of == self.release.of and choice.get(f"releases.{other.id}.form", other.forms[0]) == "weights_public"
                       and happened("releases", other, choice) for other in self.world.scenario.releases)
        return self._fact(name, f"releases.{self.release.id}.{rest}", self.release.facts, rest, "release")

    def _fact(self, name: str, key: str, facts: Mapping[str, Any], fact: str, group: str) -> Any:
        value = self.world.assigned(key)
        if value is None:
            value = facts.get(fact)
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
        self.world.look("structure", self.release.of)
        lineage = self.world.lineage
        on_path = lineage.ancestors(self.release.of)
        return [{**dict.fromkeys(self.world.vocabulary.facts["step"]), **step.facts, "id": step.id,
                 "action": lineage.action(step), "own": step.by == "actor",
                 "trains": bool(self.world.vocabulary.actions[lineage.action(step)]["trains"])}
                for step in lineage.steps.values() if step.id in on_path]

    def f_commercial_as(self, kind: Any) -> Any:
        """Is the release commercial in this sense? A plain true or false speaks for every sense that its form leaves room for."""
        value = self["release.commercial"]
        key = self.atoms.get("release.commercial")
        if not (isinstance(value, Mapping) and kind in value) and kind in self.world.vocabulary.forms[self.form].get("never", ()):
            value = False                                      # nobody outside uses it, so nobody pays for it
        if isinstance(value, Mapping):
            key = f"releases.{self.release.id}.commercial.{kind}"
            value = _first(self.world.assigned(key), value.get(kind))
            if value is None:
                self.world.open(key, (True, False))
        self.world.calls.append((f"commercial({kind})", value, key))
        return value

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


class NotingFrame(ReleaseFrame):
    """The same where worlds are remembered: whoever asks for a name rests on all that was looked up for it, no matter who asked first."""

    __slots__ = ("noted",)

    def __init__(self, world: World, release: Release) -> None:
        super().__init__(world, release)
        self.noted: dict[str, Notes] = {}

    def __getitem__(self, name: str) -> Any:
        world = self.world
        known = self.noted.get(name)
        if known is None:
            outer, world.notes = world.notes, Notes()
            super().__getitem__(name)
            known, world.notes = world.notes, outer
            self.noted[name] = known
        world.notes.parts.append(known)
        return super().__getitem__(name)


def _first(*values: Any) -> Any:
    """The first that is known."""
    return next((value for value in values if value is not None), None)


def _letters(name: Any) -> str:
    """The letters and digits of a name, without the account it lies under on a hub."""
    return "".join(letter for letter in str(name).rpartition("/")[2].casefold() if letter.isalnum())


def _says(shown: str, text: str) -> bool:
    parts = [" ".join(part.split()).casefold() for part in re.split(r"\[[^\]]*\]", text)]     # "[name]" in an ordered text stands for any words
    rest = " ".join(shown.split()).casefold()
    for part in filter(None, parts):
        if part not in rest:
            return False
        rest = rest.partition(part)[2]
    return True


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
            if isinstance(answer, list):
                return answer
            value = self.stated(answer.get(field or "value"))
            if value is None:
                self.atoms[name] = f"positions.{answer[field or 'value']['position']}"
            return value
        if name.startswith("answer:"):
            return self.license.terms[name.removeprefix("answer:terms.")]
        return super().resolve(name)

    def stated(self, value: Any) -> Any:
        """A value of a license; what the text leaves out is "" (it is known to be absent, so it is not None)."""
        return "" if value is None else self.reading(value)

    def reading(self, value: Any) -> Any:
        """A value, or what it is under the reading used, where the text can be read in two ways."""
        if isinstance(value, str) or not (isinstance(value, Mapping) and "position" in value):
            return value
        answer = self.f_position(value["position"])
        return None if answer is None else value["readings"].get(answer)

    def f_position(self, position_id: Any) -> Any:
        """The answer used for an unsettled question."""
        return self.world.position(position_id, self.license.id) if position_id else None


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


class LabelTextFrame(TextFrame):
    """The same beside a label: where it stands, and what the license that it names says (none: it names none that is known)."""

    __slots__ = ("on", "named")

    def __init__(self, world: World, license: License, on: str, named: str | None) -> None:
        super().__init__(world, license)
        self.on = on
        self.named = TextFrame(world, world.book.license(named)) if named is not None else None

    def resolve(self, name: str) -> Any:
        head, _, rest = name.partition(".")
        if head != "label":
            return super().resolve(name)
        if rest in ("on", "known"):
            return self.on if rest == "on" else self.named is not None
        return None if rest in ("text", "altered") else "" if self.named is None else self.named[rest]
