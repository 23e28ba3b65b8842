"""Figures: how large an actor is by a measure, over a scope, at a time; known exactly, within limits, or not at all.

A product is part of its licensee, and a licensee part of itself with its affiliates: what is known of one limits the others.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from checker.core.scenario import Scenario

SCOPES = ("product", "licensee", "licensee_and_affiliates")
INFINITY = float("inf")


class Range(NamedTuple):
    """A whole number between two others, both included."""

    low: float
    high: float


class Measure(NamedTuple):
    """What is counted: the metric, over which scope, in the month before which day ("" = now), for which release's product."""

    metric: str
    scope: str
    day: str = ""
    release: str = ""

    @property
    def key(self) -> str:
        """Key of the fact."""
        place = f"releases.{self.release}.figures.{self.metric}" if self.scope == "product" else f"figures.{self.metric}.{self.scope}"
        return f"{place}@{self.day}" if self.day else place


Known = tuple[Measure, Range]


@cache
def measure_of(key: str) -> Measure | None:
    """The measure behind a key; None if the key is of another fact."""
    place, _, day = key.partition("@")
    if place.startswith("figures."):
        metric, _, scope = place[8:].partition(".")
        return Measure(metric, scope, day)
    release, found, metric = place.removeprefix("releases.").rpartition(".figures.")
    return Measure(metric, "product", day, release) if found and place.startswith("releases.") else None


def part_of(part: Measure, whole: Measure) -> bool:
    """Is the first never larger than the second: the same, or within it?"""
    if (part.metric, part.day) != (whole.metric, whole.day):
        return False
    if part.scope == whole.scope:
        return part.release == whole.release
    return SCOPES.index(part.scope) < SCOPES.index(whole.scope)


def limits(measure: Measure, known: Iterable[Known]) -> Range:
    """Between which numbers a measure lies, by what is known of it, of its parts and of what it is part of."""
    low, high = 0.0, INFINITY
    for other, stated in known:
        if part_of(other, measure):
            low = max(low, stated.low)
        if part_of(measure, other):
            high = min(high, stated.high)
    return Range(low, high)


def agrees(measure: Measure, value: Range, given: Mapping[str, Any]) -> bool:
    """Can the measure lie in this range, where `given` assigns ranges to others?"""
    for other, stated in assigned(given):
        if part_of(other, measure) and stated.low > value.high or part_of(measure, other) and value.low > stated.high:
            return False
    return True


def assigned(given: Mapping[str, Any]) -> list[Known]:
    """The measures among the keys to which a world assigns something."""
    found = []
    for key, value in given.items():
        if "figures." in key:
            measure = measure_of(key)
            if measure is not None:
                found.append((measure, value if isinstance(value, Range) else Range(value, value)))
    return found


def split(whole: Range, last_below: Iterable[float]) -> list[Range]:
    """The parts of a range, each of which ends at one of these numbers."""
    parts = []
    low = whole.low
    for number in sorted(last_below):
        if low <= number < whole.high:
            parts.append(Range(low, number))
            low = number + 1
    return [*parts, Range(low, whole.high)]


def told_apart(whole: Range, ranges: Iterable[Range]) -> list[Range]:
    """The finest division of `whole` that the ranges make, taken together."""
    return split(whole, {end for one in ranges for end in (one.low - 1, one.high)})


def stated(scenario: Scenario, metric: str, day: str) -> list[Known]:
    """What the scenario states of a metric at a time: the actor's figures (a product's are those of every release) and each release's own."""
    everywhere = [("", one) for one in scenario.figures if one["scope"] != "product"]
    everywhere += [(release.id, one) for release in scenario.releases for one in scenario.figures if one["scope"] == "product"]
    everywhere += [(release.id if one["scope"] == "product" else "", one) for release in scenario.releases for one in release.figures]
    found = [(Measure(metric, one["scope"], day, release_id), one) for release_id, one in everywhere if one["metric"] == metric]
    first, second = ([(measure, _range(one)) for measure, one in some] for some in _of_the_time(found, day, scenario.as_of))
    return first + [one for one in second if not any(_exclude_each_other(one, other) for other in first)]


def _exclude_each_other(left: Known, right: Known) -> bool:
    """Can the two not both be true?"""
    (part, less), (whole, more) = left, right
    return part_of(part, whole) and less.low > more.high or part_of(whole, part) and more.low > less.high


def _range(figure: Mapping[str, Any]) -> Range:
    if "value" in figure:
        return Range(figure["value"], figure["value"])
    return Range(figure["above"] + 1 if "above" in figure else 0.0, figure["below"] - 1 if "below" in figure else INFINITY)


Figure = tuple[Measure, Mapping[str, Any]]


def _of_the_time(figures: list[Figure], day: str, as_of: str) -> tuple[list[Figure], list[Figure]]:
    """The figures that speak of the time asked: the calendar month before `day`, else that month; without a day, the latest until now.

    A figure without a date speaks of every time, and of now before all: it yields to a dated one in the past, and a dated one yields to it now.
    """
    undated = [one for one in figures if not one[1].get("date")]
    if not day:
        past = [one for one in figures if one[1].get("date") and str(one[1]["date"]) <= as_of]
        latest: dict[Measure, str] = {}
        for measure, figure in past:
            latest[measure] = max(latest.get(measure, ""), str(figure["date"]))
        return undated, [one for one in past if str(one[1]["date"]) == latest[one[0]]]
    for month in (month_before(day), day[:7]):
        dated = [one for one in figures if str(one[1].get("date") or "")[:7] == month]
        if dated:
            return dated, undated
    return undated, []


def month_before(day: str) -> str:
    """The calendar month before the one of a day, like 2024-06."""
    year, month = int(day[:4]), int(day[5:7] or 1)
    return f"{year - (month == 1):04}-{(month - 2) % 12 + 1:02}"
