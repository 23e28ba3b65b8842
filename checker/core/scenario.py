"""A scenario as understood: who does what with which inputs, and how the result reaches others.

What is not known stays open: an input may have several candidate licenses, a step several candidate actions, a release
several candidate forms. `open_structure` lists these; a `Choice` settles each of them for one world.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

#: key of an open structural fact -> the candidate chosen
Choice = Mapping[str, Any]
#: a license expression: alternatives (OR) of license ids that all apply (AND)
Alternatives = tuple[tuple[str, ...], ...]

ACTOR = "actor"
#: how the key of something ends that is only alleged, and so is part of some worlds
HAPPENED = ".happened"


class Reference(NamedTuple):
    """An input of a step: which artifact, and, where said, in which role or by which action of its own."""

    id: str
    role: str | None = None
    action: str | None = None


class Input(NamedTuple):
    """Something the actor did not make. `candidates`: the license expressions that may govern it (one, if known)."""

    id: str
    candidates: tuple[Alternatives, ...]
    facts: Mapping[str, Any]
    labels: tuple[str, ...] = ()          # a name for each candidate, as the question shows it
    declared: str | None = None
    made_from: tuple[Reference, ...] = ()
    made_by: str = "fine_tune"
    certainty: str = "assumed"
    model: str | None = None
    note: str = ""
    line: int = 0


class Step(NamedTuple):
    """How an artifact was made. `actions`: the candidates (one, if known); `by` is `actor` for the actor's own steps."""

    id: str
    actions: tuple[str, ...]
    inputs: tuple[Reference, ...]
    facts: Mapping[str, Any]
    by: str = ACTOR
    certainty: str = "assumed"
    line: int = 0


class Release(NamedTuple):
    """How an artifact reaches others. `forms`: the candidates (one, if known)."""

    id: str
    of: str
    forms: tuple[str, ...]
    facts: Mapping[str, Any]
    conduct: Mapping[str, Any]
    figures: tuple[Mapping[str, Any], ...] = ()
    certainty: str = "assumed"
    line: int = 0


class Scenario(NamedTuple):
    """The whole scenario; `assumptions` says in words what was taken for granted because nothing was said."""

    title: str
    as_of: str
    actor: Mapping[str, Any]
    figures: tuple[Mapping[str, Any], ...]
    agreements: tuple[Mapping[str, Any], ...] | None
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    releases: tuple[Release, ...]
    positions: Mapping[str, Any]
    profile: Mapping[str, Any]
    labels: Mapping[str, Any] = {}   # label text -> {licenses: alternatives, altered}
    assumptions: tuple[str, ...] = ()
    source: Mapping[str, Any] = {}
    file: str = ""
    place: str = ""                  # its name for fingerprints, wherever one stands; empty: that of its file
    conditions: Mapping[str, bool] = {}    # key of a condition of a license (`conditions.LICENSE.WORD`) -> does it hold?

    def names(self, group: str) -> dict[str, str]:
        """Id -> name of the `inputs`, `steps` or `releases`: the model, or the name that was stated, else the id."""
        if group == "inputs":
            return {item.id: str(item.model or item.facts.get("name") or item.id) for item in self.inputs}
        things: Sequence[Step | Release] = self.steps if group == "steps" else self.releases if group == "releases" else ()
        return {thing.id: str(thing.facts.get("name") or thing.id) for thing in things}

    def open_structure(self) -> dict[str, tuple[Any, ...]]:
        """Key -> candidates, for everything that decides who is related to whom and is not known."""
        found: dict[str, tuple[Any, ...]] = {}
        for item in self.inputs:
            if len(item.candidates) > 1:
                found[f"inputs.{item.id}.license"] = tuple(range(len(item.candidates)))
        for step in self.steps:
            if len(step.actions) > 1:
                found[f"steps.{step.id}.action"] = step.actions
        for release in self.releases:
            if len(release.forms) > 1:
                found[f"releases.{release.id}.form"] = release.forms
        alleged = [f"inputs.{item.id}" for item in self.inputs if item.certainty == "alleged"]
        alleged += [f"steps.{step.id}" for step in self.steps if step.certainty == "alleged"]
        alleged += [f"releases.{release.id}" for release in self.releases if release.certainty == "alleged"]
        found |= {f"{thing}{HAPPENED}": (True, False) for thing in alleged}
        return found


def happened(group: str, thing: Input | Step | Release, choice: Choice) -> bool:
    """Is the thing part of this world? What is refuted is not; what is only alleged is in some worlds."""
    if thing.certainty == "refuted":
        return False
    return bool(choice.get(f"{group}.{thing.id}{HAPPENED}", True))


def is_structural(key: str) -> bool:
    """Does the open thing with this key decide who is related to whom? (See `Scenario.open_structure`.)"""
    return key.endswith((".license", ".action", ".form", HAPPENED)) and key.startswith(("inputs.", "steps.", "releases."))


def is_certain(certainty: str) -> bool:
    """Sure enough to hold somebody's conduct against them?"""
    return certainty in ("assumed", "admitted", "confirmed")
