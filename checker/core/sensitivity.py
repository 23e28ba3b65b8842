"""Sensitivity: on which open facts and unsettled questions the verdict rests, and what it is under each answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.core.assess import assess
from checker.core.book import Book
from checker.core.figures import Range, measure_of
from checker.core.reach_frame import admitted
from checker.core.scenario import Scenario
from checker.core.study import told
from checker.core.vocabulary import split_key
from checker.core.wording import called, in_words, say
from checker.core.worlds import Exploration, determined, effect, explore, settle, under


def unsettled(book: Book, scenario: Scenario, fixed: Mapping[str, Any], exploration: Exploration) -> list[dict[str, Any]]:
    """Each unsettled question whose answer changes a verdict here: the position used, and the verdict under each, in the cases whose findings are told."""
    entries = []
    cases = told(exploration)
    if len(cases) < exploration.cases:
        exploration = explore(book, scenario, fixed, cases)
    main = _verdicts(exploration)
    for position_id in _that_may_matter(book, scenario, fixed, exploration):
        position = book.positions[position_id]
        used = exploration.consulted[position_id]
        key = f"positions.{position_id}"
        answers, changes = [], False
        for answer in position["answers"]:
            other = exploration if answer["id"] == used else explore(book, scenario, {**fixed, key: answer["id"]}, cases)
            verdicts = _verdicts(other)
            changes = changes or verdicts != main
            answers.append({"id": answer["id"], "title": answer["title"], "effect": answer.get("effect", ""),
                            "holders": list(answer.get("holders", ())), "verdict": verdicts[""],
                            "by_license": {name: one for name, one in verdicts.items() if name and one != main.get(name)}})
        if changes:
            entries.append({"id": position_id, "question": position["question"], "matters": position.get("matters", ""),
                            "position_used": used or "open", "from": _from(book, scenario, position_id), "positions": answers})
    return entries


def _that_may_matter(book: Book, scenario: Scenario, fixed: Mapping[str, Any], exploration: Exploration) -> list[str]:
    """Positions on which a verdict hangs once all of them are left open, and the ground itself: only these are worth another look."""
    ground = {position_id for position_id in exploration.consulted if book.positions[position_id].get("background")}
    everything = {f"positions.{position_id}": "open" for position_id in exploration.consulted if position_id not in ground}
    hangs_on: set[str] = set()
    for chosen, _ in exploration.bases:
        hangs_on |= assess(book, scenario, {**fixed, **chosen}, {**fixed, **everything}, verdict_only=True).hangs_on
    return sorted({key.removeprefix("positions.") for key in hangs_on if key.startswith("positions.")} | ground)


def _verdicts(exploration: Exploration) -> dict[str, str]:
    """License id -> verdict; "" for the overall one."""
    found = {"": settle(exploration.seen)}
    for license_id in exploration.licenses:
        leaves = [leaf for leaf in exploration.about(("license", license_id), seen=True) if license_id in leaf.by_license]
        found[license_id] = settle(leaves, lambda leaf, one=license_id: leaf.by_license[one])
    return found


def _from(book: Book, scenario: Scenario, position_id: str) -> str:
    stated = position_id in scenario.positions
    return book.vocabulary.sentence("from_scenario") if stated else book.vocabulary.sentence("from_profile", profile=scenario.profile.get("id", ""))


def questions(book: Book, scenario: Scenario, exploration: Exploration) -> list[dict[str, Any]]:
    """Open facts in order of effect, each with the verdict under every answer."""
    leaves = exploration.seen
    found = []
    for order, (key, values) in enumerate(exploration.keys().items()):
        if key.startswith("positions."):
            continue
        verdicts = {answer_in_words(book, scenario, key, value, values): settle(under(leaves, key, value)) for value in values}
        found.append((-effect(leaves, key, values), order, {"fact": key, "ask": ask(book, scenario, key), "verdicts": verdicts}))
    found.sort(key=lambda one: one[:2])
    ranked = [question for _, _, question in found]
    asked = exploration.keys()
    unlisted = sorted({key for _, outcome in exploration.bases if not determined(outcome) for key in outcome.hangs_on
                       if not key.startswith("positions.") and key not in asked})
    return [{"fact": key, "ask": ask(book, scenario, key), "verdicts": {}} for key in unlisted] + ranked


def answer_in_words(book: Book, scenario: Scenario, key: str, value: Any, values: tuple[Any, ...]) -> str:
    """An answer in words: the license behind a candidate, the range behind a number."""
    words = book.vocabulary.questions["answers"]
    if key.startswith("inputs.") and key.endswith(".license"):
        return next(str(item.labels[value]) for item in scenario.inputs if f"inputs.{item.id}.license" == key)
    if isinstance(value, Range):
        form = "at_most" if value == values[0] else "above" if value == values[-1] else "between"
        return str(words[form]).replace("{low}", in_words(value.low - 1)).replace("{high}", in_words(value.high))
    if value in (book.vocabulary.elsewhere, (book.vocabulary.elsewhere,)):
        return str(words["elsewhere"])
    if value == ():
        return str(words["none_of_these"])
    return str(value) if isinstance(value, str) else in_words(value)


def ask(book: Book, scenario: Scenario, key: str) -> str:
    """The question that an open fact puts."""
    questions = book.vocabulary.questions
    group, identifier, fact = split_key(key)
    thing = called(scenario.names(group), identifier)
    measure = measure_of(key)
    if measure is not None:
        over = book.vocabulary.words["counted_over"][measure.scope]
        if measure.release and len(scenario.releases) > 1:
            over = f"{over} ({called(scenario.names('releases'), measure.release)})"
        asked = say(str(questions["figures"][measure.metric]), {"counted_over": over})
        return f"{asked.removesuffix('?')} {questions['figure_date'].replace('{day}', measure.day)}?" if measure.day else asked
    if fact.startswith("commercial."):
        return say(str(questions["commercial"]), {"id": thing, "kind": book.vocabulary.words["commercial_kinds"][fact.partition(".")[2]]})
    if group == "conditions":
        return ask_condition(book, identifier, fact)
    if fact == "happened":
        return say(str(questions[fact][group]), {"id": thing})
    if (group, fact) in (("inputs", "license"), ("steps", "action")):
        return say(str(questions[fact]), {"id": thing})
    spec = book.vocabulary.fact(key) or {}
    return say(str(spec.get("ask", key)), {"id": thing})


def ask_condition(book: Book, license_id: str, word: str) -> str:
    """The question whether a condition holds that the clauses of this license name."""
    clauses = dict.fromkeys(f"{answer['section']}: “{answer['quote']}”" if answer.get("quote") else str(answer["section"])
                            for answer in _that_name(book, license_id, word) if answer.get("section"))
    said = ", ".join((book.license(license_id).name, *(["; ".join(clauses)] if clauses else ())))
    return f"{book.vocabulary.conditions[word]['ask']} ({said})"


def notes_on_condition(book: Book, license_id: str, word: str) -> list[str]:
    """What a reader noted at the clauses of this license that name the condition: what exactly is meant."""
    return list(dict.fromkeys(str(answer["note"]) for answer in _that_name(book, license_id, word) if answer.get("note")))


def _that_name(book: Book, license_id: str, word: str) -> Iterator[Mapping[str, Any]]:
    """The answers and items of a license that carry the condition, or one that is made of it."""
    leading = {one for one, spec in book.vocabulary.conditions.items() if one == word or f"'{word}'" in spec.get("when", "")}
    return (answer for answer in _answers(book.license(license_id).terms) if _conditions(answer) & leading)


def _conditions(answer: Mapping[str, Any]) -> set[str]:
    """The conditions an answer carries, those of its trigger and of licenses it admits included."""
    trigger = answer.get("trigger") or {}
    return {*answer.get("conditions", ()), *trigger.get("conditions", ()), *(word for _, words in admitted(answer.get("compatible")) for word in words)}


def _answers(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every answer and item of a license, triggers included."""
    if isinstance(value, Mapping):
        yield value
        for one in value.values():
            yield from _answers(one)
    elif isinstance(value, list):
        for one in value:
            yield from _answers(one)
