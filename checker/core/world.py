"""A world: one way to fill in what is open, and what was looked up in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from checker.core.book import Book
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
        self.asked: set[str] = set()                           # regions and words that an unknown fact was compared with
        self.consulted: dict[str, Any] = {}                    # position -> answer used
        self.at: str | None = None                             # judge conduct as of this day (default: the scenario's)

    def open(self, key: str, values: Iterable[Any]) -> None:
        """Note that the fact is not known and that these values of it would make a difference."""
        self.domains.setdefault(key, set()).update(values)

    def values(self, key: str) -> list[Any]:
        """The values of an open fact that make a difference; none if nobody can list them."""
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

    def figures(self, metric: str, day: str | None) -> list[dict[str, Any]]:
        """Figures of this metric that this world assigns: they bound those it leaves open."""
        found = []
        for key, value in self.given.items():
            group, _, rest = key.partition(".")
            scope, _, date = rest.partition(".")[2].partition("@")
            if group == "figures" and rest.startswith(metric + ".") and date == (day or ""):
                found.append({"metric": metric, "scope": scope, "value": value})
        return found

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
