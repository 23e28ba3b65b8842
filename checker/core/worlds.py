"""Worlds: what the verdict is under every way to fill in what is open.

Three-valued logic is tried first; only what it leaves open is branched on, one fact at a time, until the verdict is
determined. The leaves of that tree are the worlds that matter; each has the weight that an even spread over the values
of every fact gives it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from checker.core.assess import assess
from checker.core.book import Book
from checker.core.figures import Range, agrees, measure_of, told_apart
from checker.core.outcome import Outcome
from checker.core.scenario import Scenario
from checker.core.verdict import ANYTHING, DEPENDS, GOOD, NONE_ENGAGED, NOT_ENOUGH_FACTS, VERDICTS, members, rank

#: licenses judged (in all assessments of one tree); beyond it, leaves keep the set of verdicts that three-valued logic allows
MAX_JUDGED = 8_000
#: structural worlds looked at; beyond it nothing is said but that too much is open
MAX_STRUCTURES = 2_000
GOOD_BITS = sum(1 << rank(verdict) for verdict in GOOD)


class Leaf(NamedTuple):
    """A world, or several that differ in nothing that matters: what is assigned, and the verdicts there."""

    given: Mapping[str, Any]
    weight: float
    overall: int
    by_license: Mapping[str, int]
    by_release: Mapping[str, int]


class Exploration(NamedTuple):
    """All leaves, and the three-valued outcome of each structural world (facts left open)."""

    leaves: tuple[Leaf, ...]
    bases: tuple[tuple[Mapping[str, Any], Outcome], ...]
    consulted: Mapping[str, Any]
    complete: bool
    limits: Mapping[str, Range] = {}           # open figure -> what the scenario says of it

    def keys(self) -> dict[str, tuple[Any, ...]]:
        """Open fact or position -> its values (of a figure: the ranges that differ), in the order first met."""
        found: dict[str, dict[Any, None]] = {}
        for leaf in self.leaves:
            for key, value in leaf.given.items():
                found.setdefault(key, {})[value] = None
        return {key: tuple(told_apart(self.limits[key], values) if key in self.limits else values) for key, values in found.items()}


def explore(book: Book, scenario: Scenario, fixed: Mapping[str, Any]) -> Exploration:
    """Branch on what is open. `fixed` assigns facts, positions or structural choices beforehand."""
    structure = {key: values for key, values in scenario.open_structure().items() if key not in fixed}
    count = 1
    for values in structure.values():
        count *= len(values)
    if count > MAX_STRUCTURES:
        everything = ANYTHING | NONE_ENGAGED
        leaf = Leaf({}, 1.0, everything, {}, {release.id: everything for release in scenario.releases})
        return Exploration((leaf,), (), {}, False)
    explorer = _Explorer(book, scenario)
    bases: list[tuple[Mapping[str, Any], Outcome]] = []
    for values in product(*structure.values()):
        chosen = dict(zip(structure, values))
        bases.append((chosen, explorer.branch({**fixed, **chosen}, chosen, 1.0 / count)))
    return Exploration(tuple(explorer.leaves), tuple(bases), explorer.consulted, explorer.budget > 0, explorer.limits)


class _Explorer:
    """Grows the tree; what it finds on the way is kept here."""

    def __init__(self, book: Book, scenario: Scenario) -> None:
        self.book, self.scenario = book, scenario
        self.leaves: list[Leaf] = []
        self.consulted: dict[str, Any] = {}
        self.limits: dict[str, Range] = {}
        self.budget = MAX_JUDGED

    def branch(self, given: dict[str, Any], shown: dict[str, Any], weight: float) -> Outcome:
        outcome = assess(self.book, self.scenario, given, given, verdict_only=True)
        self.budget -= 1 + outcome.engaged
        for position, answer in outcome.world.found.consulted.items():
            if f"positions.{position}" not in given:
                self.consulted.setdefault(position, answer)
        self.limits.update({key: figure.stated for key, (figure, _) in outcome.world.found.cuts.items()})
        key = None if determined(outcome) or self.budget <= 0 else next_key(outcome, given)
        if key is None:
            self.leaves.append(Leaf(shown, weight, outcome.overall, outcome.by_license, outcome.by_release))
            return outcome
        values = outcome.world.values(key)
        for value in values:
            self.branch({**given, key: value}, {**shown, key: value}, weight / len(values))
        return outcome


def determined(outcome: Outcome) -> bool:
    """Is every verdict settled: one verdict, or good whatever happens?"""
    return all(is_settled(bits) for bits in (outcome.overall, *outcome.by_license.values(), *outcome.by_release.values()))


def is_settled(bits: int) -> bool:
    """Is it one verdict, or good whatever happens?"""
    return bits & (bits - 1) == 0 or bits & ~GOOD_BITS == 0


def next_key(outcome: Outcome, given: Mapping[str, Any]) -> str | None:
    """The next open fact to branch on: facts before positions, so that few leaves are needed."""
    open_keys = sorted((key for key in outcome.hangs_on if (key not in given or key in outcome.world.found.cuts) and outcome.world.values(key)),
                       key=lambda key: (key.startswith("positions."), key))
    return open_keys[0] if open_keys else None


def settle(leaves: Sequence[Leaf], bits_of: Any = None) -> str:
    """The verdict over worlds: the same everywhere; good everywhere, then the worst; else what it varies with."""
    read = bits_of or (lambda leaf: leaf.overall)
    together = 0
    for leaf in leaves:
        together |= read(leaf)
    found = members(together)
    if len(found) == 1:
        return found[0]
    if not found or set(found) <= GOOD:
        return found[-1] if found else VERDICTS[0]
    if any(not is_settled(read(leaf)) for leaf in leaves) or _varies_with_facts(leaves, read):
        return NOT_ENOUGH_FACTS
    return DEPENDS


def _varies_with_facts(leaves: Sequence[Leaf], read: Any) -> bool:
    """Is there one way to answer the positions under which the verdict still varies (good ones counted as one)?"""
    keys: dict[str, set[Any]] = {}
    for leaf in leaves:
        for key, value in leaf.given.items():
            if key.startswith("positions."):
                keys.setdefault(key, set()).add(value)
    for values in product(*keys.values()):
        answers = dict(zip(keys, values))
        classes = {GOOD_BITS if read(leaf) & GOOD_BITS else read(leaf) for leaf in leaves
                   if all(leaf.given.get(key, value) == value for key, value in answers.items())}
        if len(classes) > 1:
            return True
    return False


def verdict_range(leaves: Sequence[Leaf]) -> list[str]:
    """[best, worst] over all worlds."""
    together = 0
    for leaf in leaves:
        together |= leaf.overall
    found = members(together) or [VERDICTS[0]]
    return [found[0], found[-1]]


def under(leaves: Sequence[Leaf], key: str, value: Any) -> list[Leaf]:
    """The worlds in which the fact has this value, those included to which it makes no difference."""
    measure = measure_of(key)
    if measure is not None:
        return [leaf for leaf in leaves if agrees(measure, value, leaf.given)]
    return [leaf for leaf in leaves if leaf.given.get(key, value) == value]


def effect(leaves: Sequence[Leaf], key: str, values: Sequence[Any]) -> float:
    """How much an answer settles: the spread of verdicts that is gone once it is known, weighted by worlds."""
    whole = _spread(leaves)
    settled = 0.0
    total = sum(leaf.weight for leaf in leaves) or 1.0
    found = [under(leaves, key, value) for value in values]
    shared = Counter(id(leaf) for those in found for leaf in those)       # a world may hold several ranges of a figure
    for those in found:
        exact = sum(leaf.weight / shared[id(leaf)] for leaf in those if key in leaf.given)
        settled += exact / total * (whole - _spread(those))
    return settled


def _spread(leaves: Sequence[Leaf]) -> float:
    """Variance of the verdicts by weight: 0 where all are the same, and never larger once something is known."""
    weights: dict[int, float] = {}
    for leaf in leaves:
        found = members(leaf.overall)
        for verdict in found:
            place = max(rank(verdict), rank("permitted"))
            weights[place] = weights.get(place, 0.0) + leaf.weight / len(found)
    total = sum(weights.values())
    if not total:
        return 0.0
    mean = sum(place * weight for place, weight in weights.items()) / total
    return sum((place - mean) ** 2 * weight for place, weight in weights.items()) / total
