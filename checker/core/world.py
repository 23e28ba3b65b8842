"""A world: one way to fill in what is open, and what was looked up in it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from checker.core.book import Book
from checker.core.conditions import Bounds
from checker.core.figures import Known, Range, assigned, split, stated
from checker.core.lineage import Lineage, structural_keys
from checker.core.notes import GIVEN, Ledger, Ledgers, Notes, Question
from checker.core.scenario import Choice, Scenario

T = TypeVar("T")
#: one lookup beyond the names of a condition: (what was asked, what came out, key of the fact or position behind it)
Call = tuple[str, Any, "str | None"]


class World:
    """One way to fill in what is open. `given` assigns values to fact keys and `positions.<id>` keys.

    With the `ledgers` of worlds of the same scenario, nothing is worked out again that rests on the same answers (see `once`).
    """

    def __init__(self, book: Book, scenario: Scenario, choice: Choice, given: Mapping[str, Any], ledgers: Ledgers | None = None, hasty: bool = False) -> None:
        self.book = book
        self.hasty = hasty                                     # whatever can no longer change an answer is not looked up
        self.vocabulary = book.vocabulary
        self.scenario = scenario
        self.choice = choice
        self.given = given
        self.ledgers = ledgers
        self.notes = Notes()
        self.changed: dict[str, frozenset[str]] = {}           # release -> licenses of which it is a copy or a modification
        self._structural: dict[str, tuple[str, ...]] = {} if ledgers is None else self.once("structure", lambda: structural_keys(scenario, book.vocabulary))
        self.lineage = self.once("lineage", self._lineage)
        self.calls: list[Call] = []                            # of the condition being evaluated
        self._figures: dict[tuple[str, str], list[Known]] = {}
        self._found: Notes | None = None
        self.at: str | None = None                             # judge conduct as of this day (default: the scenario's)

    # ---- what is looked up, and noted --------------------------------------------------------------------------------

    def look(self, *question: Any) -> Any:
        """Look up what this world assigns (methods named `_look_…`), and note it."""
        if self.ledgers is not None:
            self.notes.heard.add(question)
        return self._answer(question)

    def assigned(self, key: str) -> Any:
        """The value that this world assigns to a fact or position, noted; None where it assigns none."""
        if self.ledgers is not None:
            self.notes.heard.add((GIVEN, key))
        return self.given.get(key)

    def _answer(self, question: Question) -> Any:
        return getattr(self, "_look_" + question[0])(*question[1:])

    def _look_choice(self, key: str, otherwise: Any) -> Any:
        """The candidate chosen."""
        return self.choice.get(key, otherwise)

    def _look_structure(self, artifact: str) -> tuple[Any, ...]:
        """All that decides how an artifact came about and what governs what went into it ("": every artifact)."""
        return tuple(map(self.choice.get, self._structural.get(artifact, ())))

    def _look_changed(self, release_id: str) -> frozenset[str]:
        return self.changed[release_id]

    def _look_assigned(self, metric: str) -> tuple[Known, ...]:
        """The figures assigned."""
        return tuple((measure, value) for measure, value in assigned(self.given) if measure.metric == metric)

    def _look_afresh(self) -> object:
        """An answer like no other: what rests on it is never known again."""
        return object()

    def once(self, about: Hashable, work: Callable[[], T], *follows: Question) -> T:
        """What `work` gives, or what it gave in a world of this scenario where all that it looked up was the same.

        The answers to the questions `follows` are part of the work: they follow from what else was looked up.
        """
        if self.ledgers is None:
            return work()
        ledger = self.ledgers.get(about)
        if ledger is None:
            ledger = self.ledgers[about] = Ledger()
        found = ledger.recall(self.given, self._answer)
        if found is None:
            outer, self.notes = self.notes, Notes()
            result = work()
            noted, self.notes = self.notes.together(), outer
            noted.heard.difference_update(follows)
            found = result, noted
            ledger.remember(noted.heard, self.given, self._answer, found)
        self.notes.parts.append(found[1])
        known: T = found[0]
        return known

    def _lineage(self) -> Lineage:
        self.look("structure", "")
        return Lineage(self.scenario, self.choice, self.vocabulary)

    @property
    def found(self) -> Notes:
        """All that was noted, once everything is judged."""
        if self.ledgers is None:
            return self.notes
        if self._found is None:
            self._found = self.notes.together()
        return self._found

    # ---- what is open ------------------------------------------------------------------------------------------------

    def open(self, key: str, values: Iterable[Any]) -> None:
        """Note that the fact is not known and that these values of it would make a difference."""
        self.notes.domains.setdefault(key, set()).update(values)

    def values(self, key: str) -> list[Any]:
        """The values of an open fact that make a difference; none if nobody can list them."""
        noted = self.found
        if key in noted.cuts:
            figure, numbers = noted.cuts[key]
            return list(split(Range(figure.low, figure.high), numbers))
        found = noted.domains.get(key)
        if found:
            return sorted(found, key=lambda value: (isinstance(value, str), value if isinstance(value, (int, float)) else str(value)))
        spec = self.vocabulary.fact(key)
        if spec is None or key not in noted.domains:
            return []
        many = spec["type"] == "list"
        kind = spec["of"] if many else spec["type"]
        if kind == "region":
            places = [*sorted(one for one in noted.asked if one.isupper()), self.vocabulary.elsewhere]
            return [(place,) for place in places] if many else list(places)
        if isinstance(kind, Mapping):
            words = kind["words"]
            known = self.vocabulary.words[words] if isinstance(words, str) else words
            return [*((word,) for word in sorted(noted.asked & set(known))), ()]
        return []

    def cut(self, figure: Bounds, last_below: float) -> None:
        """Note that it would make a difference whether a figure is larger than this."""
        self.notes.cuts.setdefault(figure.fact, (figure, set()))[1].add(last_below)

    def figures(self, metric: str, day: str) -> list[Known]:
        """What the scenario states of a metric at a time."""
        known = self._figures.get((metric, day))
        if known is None:
            known = self._figures[metric, day] = stated(self.scenario, metric, day)
        return known

    def position(self, position_id: str, license_id: str) -> Any:
        """The answer used for an unsettled question, or None where it is left open."""
        key = f"positions.{position_id}"
        answer = self.assigned(key)
        if answer is None:
            answer = self.scenario.positions.get(position_id)
            if answer is not None and isinstance(answer, Mapping):
                answer = answer.get(license_id)
            if answer is None:
                answer = self.scenario.profile.get(position_id)
        answer = None if answer == "open" else answer
        self.notes.consulted[position_id] = answer
        self.calls.append((f"position({position_id})", answer, key))
        if answer is None:
            self.open(key, (one["id"] for one in self.book.positions[position_id]["answers"]))
        return answer
