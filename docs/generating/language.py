"""The language of conditions: its functions, and the names that each kind of rule may use."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache

from checker import core
from checker.core import conditions, vocabulary
from checker.core.frame import Frame

from .known import book
from .markdown import code, table, yes
from .values import VOCABULARY, words_link


def functions(_: str = "") -> str:
    """Every function, with the meaning that its method in `checker.core.frame` states."""
    rows = []
    for name, (arguments, result) in conditions.FUNCTIONS.items():
        shown = f"{name}({', '.join(arguments)})"
        speaks = "one license" if name in vocabulary.NEEDS_LICENSE else ""
        rows.append((code(shown), result, " ".join(function_meanings(name)), speaks))
    return table(("function", "gives", "meaning", "speaks of"), rows)


def function_meanings(name: str) -> list[str]:
    """The first line of each docstring that the methods behind a function have (they differ where a pair is meant)."""
    found: dict[str, None] = {}
    for owner in _frames():
        method = vars(owner).get("f_" + name)
        if method is not None and method.__doc__:
            found[inspect.cleandoc(method.__doc__).split("\n")[0]] = None
    return list(found)


@cache
def _frames() -> tuple[type, ...]:
    """The frames of conditions, plain ones before those that know a license."""
    modules = [importlib.import_module(f"checker.core.{one.name}") for one in pkgutil.iter_modules(core.__path__)]
    found = {owner for module in modules for owner in vars(module).values() if isinstance(owner, type) and issubclass(owner, Frame)}
    return tuple(sorted(found, key=lambda owner: (len(owner.__mro__), owner.__name__)))


def names(_: str = "") -> str:
    """The names that conditions may use, and in rules on which subject."""
    by_subject = {subject: book().vocabulary.types(subject) for subject in vocabulary.SUBJECTS}
    rows: dict[str, tuple[str, list[str]]] = {}
    for subject, types in by_subject.items():
        for name, kind in types.items():
            shown = _family_of_names(name)
            if shown is not None:
                rows.setdefault(shown, (_type(kind) if shown == name else "", []))[1].append(subject)
    return table(("name", "type", *vocabulary.SUBJECTS),
                 ((code(name), kind, *(yes(subject in subjects) for subject in vocabulary.SUBJECTS)) for name, (kind, subjects) in rows.items()))


def _family_of_names(name: str) -> str | None:
    """The name itself, or the one row that stands for many; None for fields of elements."""
    if "[]" in name or "(" in name:
        return None
    for start, shown in (("other.", "other.NAME"), ("terms.", "terms.TERM"), ("label.terms.", "label.terms.TERM")):
        if name.startswith(start):
            return shown + (".FIELD" if name.count(".") - shown.count(".") == 1 and start != "other." else "")
    return name


def _type(kind: str) -> str:
    many, word = kind.startswith("list"), kind.removeprefix("list:")
    if word.startswith("word:"):
        values = word.removeprefix("word:").split("|")
        group = next((group for group, known in book().vocabulary.words.items() if list(known) == values), None)
        if values == list(book().vocabulary.actions):
            shown = f"word of [steps]({VOCABULARY}#steps)"
        else:
            shown = f"word of {words_link(group, VOCABULARY)}" if group else f"word: {code(*values)}"
        return ("list of " if many else "") + shown
    return "list" + (f" of {word}" if word not in ("", "list") else "") if many else word


def elements(_: str = "") -> str:
    """The collections a quantifier may run over, and the fields of their elements."""
    fields: dict[str, dict[str, None]] = {}
    for name in book().vocabulary.types("release"):
        collection, mark, field = name.partition("[].")
        if mark:
            shown = _family_of_names(field) or field
            fields.setdefault(collection, {})[shown] = None
    return table(("collection", "fields of an element"), ((code(one), code(*known)) for one, known in fields.items()))
