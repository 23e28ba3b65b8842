"""A scenario judged as a whole: which alternatives are chosen, every world, and one entry per finding over all of them."""

from collections.abc import Mapping
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from checker.core import duties
from checker.core.alternatives import Choice, choose
from checker.core.assess import assess, label_notes
from checker.core.book import Book
from checker.core.finding import Finding
from checker.core.outcome import Outcome
from checker.core.scenario import Scenario
from checker.core.worlds import Exploration

#: structural worlds whose findings are merged; of more, only some are told
MAX_MERGED = 64


class Held(NamedTuple):
    """A finding over all structural worlds: certain (True) where it holds in each, else possible, with what it hangs on."""

    finding: Finding
    truth: bool | None
    hangs_on: tuple[str, ...]


Merged = list[Held]


class Study(NamedTuple):
    """A scenario judged: the alternatives chosen and rejected, with every world, and the findings over the structural worlds."""

    choice: Choice
    outcomes: list[Outcome]
    merged: Merged

    @property
    def exploration(self) -> Exploration:
        """Every world, under the alternatives chosen."""
        return self.choice.exploration


def study(book: Book, scenario: Scenario) -> Study:
    """Judge the scenario in every world."""
    choice = choose(book, scenario)
    choices = told(choice.exploration)
    outcomes = [assess(book, scenario, {**choice.fixed, **chosen}, choice.fixed) for chosen in choices]
    return Study(choice, outcomes, merge(outcomes, choices, choice.exploration.all_seen))


def brief(book: Book, scenario: Scenario) -> Study:
    """Judge the scenario as far as licenses and labels go: the same verdicts and legal findings, without ethics and regulation, at a third of the work."""
    choice = choose(book, scenario)
    choices = told(choice.exploration)
    outcomes = [outcome.with_more(label_notes(outcome)) for chosen, outcome in choice.exploration.bases if chosen in choices]
    return Study(choice, outcomes, merge(outcomes, choices, choice.exploration.all_seen))


# ---- findings --------------------------------------------------------------------------------------------------------


def key_of(finding: Finding, released: str | None = None) -> tuple[str, ...]:
    """What makes a finding the same in every world; `released` stands for the id of its release."""
    item = finding.item or {}
    return (finding.rule.id, finding.license.id if finding.license else "", str(item.get("section", "")),
            str(item.get("act") or item.get("field") or item.get("use") or item.get("text") or item.get("metric") or ""),
            " ".join(finding.acts) if finding.rule.effect == "reserves" else "",
            finding.other.id if finding.other else "", released or (finding.release.id if finding.release else ""),
            str(getattr(finding.frame, "text", "")))


def told(exploration: Exploration) -> list[Mapping[str, Any]]:
    """The structural worlds whose findings are told: all, or where there are too many, two opposite ones and those one fact away from either."""
    choices = [chosen for chosen, _ in exploration.bases]
    if len(choices) <= MAX_MERGED:
        return choices
    ends = (choices[0], choices[-1])
    return [chosen for chosen in choices if any(sum(chosen[key] != end[key] for key in end) <= 1 for end in ends)]


def merge(outcomes: list[Outcome], choices: list[Mapping[str, Any]], all_seen: bool = True) -> Merged:
    """One entry per finding over all structural worlds; where not all of them were looked at, none is certain."""
    seen: dict[tuple[str, ...], dict[int, list[Finding]]] = {}
    for number, outcome in enumerate(outcomes):
        for finding in outcome.findings:
            seen.setdefault(key_of(finding), {}).setdefault(number, []).append(finding)
    merged: Merged = []
    for _, by_world in sorted(seen.items(), key=itemgetter(0)):
        alike = list(chain.from_iterable(by_world.values()))
        # the surest of several reaches of the same license speaks for all, whatever their order, and for every act of theirs
        speaker = min(alike, key=_surest)
        together = {act for one in alike for act in one.acts}
        speaker.acts = tuple(act for act in speaker.frame.world.vocabulary.acts if act in together) if len(together) > 1 else tuple(together)
        everywhere = len(by_world) == len(outcomes)
        certain = all_seen and everywhere and all(any(one.truth for one in found) for found in by_world.values())
        structure = () if everywhere else _structure(set(by_world), choices)
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


def undone(merged: Merged) -> list[Held]:
    """Duties that are due in every world and were not performed."""
    return [held for held in merged if held.truth and held.finding.license is not None and held.finding.release is not None
            and duties.action(held.finding) is not None and duties.status(held.finding) == "not_met"]
