"""A scenario judged as a whole: which alternatives are chosen, every world, and one entry per finding over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, NamedTuple

from checker.core.assess import Finding, Outcome, assess
from checker.core.book import Book
from checker.core.scenario import Alternatives, Input, Scenario
from checker.core.verdict import rank
from checker.core.worlds import Exploration, explore, settle, verdict_range

#: structural worlds whose findings are merged; more would only repeat them
MAX_MERGED = 64
#: combinations of OR alternatives that are compared
MAX_ALTERNATIVES = 64


class Held(NamedTuple):
    """A finding over all structural worlds: certain (True) where it holds in each, else possible, with what it hangs on."""

    finding: Finding
    truth: bool | None
    hangs_on: tuple[str, ...]


Merged = list[Held]


class Study(NamedTuple):
    """A scenario judged: the alternatives chosen and rejected, every world, and the findings over the structural worlds."""

    fixed: dict[str, Any]
    rejected: list[dict[str, Any]]
    exploration: Exploration
    outcomes: list[Outcome]
    merged: Merged


def study(book: Book, scenario: Scenario) -> Study:
    """Judge the scenario in every world."""
    fixed, rejected, exploration = _choose(book, scenario)
    choices = told(exploration)
    outcomes = [assess(book, scenario, {**fixed, **chosen}, fixed) for chosen in choices]
    return Study(fixed, rejected, exploration, outcomes, merge(outcomes, choices))


# ---- alternatives (OR) -----------------------------------------------------------------------------------------------


def _choose(book: Book, scenario: Scenario) -> tuple[dict[str, Any], list[dict[str, Any]], Exploration]:
    """Choose one alternative per input for the whole scenario; the others are rejected."""
    (_, fixed, exploration), *others = tried(book, scenario)
    names = [item.id for item, _ in _options(scenario)]
    rejected = [{"choice": {item: " AND ".join(ids) for item, ids in zip(names, key[3])}, "verdict": settle(other.leaves)}
                for key, _, other in others]
    return fixed, rejected, exploration


def tried(book: Book, scenario: Scenario) -> list[tuple[tuple[Any, ...], dict[str, Any], Exploration]]:
    """Each choice among the alternatives of the inputs, explored: best verdict first, then fewest duties, then id."""
    found = []
    for fixed, ids in alternatives(scenario):
        exploration = explore(book, scenario, fixed)
        best, worst = verdict_range(exploration.leaves)
        duties_due = sum(1 for _, outcome in exploration.bases for finding in outcome.findings if finding.rule.effect == "requires")
        found.append(((rank(worst), rank(best), duties_due, ids), fixed, exploration))
    return sorted(found, key=lambda one: one[0])


def alternatives(scenario: Scenario) -> list[tuple[dict[str, Any], tuple[tuple[str, ...], ...]]]:
    """Each choice among the alternatives of the inputs: what it fixes, and the licenses chosen."""
    options = _options(scenario)
    picks = _bounded(product(*(range(len(several)) for _, several in options)))
    return [({f"inputs.{item.id}.alternative": one for (item, _), one in zip(options, pick)},
             tuple(several[one] for (_, several), one in zip(options, pick))) for pick in picks]


def _options(scenario: Scenario) -> list[tuple[Input, Alternatives]]:
    return [(item, item.candidates[0]) for item in scenario.inputs if len(item.candidates) == 1 and len(item.candidates[0]) > 1]


def _bounded(picks: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    found = []
    for pick in picks:
        found.append(pick)
        if len(found) == MAX_ALTERNATIVES:
            break
    return found


# ---- findings --------------------------------------------------------------------------------------------------------


def key_of(finding: Finding) -> tuple[str, ...]:
    """What makes a finding the same in every world."""
    item = finding.item or {}
    return (finding.rule.id, finding.license.id if finding.license else "", str(item.get("section", "")),
            str(item.get("act") or item.get("field") or item.get("use") or item.get("text") or item.get("metric") or ""),
            " ".join(finding.acts) if finding.rule.effect == "reserves" else "",
            finding.other.id if finding.other else "", finding.release.id if finding.release else "",
            str(getattr(finding.frame, "text", "")))


def told(exploration: Exploration) -> list[Mapping[str, Any]]:
    """The structural worlds whose findings are told: all, or where there are too many, one for each value of each open fact."""
    choices = [chosen for chosen, _ in exploration.bases]
    if len(choices) <= MAX_MERGED:
        return choices
    picked: dict[tuple[str, Any], Mapping[str, Any]] = {}
    for chosen in choices:
        for item in chosen.items():
            picked.setdefault(item, chosen)
    return list({id(one): one for one in picked.values()}.values())[:MAX_MERGED]


def merge(outcomes: list[Outcome], choices: list[Mapping[str, Any]]) -> Merged:
    """One entry per finding over all structural worlds."""
    seen: dict[tuple[str, ...], list[Finding]] = {}
    in_worlds: dict[tuple[str, ...], set[int]] = {}
    certain_in: dict[tuple[str, ...], set[int]] = {}
    for number, outcome in enumerate(outcomes):
        for finding in outcome.findings:
            key = key_of(finding)
            seen.setdefault(key, []).append(finding)
            in_worlds.setdefault(key, set()).add(number)
            if finding.truth:
                certain_in.setdefault(key, set()).add(number)
    merged: Merged = []
    for key in sorted(seen):
        # the surest of several reaches of the same license speaks for all, whatever their order, and for every act of theirs
        speaker = min(seen[key], key=_surest)
        speaker.acts = tuple(act for act in speaker.frame.world.vocabulary.acts if any(act in one.acts for one in seen[key]))
        certain = len(certain_in.get(key, ())) == len(outcomes)
        structure = () if len(in_worlds[key]) == len(outcomes) else _structure(in_worlds[key], choices)
        facts = () if speaker.truth else tuple(sorted(speaker.open_facts()))
        merged.append(Held(speaker, True if certain else None, (*structure, *facts)))
    return merged


def _surest(finding: Finding) -> tuple[bool, bool, str]:
    return finding.truth is not True, finding.reach is not None and not finding.reach.certain, finding.reach.source.id if finding.reach else ""


def _structure(worlds: set[int], choices: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """The structural facts on which it depends whether something holds: those whose values it does not hold for alike."""
    found = []
    for key in choices[0]:
        shares = {value: [number in worlds for number, choice in enumerate(choices) if choice[key] == value]
                  for value in {choice[key] for choice in choices}}
        if len({sum(share) / len(share) for share in shares.values()}) > 1:
            found.append(key)
    return tuple(sorted(found))
