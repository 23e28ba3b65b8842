"""Notes: what was looked up in a world, so that what was found there is known again in every world that answers alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.core.conditions import Bounds

#: something to be looked up: the kind of lookup, and of what
Question = tuple[Any, ...]
#: the kind of most lookups: the value that a world assigns to a fact or position
GIVEN = "given"


class Notes:
    """What was looked up in a world, and what looking it up left behind."""

    __slots__ = ("heard", "parts", "domains", "cuts", "asked", "consulted")

    def __init__(self) -> None:
        self.heard: set[Question] = set()                      # what was asked
        self.parts: list[Notes] = []                           # what was noted before, elsewhere
        self.domains: dict[str, set[Any]] = {}                 # open fact -> values that make a difference
        self.cuts: dict[str, tuple[Bounds, set[float]]] = {}   # figure -> its limits, and the numbers it was compared with
        self.asked: set[str] = set()                           # regions and words that an unknown fact was compared with
        self.consulted: dict[str, Any] = {}                    # position -> answer used

    def together(self) -> Notes:
        """The same with all that was noted elsewhere as its own."""
        parts = list(dict.fromkeys(self._all_parts()))
        if not parts:
            return self
        whole = Notes()
        for one in (self, *parts):
            whole.heard |= one.heard
            whole.asked |= one.asked
            whole.consulted.update(one.consulted)
            for key, values in one.domains.items():
                whole.domains.setdefault(key, set()).update(values)
            for key, (figure, numbers) in one.cuts.items():
                whole.cuts.setdefault(key, (figure, set()))[1].update(numbers)
        return whole

    def _all_parts(self) -> Iterator[Notes]:
        for part in self.parts:
            yield part
            yield from part._all_parts()


class Ledger:
    """What was found for one thing, by the answers of a world to every question that ever bore on it."""

    __slots__ = ("_keys", "_others", "_found")

    def __init__(self) -> None:
        self._keys: tuple[str, ...] = ()                       # facts and positions
        self._others: tuple[Question, ...] = ()
        self._found: dict[Hashable, Any] = {}

    def recall(self, given: Mapping[str, Any], answer: Callable[[Question], Any]) -> Any:
        """What was found where a world gave the same answers; None if there was no such world yet."""
        return self._found.get(self._answers(given, answer))

    def remember(self, heard: set[Question], given: Mapping[str, Any], answer: Callable[[Question], Any], found: Any) -> None:
        """Keep what was found in this world. What rests on a question nobody asked before divides the worlds anew."""
        asked = {*((GIVEN, key) for key in self._keys), *self._others}
        if not heard <= asked:
            asked |= heard
            self._keys = tuple(question[1] for question in asked if question[0] == GIVEN)
            self._others = tuple(question for question in asked if question[0] != GIVEN)
            self._found.clear()
        self._found[self._answers(given, answer)] = found

    def _answers(self, given: Mapping[str, Any], answer: Callable[[Question], Any]) -> Hashable:
        return tuple(map(given.get, self._keys)), tuple(map(answer, self._others))


#: what was looked at in worlds of one scenario -> what was found
Ledgers = dict[Hashable, Ledger]
