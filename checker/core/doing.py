"""Doing things otherwise: is all well once some changes are made, and if not, which change could take away what is in the way?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from checker.core.alternatives import alternatives, tried
from checker.core.assess import assess
from checker.core.book import Book
from checker.core.changes import Change, changed, exclude_each_other
from checker.core.obstacle import AGREEMENT, Obstacle, Obstacles
from checker.core.outcome import Outcome
from checker.core.scenario import Scenario, is_structural
from checker.core.study import MAX_MERGED, Held, key_of, merge, told, undone
from checker.core.verdict import GOOD, GOOD_BITS
from checker.core.worlds import Exploration, next_key, settle

#: worlds of one set of changes that are looked at for one that is not good; beyond it all of them are explored
MAX_WORLDS = 200
#: worlds that spoiled an earlier set and are tried first on the next
_REMEMBERED = 4

Given = dict[str, Any]


class Doing:
    """Judges sets of changes, each a set of numbers in `universe`. `verdicts` has the verdict of every set that works."""

    def __init__(self, book: Book, scenario: Scenario, universe: Sequence[Change]) -> None:
        self.book, self.scenario, self.universe = book, scenario, universe
        self.verdicts: dict[frozenset[int], str] = {}
        self.judged = 0                                        # licenses judged so far
        self.complete = True
        self._obstacles = Obstacles(book)
        self._spoilers: list[Given] = []

    def additions(self, chosen: frozenset[int]) -> list[int] | None:
        """None if all is well with these changes; else the changes of which every larger set that works has at least one."""
        made = [self.universe[number] for number in sorted(chosen)]
        after = changed(self.scenario, made)
        if after is None:
            return []
        open_to = [number for number, change in enumerate(self.universe)
                   if number not in chosen and not any(exclude_each_other(change, other) for other in made)]
        ways = self._banned(made) or self._in_the_way(after, made, chosen)
        if ways is None:
            return None
        found: set[int] = set()
        for obstacles in ways:
            touching = [{number for number in open_to if one.touched_by(self.universe[number])} for one in obstacles]
            found.update(sorted(touching, key=len)[0] if touching else open_to)
        return sorted(found)

    def _banned(self, made: Sequence[Change]) -> list[list[Obstacle]]:
        """Obstacles to asking: without the separate licenses, a text that bars expressly, and so names no way to ask, stands in the way."""
        asked = {change.fact[1] for change in made if change.fact[0] == "agreements"}
        before = changed(self.scenario, [change for change in made if change.fact[0] != "agreements"])
        ways: list[list[Obstacle]] = []
        if not asked or before is None:
            return ways
        for fixed, _ in alternatives(before):
            bans = [one for one in self._everywhere(before, fixed) if one.ban in asked]
            if not bans:
                return []
            ways.append([one._replace(reads=one.reads - {AGREEMENT}) for one in bans])
        return ways

    def _everywhere(self, scenario: Scenario, fixed: Given) -> list[Obstacle]:
        """The express bans that hold in every structural world."""
        structure = scenario.open_structure()
        choices: list[Mapping[str, Any]] = [dict(zip(structure, values)) for values in islice(product(*structure.values()), MAX_MERGED)]
        outcomes = [self._assess(scenario, {**fixed, **chosen}) for chosen in choices]
        return self._certain(outcomes, [held for held in merge(outcomes, choices) if held.finding.rule.effect == "forbids" and held.truth])

    def _certain(self, outcomes: Iterable[Outcome], merged: Iterable[Held]) -> list[Obstacle]:
        """An obstacle for each finding that holds in every world: it is gone only where it is gone in one of them."""
        alike: dict[tuple[str, ...], list[Any]] = {}
        for outcome in outcomes:
            for finding in outcome.findings:
                alike.setdefault(key_of(finding), []).append(finding)
        return [self._obstacles.of_findings(alike[key_of(held.finding)]) for held in merged]

    def _in_the_way(self, scenario: Scenario, made: Sequence[Change], chosen: frozenset[int]) -> list[list[Obstacle]] | None:
        """For each choice among alternatives, what is in the way; None if all is well with the choice that the engine makes."""
        choices = alternatives(scenario)
        if len(choices) == 1:
            spoiled = self._spoiled(scenario, choices[0][0], made)
            if spoiled is not None:
                return [self._obstacles.of_world(spoiled)]
        explored = tried(self.book, scenario)
        self.judged += sum(outcome.engaged for one in explored for _, outcome in one.exploration.bases)
        ways = []
        for number, one in enumerate(explored):
            obstacles = self._of_choice(scenario, one.fixed, one.exploration)
            if obstacles is None and number == 0:
                self.verdicts[chosen] = settle(one.exploration.leaves)
                return None
            ways.append(obstacles or [])
        return ways

    def _of_choice(self, scenario: Scenario, fixed: Given, exploration: Exploration) -> list[Obstacle] | None:
        self.complete = self.complete and exploration.complete
        bad = next((leaf for leaf in exploration.leaves if leaf.overall & ~GOOD_BITS), None)
        if bad is not None or settle(exploration.leaves) not in GOOD:
            return self._obstacles.of_world(self._assess(scenario, {**fixed, **(bad.given if bad else {})})) if exploration.bases else []
        choices = told(exploration)
        outcomes = [outcome for chosen, outcome in exploration.bases if chosen in choices]
        not_done = undone(merge(outcomes, choices))
        return self._certain(outcomes, not_done) if not_done else None

    # ---- worlds ------------------------------------------------------------------------------------------------------

    def _assess(self, scenario: Scenario, given: Given) -> Outcome:
        outcome = assess(self.book, scenario, given, given, verdict_only=True)
        self.judged += 1 + outcome.engaged
        return outcome

    def _spoiled(self, scenario: Scenario, fixed: Given, made: Sequence[Change]) -> Outcome | None:
        """A world in which the verdict is not good; those that spoiled other sets are tried first."""
        stated = {".".join(change.path) for change in made if change.path[0] == "releases"}
        structure = scenario.open_structure()
        for known in self._spoilers:
            given = {key: value for key, value in known.items() if (key in structure or not is_structural(key))
                     and not any(key == one or key.startswith(one + ".") for one in stated)}
            if structure.keys() <= given.keys() and all(given[key] in structure[key] for key in structure):
                outcome = self._assess(scenario, {**fixed, **given})
                if not outcome.overall & GOOD_BITS:
                    return outcome
        for given, outcome in islice(self._worlds(scenario, fixed), MAX_WORLDS):
            if not outcome.overall & GOOD_BITS:
                self._spoilers = [given, *(one for one in self._spoilers if one != given)][:_REMEMBERED]
                return outcome
        return None

    def _worlds(self, scenario: Scenario, fixed: Given) -> Iterator[tuple[Given, Outcome]]:
        """Worlds one by one, each branched on while it may be good and may not be."""
        structure = scenario.open_structure()
        for values in product(*structure.values()):
            stack: list[Given] = [dict(zip(structure, values))]
            while stack:
                given = stack.pop()
                outcome = self._assess(scenario, {**fixed, **given})
                yield given, outcome
                mixed = outcome.overall & GOOD_BITS and outcome.overall & ~GOOD_BITS
                key = next_key(outcome, given) if mixed else None
                if key is not None:
                    stack += [{**given, key: value} for value in outcome.world.values(key)]
