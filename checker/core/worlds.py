"""Worlds: what the verdict is under every way to fill in what is open.

Three-valued logic is tried first; only what it leaves open is branched on, one fact at a time, until the verdict is
determined. The leaves of that tree are the worlds that matter; each has the weight that an even spread over the values
of every fact gives it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, product
from math import prod
from typing import Any, NamedTuple

from checker.core.assess import assess
from checker.core.book import Book
from checker.core.figures import Range, agrees, measure_of, told_apart
from checker.core.outcome import About, Outcome
from checker.core.scenario import Scenario
from checker.core.verdict import ANYTHING, DEPENDS, GOOD, GOOD_BITS, NONE_ENGAGED, NOT_ENOUGH_FACTS, VERDICTS, is_settled, members, rank

#: licenses judged in growing the tree of the verdict on all, and one of a license or release; beyond it, leaves keep the set that three-valued logic allows
MAX_JUDGED, MAX_JUDGED_OF_ONE = 8_000, 2_000
#: structural worlds, all of which are looked at; of more, only so many
MAX_STRUCTURES, MOST_SEEN = 2_000, 480
#: answers in which a structural world that is looked at may differ from the first or the last one, where there are too many
MOST_APART = 2


class Leaf(NamedTuple):
    """A world, or several that differ in nothing that matters: what is assigned, and the verdicts there."""

    given: Mapping[str, Any]
    weight: float
    overall: int
    by_license: Mapping[str, int]
    by_release: Mapping[str, int]


class _Budget:
    """What may still be judged in growing a tree."""

    def __init__(self, left: int) -> None:
        self.left = left


class Exploration:
    """Every world, as far as it matters: a tree for the verdict on all, and one for each license and release, grown when first asked for.

    What bears on one license or release alone is not multiplied by what bears on the others. `bases` has the three-valued
    outcome of each structural world (facts left open); `cases` says how many of these there are.
    """

    def __init__(self, book: Book, scenario: Scenario, fixed: Mapping[str, Any], only: Sequence[Mapping[str, Any]] | None = None) -> None:
        structure = {key: values for key, values in scenario.open_structure().items() if key not in fixed}
        self.cases = prod(len(values) for values in structure.values())
        self.limits: dict[str, Range] = {}                     # open figure -> what the scenario says of it
        self.consulted: dict[str, Any] = {}                    # position -> answer used
        self._book, self._scenario, self._fixed = book, scenario, fixed
        self._known: dict[frozenset[Any], Outcome] = {}
        self._trees: dict[About, tuple[tuple[Leaf, ...], bool]] = {}
        seen = product(*structure.values()) if self.cases <= MAX_STRUCTURES else near_the_ends(list(structure.values()), MOST_SEEN)
        self.bases: tuple[tuple[Mapping[str, Any], Outcome], ...] = tuple(
            (chosen, self._judge({**fixed, **chosen})) for chosen in only or [dict(zip(structure, values)) for values in seen])

    @property
    def all_seen(self) -> bool:
        """Was every structural world looked at?"""
        return len(self.bases) == self.cases

    @property
    def seen(self) -> tuple[Leaf, ...]:
        """The worlds looked at, for the verdict on all."""
        return self._tree(None)[0]

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All worlds, for the verdict on all."""
        return self.about(None)

    @property
    def complete(self) -> bool:
        """Was everything looked at that bears on the verdict on all?"""
        return self.all_seen and self._tree(None)[1]

    @property
    def all_complete(self) -> bool:
        """... and on that of every license and release?"""
        return self.all_seen and all(self._tree(about)[1] for about in self._everything())

    @cached_property
    def licenses(self) -> list[str]:
        """The licenses engaged in some world."""
        return sorted({license_id for _, outcome in self.bases for license_id in outcome.by_license} | {one for leaf in self.seen for one in leaf.by_license})

    def about(self, about: About, *, seen: bool = False) -> tuple[Leaf, ...]:
        """All worlds, for the verdict on all, a license or a release: those `seen`, or also one that may be anything for those not looked at."""
        leaves = self._tree(about)[0]
        return leaves if seen or self.all_seen else (*leaves, self._unseen)

    def keys(self) -> dict[str, tuple[Any, ...]]:
        """Open fact or position -> its values (of a figure: the ranges that differ), in the order first met."""
        found: dict[str, dict[Any, None]] = {}
        for about in self._everything():
            for leaf in self._tree(about)[0]:
                for key, value in leaf.given.items():
                    found.setdefault(key, {})[value] = None
        return {key: tuple(told_apart(self.limits[key], values) if key in self.limits else values) for key, values in found.items()}

    @cached_property
    def _unseen(self) -> Leaf:
        everything = ANYTHING | NONE_ENGAGED
        return Leaf({}, 0.0, everything, dict.fromkeys(self.licenses, everything), {release.id: everything for release in self._scenario.releases})

    def _everything(self) -> list[About]:
        return [None, *(("license", one) for one in self.licenses), *(("release", release.id) for release in self._scenario.releases)]

    # ---- growing -----------------------------------------------------------------------------------------------------

    def _tree(self, about: About) -> tuple[tuple[Leaf, ...], bool]:
        """The worlds looked at, for one verdict, and: was all looked at that they hold?"""
        if about not in self._trees:
            budget = _Budget(MAX_JUDGED if about is None else MAX_JUDGED_OF_ONE)
            weight = 1.0 / len(self.bases)
            leaves = [leaf for chosen, outcome in self.bases for leaf in self._branch(about, outcome, chosen, weight, budget)]
            self._trees[about] = tuple(leaves), budget.left > 0
        return self._trees[about]

    def _branch(self, about: About, outcome: Outcome, shown: Mapping[str, Any], weight: float, budget: _Budget) -> Iterator[Leaf]:
        given = outcome.world.given
        key = None
        if budget.left > 0 and not is_settled(outcome.verdict(about)):
            key = next(filter(None, (next_key(outcome, given, among) for among in outcome.open_to(about))), None)
        if key is None:
            yield Leaf(shown, weight, outcome.overall, outcome.by_license, outcome.by_release)
            return
        values = outcome.world.values(key)
        for value in values:
            after = self._judge({**given, key: value})
            budget.left -= 1 + after.engaged
            yield from self._branch(about, after, {**shown, key: value}, weight / len(values), budget)

    def _judge(self, given: dict[str, Any]) -> Outcome:
        """Judge a world, once."""
        place = frozenset(given.items())
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = assess(self._book, self._scenario, given, given, verdict_only=True)
            for position, answer in known.world.found.consulted.items():
                if f"positions.{position}" not in given:
                    self.consulted.setdefault(position, answer)
            self.limits.update({key: figure.stated for key, (figure, _) in known.world.found.cuts.items()})
        return known


def explore(book: Book, scenario: Scenario, fixed: Mapping[str, Any], only: Sequence[Mapping[str, Any]] | None = None) -> Exploration:
    """Branch on what is open. `fixed` assigns facts, positions or structural choices beforehand; `only` some structural worlds are looked at, if told."""
    return Exploration(book, scenario, fixed, only)


def near_the_ends(several: Sequence[Sequence[Any]], most: int) -> list[tuple[Any, ...]]:
    """Of all ways to answer, those that differ from the first or the last answers in a few only; the first way first, the last last."""
    first, last = (tuple(values[end] for values in several) for end in (0, -1))
    found: dict[tuple[Any, ...], None] = {first: None}
    for apart in range(MOST_APART + 1):
        for places in combinations(range(len(several)), apart):
            for end in (first, last):
                for others in product(*([one for one in several[place] if one != end[place]] for place in places)):
                    changed = dict(zip(places, others))
                    found.setdefault(tuple(changed.get(place, value) for place, value in enumerate(end)))
                    if len(found) >= most:
                        return [*(one for one in found if one != last), last]
    return [*(one for one in found if one != last), last]


def determined(outcome: Outcome) -> bool:
    """Is every verdict settled: one verdict, or good whatever happens?"""
    return all(is_settled(bits) for bits in (outcome.overall, *outcome.by_license.values(), *outcome.by_release.values()))


def next_key(outcome: Outcome, given: Mapping[str, Any], among: frozenset[str] | None = None) -> str | None:
    """The next open fact to branch on (`among` these): facts before positions, so that few leaves are needed."""
    world = outcome.world
    open_keys = sorted((key for key in (outcome.hangs_on if among is None else among) if (key not in given or key in world.found.cuts) and world.values(key)),
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
