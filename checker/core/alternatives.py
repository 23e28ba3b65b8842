"""Alternatives: which branch of "MIT OR Apache-2.0" is taken. The choice is the actor's, made once per input for the whole scenario."""

from collections.abc import Iterator
from itertools import islice, product
from math import prod
from typing import Any, NamedTuple

from checker.core.book import Book
from checker.core.scenario import Alternatives, Scenario
from checker.core.verdict import VERDICTS, rank
from checker.core.worlds import Exploration, explore, settle, verdict_range

#: combinations that are compared
MAX_COMPARED = 64

Picks = tuple[int, ...]


class Combination(NamedTuple):
    """One way to choose. `score`: the smaller the better; `ids`: the licenses chosen, one entry per expression."""

    score: tuple[Any, ...]
    fixed: dict[str, Any]
    ids: tuple[tuple[str, ...], ...]
    exploration: Exploration


class Choice(NamedTuple):
    """The combination taken (as structural facts) with its worlds, those rejected, and how many there are in all."""

    fixed: dict[str, Any]
    exploration: Exploration
    rejected: list[dict[str, Any]]
    possible: int

    @property
    def best(self) -> bool:
        """Is it certain that no other combination is better?"""
        return self.possible == 1 + len(self.rejected) or verdict_range(self.exploration.leaves)[1] in VERDICTS[:2]


def choose(book: Book, scenario: Scenario) -> Choice:
    """The best combination; the others that were compared are rejected."""
    options = _Options(scenario)
    best, *others = tried(book, scenario)
    rejected = [{"choice": {name: " AND ".join(together) for name, together in zip(options.names, one.ids)}, "verdict": settle(one.exploration.leaves)}
                for one in others]
    return Choice(best.fixed, best.exploration, rejected, options.possible)


def alternatives(scenario: Scenario) -> list[tuple[dict[str, Any], tuple[tuple[str, ...], ...]]]:
    """Ways to choose, `MAX_COMPARED` at most: what each fixes, and the licenses chosen."""
    options = _Options(scenario)
    return [(options.fixed(picks), options.ids(picks)) for picks in options.first()]


def tried(book: Book, scenario: Scenario) -> list[Combination]:
    """The combinations that are compared: the best verdict first, then fewest duties, then id. Beyond `MAX_COMPARED` they are looked for step by step."""
    return sorted(_Search(book, scenario).run(), key=lambda one: one.score)


class _Options:
    """The expressions with a choice in them: the fact that settles each, the name of its input, its alternatives."""

    def __init__(self, scenario: Scenario) -> None:
        found = [(item, number, several) for item in scenario.inputs for number, several in enumerate(item.candidates) if len(several) > 1]
        self.keys = [f"inputs.{item.id}.alternative.{number}" for item, number, _ in found]
        self.names = [item.id if len(item.candidates) == 1 else f"{item.id}: {item.labels[number]}" for item, number, _ in found]
        self.alternatives: list[Alternatives] = [several for _, _, several in found]
        self.possible = prod(len(several) for several in self.alternatives)

    def first(self) -> Iterator[Picks]:
        """Every combination; where there are too many, those in which the same expression is settled in the same way everywhere."""
        if self.possible <= MAX_COMPARED:
            return product(*(range(len(several)) for several in self.alternatives))
        different = list(dict.fromkeys(self.alternatives))
        alike = product(*(range(len(several)) for several in different))
        return islice((tuple(picks[different.index(several)] for several in self.alternatives) for picks in alike), MAX_COMPARED // 2)

    def fixed(self, picks: Picks) -> dict[str, Any]:
        """What a combination settles."""
        return dict(zip(self.keys, picks))

    def ids(self, picks: Picks) -> tuple[tuple[str, ...], ...]:
        """The licenses of a combination."""
        return tuple(several[pick] for several, pick in zip(self.alternatives, picks))


class _Search:
    def __init__(self, book: Book, scenario: Scenario) -> None:
        self.book, self.scenario, self.options = book, scenario, _Options(scenario)
        self.found: dict[Picks, Combination] = {}

    def run(self) -> list[Combination]:
        for picks in self.options.first():
            self._score(picks)
        if self.options.possible > MAX_COMPARED:
            self._improve()
        return list(self.found.values())

    def _improve(self) -> None:
        """Change one choice at a time for as long as that helps."""
        best: Picks | None = None
        while best != (best := min(self.found, key=self._score)):
            for place, several in enumerate(self.options.alternatives):
                for pick in range(len(several)):
                    if len(self.found) < MAX_COMPARED:
                        self._score((*best[:place], pick, *best[place + 1:]))

    def _score(self, picks: Picks) -> tuple[Any, ...]:
        if picks not in self.found:
            fixed, ids = self.options.fixed(picks), self.options.ids(picks)
            exploration = explore(self.book, self.scenario, fixed)
            best, worst = verdict_range(exploration.leaves)
            duties_due = sum(outcome.duties for _, outcome in exploration.bases)
            self.found[picks] = Combination((rank(worst), rank(best), duties_due, ids), fixed, ids, exploration)
        return self.found[picks].score
