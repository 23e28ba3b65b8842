"""Memory: what was found once is known again wherever a world answers alike.

Whatever is judged learns of its world by asking, and what it asks next follows from the answers so far. So its questions
form a tree: go where the answers of a world lead, and a leaf holds what was found with just these answers.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple

from checker.core.notes import Ledgers, Question

#: things kept; beyond it all is forgotten, which costs time and nothing else
MOST = 10_000

#: things of which it is remembered what was found in their worlds
MOST_THINGS = 4


class _Fork(NamedTuple):
    """A question, and where each answer met so far leads."""

    question: Question
    after: dict[Hashable, Any]


class Memory:
    """What was found, by what it was asked about and by the answers it rests on."""

    def __init__(self) -> None:
        self._roots: dict[Hashable, Any] = {}
        self._kept = 0
        self._within: dict[int, tuple[Any, Ledgers | None]] = {}

    def within(self, thing: Any) -> Ledgers | None:
        """What was found in the worlds of one scenario (told by identity), of the last few; None for its first world: most have no other."""
        known = self._within.get(id(thing))
        if known is None or known[0] is not thing:
            while len(self._within) >= MOST_THINGS:
                self._within.pop(next(iter(self._within)), None)
            self._within[id(thing)] = thing, None
            return None
        if known[1] is None:
            known = self._within[id(thing)] = thing, {}
        return known[1]

    def recall(self, about: Hashable, ask: Callable[[Question], Any]) -> Any:
        """What was found where the answers were those that `ask` gives; None if there was no such world yet."""
        place = self._roots.get(about)
        while isinstance(place, _Fork):
            after, answer = place.after, ask(place.question)
            try:
                place = after.get(answer)
            except TypeError:                                  # it has no hash: see _comparable
                place = after.get(repr(answer))
        return place

    def remember(self, about: Hashable, heard: Mapping[Question, Any], found: Any) -> None:
        """Keep what was found; `heard` has every question, in the order asked, with its answer."""
        if self._kept >= MOST:
            self._roots, self._kept = {}, 0
        branch = self._roots
        for question, answer in heard.items():
            fork = branch.setdefault(about, _Fork(question, {}))
            if fork.question != question:
                return                                         # nothing here says when it would hold again
            branch, about = fork.after, _comparable(answer)
        branch[about] = found
        self._kept += 1


def _comparable(answer: Any) -> Hashable:
    try:
        hash(answer)
    except TypeError:
        return repr(answer)
    return answer  # type: ignore[no-any-return]
