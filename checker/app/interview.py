"""`licet init`: what is asked, which answers are right, and the scenario or policy that the answers make up."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from checker.app import starter
from checker.core.conditions import nearest
from checker.errors import BadInput
from checker.load.book import Library
from checker.load.scenario import understand
from checker.load.sources import Sources
from checker.load.strict_yaml import Document, load

SCENARIO, POLICY = "scenario", "policy"
_QUESTIONS = Path(__file__).parent / "templates" / "interview.yaml"
_YES = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
#: the name of what the steps make
_RESULT = "result"


class Question(NamedTuple):
    """One question: where its answer stands in a scenario (`at`), its type, and the words it is chosen from with their meanings."""

    key: str
    ask: str
    at: str
    type: str
    wanted_for: tuple[str, ...]
    must: bool
    example: str
    words: str | None

    def choices(self, library: Library) -> dict[str, str]:
        """Word -> meaning; empty where the answer is free."""
        vocabulary = library.book().vocabulary
        if self.words is None:
            return {}
        if self.words in ("forms", "actions"):
            return {word: str(one["title"]) for word, one in getattr(vocabulary, self.words).items()}
        group, _, fact = self.words.partition(".")
        return {word: word.replace("_", " ") for word in vocabulary.facts[group][fact]["of"]}


def questions() -> list[Question]:
    """Every question, in the order in which they are asked."""
    return [Question(key, one["ask"], one["at"], one["type"], tuple(one["for"]), bool(one.get("must")), str(one.get("example", "")), one.get("words"))
            for key, one in load(_QUESTIONS).value.items()]


def read(question: Question, text: str, library: Library) -> Any:
    """The value that an answer means; None if it says nothing. Raises ValueError with what is wrong, and what to write instead."""
    text = text.strip()
    if not text:
        return None
    value: Any = text
    if question.type == "number":
        digits = re.sub(r"[\s,_']", "", text)
        if not digits.isdecimal():
            raise ValueError(f"`{text[:40]}` is not a number. Write one in digits, like {question.example}.")
        value = int(digits)
    elif question.type == "bool":
        if text.casefold() not in _YES:
            raise ValueError(f"`{text[:40]}` is neither yes nor no.")
        value = _YES[text.casefold()]
    elif question.type == "list":
        value = [part.strip() for part in text.split(",") if part.strip()]
    elif question.words is not None:
        value = _word(text, list(question.choices(library)))
    _check({question.key: value}, library)
    return value


def _word(text: str, known: list[str]) -> str:
    """The word that an answer names, or the one with that number."""
    if text.isdecimal() and 1 <= int(text) <= len(known):
        return known[int(text) - 1]
    word = re.sub(r"[\s-]+", "_", text.casefold())
    if word not in known:
        raise ValueError(f"`{text[:40]}` is none of the words.{nearest(word, known) or ' Write one of: ' + ', '.join(known) + '.'}")
    return word


def _check(answers: Mapping[str, Any], library: Library) -> None:
    """Do the answers make a right scenario? Raises ValueError."""
    document = Document("answer")
    document.value = _data({"model": ["some/model"], **answers})
    try:
        understand(document, library, as_of="2000-01-01")
    except BadInput as error:
        raise ValueError(" ".join(dict.fromkeys(f"{problem.what} {problem.instead}".strip() for problem in error.problems))) from None


def unknown_models(answers: Mapping[str, Any], library: Library) -> list[str]:
    """The models that the registry does not know."""
    registry = Sources(library).registry
    return [model for model in answers.get("model") or () if registry.find(model) is None]


# ---- what the answers make up ----------------------------------------------------------------------------------------


def _data(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario as data, with what was answered and nothing else."""
    at = {question.key: question.at for question in questions()}
    given = {place: {key: value for key, value in answers.items() if at[key] == place and value is not None} for place in ("actor", "releases")}
    inputs = [{"id": name, "model": model} for name, model in _ids(answers.get("model") or ())]
    ends = [one["id"] for one in inputs]
    data: dict[str, Any] = {"actor": given["actor"]} if given["actor"] else {}
    data["inputs"] = inputs
    if answers.get("action"):
        data["steps"] = [{"id": _RESULT, "action": answers["action"], "from": ends}]
        ends = [_RESULT]
    return data | {"releases": [{"of": end, **given["releases"]} for end in ends]}


def _ids(models: Any) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for model in models:
        stem = re.sub(r"[^a-z0-9._-]+", "-", str(model).rpartition("/")[2].casefold()).strip("-._")[:80] or "model"
        names = (stem, *(f"{stem}-{number}" for number in range(2, len(models) + 2)))
        found[next(name for name in names if name not in found and name != _RESULT)] = str(model)
    return list(found.items())


def scenario(answers: Mapping[str, Any], schema: str) -> str:
    """The text of a scenario file. `schema` is where its schema lies, for editors."""
    lines = [f"# yaml-language-server: $schema={schema}", "# What is not said here is unknown, and `licet check` asks for it if the answer hangs on it."]
    for key, value in _data(answers).items():
        if isinstance(value, list):
            lines += [f"{key}:", *(f"  - {_flow(one)}" for one in value)]
        else:
            lines += [f"{key}:", *(f"  {name}: {_flow(one)}" for name, one in value.items())]
    return "\n".join(lines) + "\n"


def policy(answers: Mapping[str, Any]) -> str:
    """The text of the first policy, with what was answered in place of what it proposes; what was asked in vain is left open."""
    lines = starter.policy().splitlines()
    for key, value in answers.items():
        for number, line in enumerate(lines):
            found = re.fullmatch(rf"( *)(# )?{key}: ([^#]*?)( *(?:#.*)?)", line)
            if found:
                lines[number] = f"{found[1]}# {key}: {found[3]}{found[4]}" if value is None else f"{found[1]}{key}: {_flow(value)}{found[4]}"
                break
    for number, line in enumerate(lines):
        inside = list(takewhile(lambda one: one.startswith("  "), lines[number + 1:]))
        if re.fullmatch(r"[a-z]+:", line) and all(one.lstrip().startswith("#") for one in inside):
            lines[number] = f"{line} {{}}"
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    """A value in one line; text in quotes, so that no word is read as anything else."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    if isinstance(value, str) and re.fullmatch(r"[a-z]{4,}(_[a-z]+)*", value) and value not in ("true", "false", "null"):
        return value
    return json.dumps(value, ensure_ascii=False)
