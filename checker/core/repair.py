"""Repairs: the smallest sets of changes, or of answers, after which the verdict is good and no duty is left undone.

The search takes the cheapest set not yet looked at. If it works, it is a repair; else one thing that stands in the way is
picked, and the set is tried again with each change that could touch it. Every repair contains one of those, so none is
missed, and none is found before one of its own parts that works alone. Every set is judged by the one engine.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any, NamedTuple, TypeVar

from checker.core import duties
from checker.core.assess import assess
from checker.core.book import Book
from checker.core.changes import Candidate, Change, changes
from checker.core.doing import Doing
from checker.core.figures import INFINITY, Range
from checker.core.scenario import Scenario
from checker.core.sensitivity import answer_in_words, ask
from checker.core.study import Study, merge, told, undone
from checker.core.verdict import GOOD, GOOD_BITS
from checker.core.vocabulary import split_key
from checker.core.wording import in_words, plain, say
from checker.core.worlds import Leaf, settle, under

#: repairs told of each kind
MOST = 8
#: changes in one repair
LARGEST = 4
#: licenses judged in one search, and at least enough for so many sets; beyond it the search stops and says so
MAX_JUDGED, FEWEST_SETS = 300, 20
#: single answers that are found before those to one question are joined
MOST_ANSWERS = 64

T = TypeVar("T")
#: an answer to an open question: (key of the fact, value)
Answer = tuple[str, Any]


class Wanted(NamedTuple):
    """What a user may set: models that may be swapped in (by input), costs by change, how far to look."""

    candidates: Mapping[str, Sequence[Candidate]] = {}
    costs: Mapping[str, float] = {}
    most: int = MOST
    largest: int = LARGEST
    max_judged: int = MAX_JUDGED


class Found(NamedTuple):
    """Sets that work, the cheapest first; was everything looked at, and how many sets were?"""

    sets: list[tuple[Any, ...]]
    complete: bool
    looked_at: int


def needed(studied: Study) -> bool:
    """Is there anything to repair: a verdict that is not good, or a duty not met?"""
    return settle(studied.exploration.leaves) not in GOOD or bool(undone(studied.merged))


def repairs(book: Book, scenario: Scenario, studied: Study, wanted: Wanted | None = None) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """(repairs, how far was looked) as in the Assessment; nothing is looked for where nothing stands in the way."""
    if not needed(studied):
        return [], None
    wanted = wanted or Wanted()
    entries, doing = _to_do(book, scenario, studied, wanted)
    answers, finding = _to_find_out(book, scenario, studied, wanted)
    entries = sorted(entries + answers, key=lambda one: (one["cost"], len(one["changes"]), [change["text"] for change in one["changes"]]))
    return entries, {"largest": wanted.largest, "looked_at": doing.looked_at + finding.looked_at, "complete": doing.complete and finding.complete}


# ---- the search ------------------------------------------------------------------------------------------------------


def smallest(expand: Callable[[frozenset[T]], Iterable[T] | None], cost: Callable[[T], float], text: Callable[[T], Any],
             most: int, largest: int, enough: Callable[[], bool] = lambda: False) -> Found:
    """The cheapest sets for which `expand` gives None; for others it gives elements, one of which is in every larger set that works.

    `complete`: the `most` cheapest, or all up to `largest` elements, are found; `enough` stops the search before.
    """
    found: list[frozenset[T]] = []
    queue: list[tuple[Any, ...]] = [(0.0, 0, [], 0, frozenset())]
    seen: set[frozenset[T]] = {frozenset()}
    looked_at = 0
    stopped = False
    while queue and len(found) < most and not stopped:
        chosen: frozenset[T] = heapq.heappop(queue)[-1]
        if any(chosen >= one for one in found):
            continue
        looked_at += 1
        additions = expand(chosen)
        if additions is None:
            found.append(chosen)
        for one in additions or () if len(chosen) < largest else ():
            larger = chosen | {one}
            if larger not in seen:
                seen.add(larger)
                heapq.heappush(queue, (sum(sorted(map(cost, larger))), len(larger), sorted(map(text, larger)), len(seen), larger))
        stopped = enough()
    return Found([tuple(sorted(one, key=text)) for one in found], not stopped, looked_at)


def _cost(book: Book, wanted: Wanted, change: str) -> float:
    return float(wanted.costs.get(change, book.vocabulary.data["repairs"]["changes"][change]["cost"]))


def _entry(kind: str, verdict: str, cost: float, shown: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": kind, "verdict": verdict, "cost": round(cost, 6), "changes": shown}


# ---- do this ---------------------------------------------------------------------------------------------------------


def _to_do(book: Book, scenario: Scenario, studied: Study, wanted: Wanted) -> tuple[list[dict[str, Any]], Found]:
    """Sets of changes after which all is well."""
    asking = {held.finding.license.id for held in studied.merged if duties.action(held.finding) == duties.ASK and held.finding.license}
    universe = changes(book, scenario, wanted.candidates, asking)
    shown = [tell(book, change) for change in universe]
    costs = [_cost(book, wanted, change.change) for change in universe]
    doing = Doing(book, scenario, universe)
    enough = max(wanted.max_judged, FEWEST_SETS * max((outcome.engaged for outcome in studied.outcomes), default=0))
    found = smallest(doing.additions, costs.__getitem__, lambda one: (shown[one]["text"], one), wanted.most, wanted.largest,
                     lambda: doing.judged > enough)
    entries = [_entry("do", doing.verdicts[frozenset(one)], sum(costs[number] for number in one), [shown[number] for number in one]) for one in found.sets]
    return entries, found._replace(complete=found.complete and doing.complete)


def tell(book: Book, change: Change) -> dict[str, Any]:
    """A change as the Assessment has it: which, where, from what to what, and in words."""
    vocabulary = book.vocabulary
    words = vocabulary.data["repairs"]
    told = {"from": _in_words(book, change, change.before), "to": _in_words(book, change, change.after), **change.told}
    shown = {"change": change.change, "path": list(change.path), "from": change.before, "to": change.after,
             "text": say(words["changes"][change.change]["text"], told)}
    return {**shown, "also": list(change.candidate.also)} if change.candidate and change.candidate.also else shown


def _in_words(book: Book, change: Change, value: Any) -> str:
    vocabulary = book.vocabulary
    if value is None:
        return str(vocabulary.data["repairs"]["unstated"])
    if change.path[-1] == "form":
        return ", ".join(vocabulary.forms[form]["title"] for form in (value if isinstance(value, list) else [value]))
    if change.path[-1] == "fields":
        return str(vocabulary.words["uses"].get(value, value))
    return value if isinstance(value, str) else in_words(value)


# ---- find out that ---------------------------------------------------------------------------------------------------


def _to_find_out(book: Book, scenario: Scenario, studied: Study, wanted: Wanted) -> tuple[list[dict[str, Any]], Found]:
    """Answers to open questions under which all is well, whatever else is true."""
    keys, cost = studied.exploration.keys(), _cost(book, wanted, "find_out")
    found = answers(book, scenario, studied, wanted.largest)
    entries = [_entry("find_out", settle([leaf for given in _each(one) for leaf in _under(studied.exploration.leaves, given)]), cost * len(one),
                      [_question(book, scenario, keys, key, values) for key, values in one]) for one in _joined(found.sets)[:wanted.most]]
    return entries, found._replace(complete=found.complete and studied.exploration.complete)


def answers(book: Book, scenario: Scenario, studied: Study, largest: int) -> Found:
    """The smallest sets of answers under which all is well. Read off the worlds, which are all judged."""
    leaves = studied.exploration.leaves
    bits = {id(leaf): 1 << number for number, leaf in enumerate(leaves)}
    bad = sum(bits[id(leaf)] for leaf in leaves if leaf.overall & ~GOOD_BITS)
    where = {(key, value): sum(bits[id(leaf)] for leaf in under(leaves, key, value))
             for key, values in studied.exploration.keys().items() if not key.startswith("positions.") for value in values}

    def additions(chosen: frozenset[Answer]) -> list[Answer] | None:
        given = dict(chosen)
        known = reduce(and_, map(where.__getitem__, chosen), (1 << len(leaves)) - 1)
        spoiling = known & bad
        if not spoiling:
            return [] if not known or _undone_under(book, scenario, studied, given) else None
        first = spoiling & -spoiling
        return [answer for answer, worlds in where.items() if answer[0] not in given and not worlds & first]

    return smallest(additions, lambda one: 1.0, lambda one: (one[0], str(one[1])), MOST_ANSWERS, largest)


def _under(leaves: Sequence[Leaf], given: Mapping[str, Any]) -> list[Leaf]:
    """The worlds in which these answers may be true."""
    for key, value in given.items():
        leaves = under(leaves, key, value)
    return list(leaves)


def _undone_under(book: Book, scenario: Scenario, studied: Study, given: Mapping[str, Any]) -> bool:
    """Is a duty not met, once these answers are known?"""
    choices = [chosen for chosen in told(studied.exploration) if all(chosen.get(key, value) == value for key, value in given.items())]
    fixed = studied.choice.fixed
    outcomes = [assess(book, scenario, {**fixed, **chosen}, {**fixed, **given}, verdict_only=True) for chosen in choices]
    return bool(outcomes) and bool(undone(merge(outcomes, choices)))


#: (key, values any of which will do) for each question of one repair
Questions = tuple[tuple[str, tuple[Any, ...]], ...]


def _joined(sets: Iterable[tuple[Answer, ...]]) -> list[Questions]:
    """Repairs that differ in the answer to one question only become one, with each answer that will do."""
    found: list[Questions] = []
    for answers in sets:
        one: Questions = tuple((key, (value,)) for key, value in answers)
        for number, other in enumerate(found):
            if [key for key, _ in one] == [key for key, _ in other]:
                apart = [place for place, (mine, theirs) in enumerate(zip(one, other)) if mine[1] != theirs[1]]
                if len(apart) == 1:
                    key, values = other[apart[0]]
                    found[number] = (*other[:apart[0]], (key, (*values, *one[apart[0]][1])), *other[apart[0] + 1:])
                    break
        else:
            found.append(one)
    return found


def _each(questions: Questions) -> list[dict[str, Any]]:
    """Every way to answer the questions of one repair."""
    ways: list[dict[str, Any]] = [{}]
    for key, values in questions:
        ways = [{**way, key: value} for way in ways for value in values]
    return ways


def _question(book: Book, scenario: Scenario, keys: Mapping[str, tuple[Any, ...]], key: str, values: tuple[Any, ...]) -> dict[str, Any]:
    answers = [answer_in_words(book, scenario, key, value, keys[key]) for value in values]
    text = say(book.vocabulary.data["repairs"]["changes"]["find_out"]["text"], {"ask": ask(book, scenario, key), "to": "; ".join(answers)})
    stated = [_as_stated(scenario, key, value) for value in values]
    return {"change": "find_out", "path": key, "from": None, "to": answers, "values": stated, "text": text}


def _as_stated(scenario: Scenario, key: str, value: Any) -> Any:
    """An answer as a scenario file states it."""
    if isinstance(value, Range):
        if value.low == value.high:
            return {"value": value.low}
        return {**({"above": value.low - 1} if value.low else {}), **({"below": value.high + 1} if value.high != INFINITY else {})}
    group, name, fact = split_key(key)
    if (group, fact) == ("inputs", "license"):
        candidates = next(item.candidates for item in scenario.inputs if item.id == name)
        return " OR ".join(" AND ".join(together) for together in candidates[value])
    return plain(value)
