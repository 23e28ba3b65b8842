"""Chains of models as integers: circles cut, levels in order, and for each model the set of licenses that reach it.

A set is of pairs (token, step): which license, and by which step, the most doubtful on its way. Steps are numbered in rising
order of doubt, so two steps after another are the higher of both. Equal sets have one number; the sets themselves are few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.core.license import UNREAD
from checker.core.scenario import Alternatives

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int32]

#: the number of the empty set, and of the token of a license that nobody knows
NOTHING, UNKNOWN = 0, 0
#: the step that changes nothing
AS_IT_IS = 0


class Token(NamedTuple):
    """What a label, or the registry, says: candidate license expressions (worlds), a text that stands for the label, modalities."""

    candidates: tuple[Alternatives, ...]
    text: str | None = None
    modalities: tuple[str, ...] = ()

    def ids(self) -> Iterator[str]:
        """Every license it may mean."""
        return (one for alternatives in self.candidates for together in alternatives for one in together)

    def covered_by(self, others: frozenset[str]) -> bool:
        """Do licenses that are there anyway give all that this label may ask?"""
        return any(others.issuperset(together) for alternatives in self.candidates for together in alternatives)


def expression(alternatives: Alternatives) -> str:
    """Alternatives of licenses as a license expression; empty for what has none of its own."""
    parts = [" AND ".join(together) for together in alternatives]
    return parts[0] if len(parts) == 1 else " OR ".join(f"({part})" if " " in part else part for part in parts)


#: the token of a license that nobody knows
NOBODY_KNOWS = Token((((UNREAD,),),))


class Sets:
    """Numbers for sets of (token, step)."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.members: list[frozenset[tuple[int, int]]] = [frozenset()]
        self._numbers = {self.members[0]: NOTHING}
        self._ids: dict[int, frozenset[str]] = {}

    def number(self, members: frozenset[tuple[int, int]]) -> int:
        """The number of a set."""
        found = self._numbers.setdefault(members, len(self.members))
        if found == len(self.members):
            self.members.append(members)
        return found

    def after(self, number: int, step: int) -> int:
        """The set as it reaches what the step makes."""
        return self.number(frozenset((token, max(step, before)) for token, before in self.members[number]))

    def told(self, number: int, steps: tuple[str, ...]) -> tuple[tuple[Token, str], ...]:
        """The members of a set in words, in an order of their own, whatever table they come from."""
        return tuple(sorted(((self.tokens[token], steps[step]) for token, step in self.members[number]), key=repr))

    def both(self, left: int, right: int) -> int:
        """All that is in either."""
        return self.number(self.members[left] | self.members[right])

    def covers(self, number: int, token: int) -> bool:
        """Is what the token says in the set already?"""
        ids = self._ids.get(number)
        if ids is None:
            ids = frozenset(one for each, _ in self.members[number] for alternatives in self.tokens[each].candidates[:1]
                            for one in (alternatives[0] if len(alternatives) == 1 and len(self.tokens[each].candidates) == 1 else ()))
            self._ids[number] = ids
        return any(token == each for each, _ in self.members[number]) or self.tokens[token].covered_by(ids)

    def with_own(self, number: int, token: int) -> int:
        """The set with a license of the model's own, unless that adds nothing."""
        return number if self.covers(number, token) else self.number(self.members[number] | {(token, AS_IT_IS)})


class Graph(NamedTuple):
    """Edges as arrays of equal length: made `child`, from `base`, by `step`; between `size` models."""

    size: int
    child: Integers
    base: Integers
    step: Integers

    def only(self, keep: Any) -> Graph:
        """The graph with some of its edges."""
        return self._replace(child=self.child[keep], base=self.base[keep], step=self.step[keep])


class Chains(NamedTuple):
    """Per model: the set inherited, the whole set with its own license, its depth, and whether it lies on a circle."""

    inherited: Integers
    whole: Integers
    depth: Integers
    circular: Any
    graph: Graph


def mapped(function: Callable[[int, int], int], left: Integers, right: Integers) -> Integers:
    """The function of each pair, computed once per distinct pair."""
    import numpy as np

    keys = left.astype(np.int64) << 32 | right.astype(np.int64)
    unique, inverse = np.unique(keys, return_inverse=True)
    values = np.fromiter((function(int(key >> 32), int(key & 0xFFFFFFFF)) for key in unique), np.int32, len(unique))
    return values[inverse]


def follow(graph: Graph, own: Integers, speaks: Any, sets: Sets) -> Chains:
    """Follow every chain from its roots. `own`: the token of each model; `speaks`: whether its own license counts beside those of its bases.

    A model without a base always speaks for itself. Linear in edges, whatever the depth.
    """
    import numpy as np

    graph, circular, placed = without_circles(graph)
    order = np.argsort(graph.child, kind="stable")
    graph = graph.only(order)
    start = np.searchsorted(graph.child, np.arange(graph.size + 1)).astype(np.int64)
    inherited, whole, depth = (np.zeros(graph.size, np.int32) for _ in range(3))
    for level, nodes in enumerate(placed):
        depth[nodes] = level
        if level:
            inherited[nodes] = _inherit(graph, start, nodes, whole, sets)
        speaking = nodes[speaks[nodes] | (inherited[nodes] == NOTHING)]
        whole[nodes] = inherited[nodes]
        whole[speaking] = mapped(sets.with_own, inherited[speaking], own[speaking])
    return Chains(inherited, whole, depth, circular, graph)


def _inherit(graph: Graph, start: Any, nodes: Any, whole: Integers, sets: Sets) -> Integers:
    """The union over all bases of what they pass on, one base of each model after another."""
    import numpy as np

    many = start[nodes + 1] - start[nodes]
    found = np.zeros(len(nodes), np.int32)
    for number in range(int(many.max(initial=0))):
        having = many > number
        edge = start[nodes[having]] + number
        passed = mapped(sets.after, whole[graph.base[edge]], graph.step[edge])
        found[having] = passed if number == 0 else mapped(sets.both, found[having], passed)
    return found


def levels(graph: Graph) -> Iterator[Any]:
    """The models by level: first those without a base, then each after all of its bases. Models on and behind circles never come."""
    import numpy as np

    order = np.argsort(graph.base, kind="stable")
    children = graph.child[order]
    start = np.searchsorted(graph.base[order], np.arange(graph.size + 1))
    missing = np.bincount(graph.child, minlength=graph.size)
    nodes = np.flatnonzero(missing == 0)
    while len(nodes):
        yield nodes
        lengths = start[nodes + 1] - start[nodes]
        nodes, lengths = nodes[lengths > 0], lengths[lengths > 0]
        places = np.repeat(start[nodes] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths) + np.arange(lengths.sum())
        reached, times = np.unique(children[places], return_counts=True)
        missing[reached] -= times
        nodes = reached[missing[reached] == 0]


def without_circles(graph: Graph) -> tuple[Graph, Any, list[Any]]:
    """The graph without the edges of circles, a mask of the models on them, and its levels."""
    import numpy as np

    found = list(levels(graph))
    circular = np.zeros(graph.size, bool)
    if sum(map(len, found)) == graph.size:
        return graph, circular, found
    placed = np.zeros(graph.size, bool)
    for nodes in found:
        placed[nodes] = True
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left = ~placed[graph.child] & ~placed[graph.base]
    child, base = graph.child[left], graph.base[left]
    ids, place = np.unique(np.concatenate([child, base]), return_inverse=True)
    ends = place.reshape(2, -1)
    matrix = coo_array((np.ones(len(child), np.int8), (ends[0], ends[1])), shape=(len(ids), len(ids)))
    _, part = connected_components(matrix, directed=True, connection="strong")
    within = part[ends[0]] == part[ends[1]]
    circular[child[within]] = True
    keep = np.ones(len(graph.child), bool)
    keep[np.flatnonzero(left)[within]] = False
    graph = graph.only(keep)
    return graph, circular, list(levels(graph))
