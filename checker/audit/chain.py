"""Chains of models as integers: circles cut, levels in order, and for each model the set of licenses that reach it.

A set is of pairs (token, step): which license, and by which step, the most doubtful on its way. Steps are numbered in rising
order of doubt, so two steps after another are the higher of both. Equal sets have one number; the sets themselves are few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.audit.numbers import distinct, rising, unique
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
#: edges of what is left beside the levels, from which on loading scipy pays
WORTH_SCIPY = 100_000


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
    """The function of each pair of numbers (none below 0), computed once per distinct pair."""
    import numpy as np

    if not len(left):
        return np.zeros(0, np.int32)
    width = int(right.max()) + 1
    asked, place = distinct(left.astype(np.int64) * width + right)
    found: Integers = np.fromiter((function(*divmod(int(key), width)) for key in asked), np.int32, len(asked))[place]
    return found


def follow(graph: Graph, own: Integers, speaks: Any, sets: Sets) -> Chains:
    """Follow every chain from its roots. `own`: the token of each model; `speaks`: whether its own license counts beside those of its bases.

    A model without a base always speaks for itself. Linear in edges, whatever the depth.
    """
    import numpy as np

    graph, circular, placed = without_circles(graph)
    graph = graph.only(rising(graph.child))
    start = _starts(graph.child, graph.size)
    inherited, whole, depth = (np.zeros(graph.size, np.int32) for _ in range(3))
    many = np.diff(start)
    for nodes in placed:
        made = nodes[many[nodes] > 0]
        inherited[made], depth[made] = _inherit(graph, start[made], many[made], whole, depth, sets)
        speaking = nodes[speaks[nodes] | (inherited[nodes] == NOTHING)]
        whole[nodes] = inherited[nodes]
        whole[speaking] = mapped(sets.with_own, inherited[speaking], own[speaking])
    return Chains(inherited, whole, depth, circular, graph)


def _starts(keys: Any, size: int) -> Any:
    """Where the entries of each number begin among sorted keys, and where the last ones end."""
    import numpy as np

    return np.concatenate(([0], np.cumsum(np.bincount(keys, minlength=size))))


def _inherit(graph: Graph, start: Any, many: Any, whole: Integers, depth: Integers, sets: Sets) -> tuple[Integers, Integers]:
    """Of models whose edges start there and are that many: the union over all bases of what they pass on, and the longest way up; one base of each
    model after another."""
    import numpy as np

    found, longest = np.zeros(len(many), np.int32), np.zeros(len(many), np.int32)
    for number in range(int(many.max(initial=0))):
        having = np.flatnonzero(many > number)
        edge = start[having] + number
        base = graph.base[edge]
        passed = mapped(sets.after, whole[base], graph.step[edge])
        found[having] = passed if number == 0 else mapped(sets.both, found[having], passed)
        longest[having] = np.maximum(longest[having], depth[base] + 1)
    return found, longest


def levels(graph: Graph, waiting: Any) -> Iterator[Any]:
    """Those waiting, by level: first those without a base that waits, then each after all of its bases. Models on and behind circles never come."""
    import numpy as np

    graph = graph.only(waiting[graph.child] & waiting[graph.base])
    graph = graph.only(rising(graph.base))
    start = _starts(graph.base, graph.size)
    missing = np.bincount(graph.child, minlength=graph.size)
    nodes = np.flatnonzero(waiting & (missing == 0))
    while len(nodes):
        yield nodes
        lengths = start[nodes + 1] - start[nodes]
        nodes, lengths = nodes[lengths > 0], lengths[lengths > 0]
        places = np.repeat(start[nodes] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths) + np.arange(lengths.sum())
        reached = graph.child[places]
        np.subtract.at(missing, reached, 1)
        nodes = unique(reached[missing[reached] == 0])


def without_circles(graph: Graph) -> tuple[Graph, Any, list[Any]]:
    """The graph without the edges of circles, a mask of the models on them, and all models in groups: every one after its bases.

    Most models are nobody's base: they come last, all at once.
    """
    import numpy as np

    circular = np.zeros(graph.size, bool)
    waiting = np.zeros(graph.size, bool)
    waiting[graph.base] = True
    last = np.flatnonzero(~waiting)
    found = list(levels(graph, waiting))
    waiting[np.concatenate(found) if found else []] = False
    if not waiting.any():
        return graph, circular, [*found, last]
    left = waiting[graph.child] & waiting[graph.base]
    child, base = graph.child[left], graph.base[left]
    ids, place = np.unique(np.concatenate([child, base]), return_inverse=True)
    ends = place.reshape(2, -1)
    part = components(len(ids), *ends)
    within = part[ends[0]] == part[ends[1]]
    circular[child[within]] = True
    keep = np.ones(len(graph.child), bool)
    keep[np.flatnonzero(left)[within]] = False
    graph = graph.only(keep)
    return graph, circular, [*found, *levels(graph, waiting), last]


def components(size: int, child: Any, base: Any) -> Any:
    """A number for each node: the same where each can be reached from the other."""
    if len(child) < WORTH_SCIPY:
        return _components(size, child.tolist(), base.tolist())
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    matrix = coo_array((np.ones(len(child), np.int8), (child, base)), shape=(size, size))
    return connected_components(matrix, directed=True, connection="strong")[1]


def _components(size: int, child: list[int], base: list[int]) -> Any:
    """Tarjan's algorithm, without recursion. Loading scipy takes longer where little is left."""
    import numpy as np

    after: list[list[int]] = [[] for _ in range(size)]
    for one, other in zip(child, base):
        after[one].append(other)
    part, met, lowest = [-1] * size, [0] * size, [0] * size
    waiting: list[int] = []
    count = 0
    for root in range(size):
        walk = [root] if not met[root] else []
        while walk:
            node = walk[-1]
            if not met[node]:
                count += 1
                met[node] = lowest[node] = count
                waiting.append(node)
            elif after[node]:
                further = after[node].pop()
                if not met[further]:
                    walk.append(further)
                elif part[further] < 0:
                    lowest[node] = min(lowest[node], met[further])
            else:
                walk.pop()
                if walk:
                    lowest[walk[-1]] = min(lowest[walk[-1]], lowest[node])
                while lowest[node] == met[node] and part[node] < 0:
                    part[waiting.pop()] = node
    return np.array(part, np.int64)
