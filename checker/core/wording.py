"""Fill the placeholders of a rule's wording: `{license.name}`, `{item.text}`, `{value}`. Nothing is formatted but names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from checker.core.conditions import Bounds

#: a placeholder of a rule's wording
PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)\}")
#: characters of a name that stands in a sentence
LONGEST_NAME = 80
#: two ways to say something in a rule's wording: where it is so, and where it may be so
_EITHER = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
#: "§" stands before numbers only
_SIGN = re.compile(r"§(?=[A-Za-z])")
_WORD = re.compile(r"[a-z]+(_[a-z]+)+")


@cache
def words(language: str = "en") -> dict[str, str]:
    """How values are written in a language: what is not known, yes and no, ranges, what stands between thousands."""
    import json

    loaded: dict[str, str] = json.loads((Path(__file__).parent / "words" / f"{language}.json").read_text(encoding="utf-8"))
    return loaded


def either(text: str, holds: bool) -> str:
    """A rule's wording with each `[so it is|so it may be]` replaced by one of the two, before anything is filled in."""
    return _EITHER.sub(lambda match: match[1 if holds else 2], text)


def fill(text: str, look_up: Callable[[str], Any]) -> str:
    """The text with each placeholder replaced by what `look_up` says; one that it does not know stays as it is."""

    def replace(match: re.Match[str]) -> str:
        try:
            return in_words(look_up(match[1]))
        except KeyError:
            return match[0]

    return _SIGN.sub("", PLACEHOLDER.sub(replace, text))


def say(text: str, values: Mapping[str, Any]) -> str:
    """The text with each placeholder replaced by the value of that name, as it is written."""
    return PLACEHOLDER.sub(lambda match: str(values[match[1]]) if match[1] in values else match[0], text)


def called(names: Mapping[str, str], identifier: str) -> str:
    """What somebody calls the thing with this id: its name; with the id behind it where others have that name, or the id alone where it is too long."""
    name = names.get(identifier, identifier)
    if name == identifier or len(name) > LONGEST_NAME:
        return identifier
    return f"{name} ({identifier})" if list(names.values()).count(name) > 1 else name


def counted(forms: Mapping[str, str], count: int) -> str:
    """`{count}` of something, in the form for `one` or for `many`."""
    return say(forms["one" if count == 1 else "many"], {"count": f"{count:,}"})


def cite(section: Any, annexes: Mapping[str, str]) -> str:
    """A section as a reader finds it: annexes by their names; "§ " before what begins with a number."""
    named = re.sub(r"\b[A-Z]{2,}\b", lambda match: annexes.get(match[0], match[0]), str(section or ""))
    return f"§ {named}" if named[:1].isdigit() else named


def in_words(value: Any) -> str:
    """A value as a reader expects it: numbers with thousands, lists joined, unknown said so."""
    if value is None:
        return words()["unknown"]
    if isinstance(value, bool):
        return words()["yes" if value else "no"]
    if isinstance(value, (int, float)):
        return (f"{value:,.0f}" if float(value).is_integer() else f"{value:,}").replace(",", words()["thousands"])
    if isinstance(value, Bounds):
        return _bounds(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {in_words(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(in_words(one) for one in value) or words()["none"]
    return str(value).replace("_", " ") if _WORD.fullmatch(str(value)) else str(value)


def _bounds(value: Bounds) -> str:
    if value.high == float("inf"):
        return say(words()["at_least"], {"low": in_words(value.low)}) if value.low else words()["unknown"]
    return say(words()["between"], {"low": in_words(value.low), "high": in_words(value.high)})


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, Bounds):
        return {"at_least": value.low, "at_most": None if value.high == float("inf") else value.high}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)
