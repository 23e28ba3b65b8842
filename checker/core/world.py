"""A world: one way to fill in what is open, and what was looked up in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from checker.core.book import Book
from checker.core.conditions import Bounds
from checker.core.figures import Known, Range, split, stated
from checker.core.lineage import Lineage
from checker.core.scenario import Choice, Scenario

#: one lookup beyond the names of a condition: (what was asked, what came out, key of the fact or position behind it)
Call = tuple[str, Any, "str | None"]


class World:
    """One way to fill in what is open. `given` assigns values to fact keys and `positions.<id>` keys."""

    def __init__(self, book: Book, scenario: Scenario, choice: Choice, given: Mapping[str, Any]) -> None:
        self.book = book
        self.vocabulary = book.vocabulary
        self.scenario = scenario
        self.choice = choice
        self.given = given
        self.lineage = Lineage(scenario, choice, book.vocabulary)
        self.calls: list[Call] = []                            # of the condition being evaluated
        self.domains: dict[str, set[Any]] = {}                 # open fact -> values that make a difference
        self.cuts: dict[str, tuple[Bounds, set[float]]] = {}   # figure -> its limits, and the numbers it was compared with
        self._figures: dict[tuple[str, str], list[Known]] = {}
        self.asked: set[str] = set()                           # regions and words that an unknown fact was compared with
        self.consulted: dict[str, Any] = {}                    # position -> answer used
        self.at: str | None = None                             # judge conduct as of this day (default: the scenario's)

    def open(self, key: str, values: Iterable[Any]) -> None:
        """Note that the fact is not known and that these values of it would make a difference."""
        self.domains.setdefault(key, set()).update(values)

    def values(self, key: str) -> list[Any]:
        """The values of an open fact that make a difference; none if nobody can list them."""
        if key in self.cuts:
            figure, numbers = self.cuts[key]
            return list(split(Range(figure.low, figure.high), numbers))
        found = self.domains.get(key)
        if found:
            return sorted(found, key=lambda value: (isinstance(value, str), value if isinstance(value, (int, float)) else str(value)))
        spec = self.vocabulary.fact(key)
        if spec is None or key not in self.domains:
            return []
        many = spec["type"] == "list"
        kind = spec["of"] if many else spec["type"]
        if kind == "region":
            places = [*sorted(one for one in self.asked if one.isupper()), self.vocabulary.elsewhere]
            return [(place,) for place in places] if many else list(places)
        if isinstance(kind, Mapping):
            words = kind["words"]
            known = self.vocabulary.words[words] if isinstance(words, str) else words
            return [*((word,) for word in sorted(self.asked & set(known))), ()]
        return []

    def cut(self, figure: Bounds, last_below: float) -> None:
        """Note that it would make a difference whether a figure is larger than this."""
        self.cuts.setdefault(figure.fact, (figure, set()))[1].add(last_below)

    def figures(self, metric: str, day: str) -> list[Known]:
        """What the scenario states of a metric at a time."""
        known = self._figures.get((metric, day))
        if known is None:
            known = self._figures[metric, day] = stated(self.scenario, metric, day)
        return known

    def position(self, position_id: str, license_id: str) -> Any:
        """The answer used for an unsettled question, or None where it is left open."""
        key = f"positions.{position_id}"
        answer = self.given.get(key)
        if answer is None:
            answer = self.scenario.positions.get(position_id)
            if isinstance(answer, Mapping):
                answer = answer.get(license_id)
            if answer is None:
                answer = self.scenario.profile.get(position_id)
        answer = None if answer == "open" else answer
        self.consulted[position_id] = answer
        self.calls.append((f"position({position_id})", answer, key))
        if answer is None:
            self.open(key, (one["id"] for one in self.book.positions[position_id]["answers"]))
        return answer
