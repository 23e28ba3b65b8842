"""License expressions (AND, OR, WITH, parentheses) to alternatives of license ids.

A single name never imports the license-expression library; an expression does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from checker.core.license import NO_LICENSE, OWN_WORK, UNREAD
from checker.core.scenario import Alternatives
from checker.load.names import SILENT, Meaning, or_later
from checker.load.problems import fragment, problem

if TYPE_CHECKING:
    from license_expression import Licensing

#: alternatives of one expression, after multiplying out
MAX_ALTERNATIVES = 32
#: characters of one expression; a longer one is a mistake, and nesting costs stack
MAX_LENGTH = 1_000
_OPERATOR = re.compile(r"[()]|\b(AND|OR|WITH)\b", re.IGNORECASE)
_SPECIAL = {NO_LICENSE: NO_LICENSE, OWN_WORK: OWN_WORK, UNREAD: UNREAD}


class ExpressionError(ValueError):
    """An expression that cannot be read; the message, put into words where it is asked for, says what, and what instead."""

    def __init__(self, name: str, /, **values: object) -> None:
        super().__init__(name)
        self.name, self.values = name, values

    @property
    def several(self) -> bool:
        """Is it a name that several licenses share?"""
        return self.name == "several_licenses"

    @property
    def says_how(self) -> bool:
        """Does the message say what to write instead?"""
        return bool(problem(self.name, "").instead)

    def __str__(self) -> str:
        found = problem(self.name, "", **self.values)
        return f"{found.what} {found.instead}".strip()


#: a name -> the alternatives it stands for
Options = Callable[[str], list[tuple[str, ...]]]


def alternatives(text: str, meaning: Callable[[str], Meaning], later: Callable[[str], list[str]] | None = None) -> Alternatives:
    """The alternatives (OR) of ids that apply together (AND).

    `meaning` says what a name means; `later` maps an id to itself and its later versions, for "or later".
    Raises ExpressionError for syntax errors, unknown exceptions, and names that mean nothing or several licenses.
    """

    def options(name: str) -> list[tuple[str, ...]]:
        one = _single(name, meaning)
        return [(other,) for other in later(one)] if later and or_later(name) else [(one,)]

    text = text.strip()
    if not _OPERATOR.search(text) or meaning(text).ids:
        return tuple(options(text))
    return _parse(_spelled(text, meaning), options)


def _single(name: str, meaning: Callable[[str], Meaning]) -> str:
    if name.casefold() in _SPECIAL:
        return _SPECIAL[name.casefold()]
    found = meaning(name)
    if len(found.ids) == 1:
        return found.ids[0]
    if name.casefold().startswith("licenseref-"):
        return name
    if found.ids:
        raise ExpressionError("several_licenses", name=name, licenses=", ".join(found.ids))
    if name and found.kind == SILENT:
        return UNREAD
    raise ExpressionError("unknown_name", name=name[:80])


def _spelled(text: str, meaning: Callable[[str], Meaning]) -> str:
    """The expression with names of several words written as ids."""
    parts = re.split(r"([()]|\b(?:AND|OR|WITH)\b)", text[:MAX_LENGTH + 1], flags=re.IGNORECASE)
    spelled = []
    for part in parts:
        ids = meaning(part.strip()).ids if " " in part.strip() else ()
        spelled.append(f" {ids[0]}{'+' if or_later(part) else ''} " if len(ids) == 1 else part)
    return "".join(spelled)


def _parse(text: str, options: Options) -> Alternatives:
    from license_expression import ExpressionError as LibraryError
    from license_expression import ExpressionParseError

    if len(text) > MAX_LENGTH:
        raise ExpressionError("expression_too_long", count=f"{len(text):,}", most=f"{MAX_LENGTH:,}")
    try:
        tree = _licensing().parse(text, validate=False, strict=True)
    except (ExpressionParseError, LibraryError, ValueError, TypeError, IndexError, AttributeError, RecursionError) as error:
        # what other exceptions say speaks of the library, not of the expression
        first = str(error).partition("\n")[0][:100] if isinstance(error, (ExpressionParseError, LibraryError)) else fragment("it_cannot_be_read")
        if "used as an exception" in first:
            raise ExpressionError("unknown_exception_in_expression", text=text[:80]) from None
        raise ExpressionError("not_an_expression", text=text[:80], why=first) from None
    if tree is None:
        raise ExpressionError("empty_expression")
    found = tuple(dict.fromkeys(tuple(sorted(set(one))) for one in _multiply(tree, options)))
    if len(found) > MAX_ALTERNATIVES:
        raise ExpressionError("so_many_alternatives", count=len(found), most=MAX_ALTERNATIVES)
    return found


@cache
def _licensing() -> Licensing:
    """The names of the SPDX list, made into a parser, which takes longer than parsing."""
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()


def _multiply(tree: object, options: Options) -> list[tuple[str, ...]]:
    kind = type(tree).__name__
    if kind == "OR":
        return [one for part in tree.args for one in _multiply(part, options)]  # type: ignore[attr-defined]
    if kind == "AND":
        found: list[tuple[str, ...]] = [()]
        for part in tree.args:  # type: ignore[attr-defined]
            found = [(*left, *right) for left in found for right in _multiply(part, options)]
            if len(found) > 4 * MAX_ALTERNATIVES:
                raise ExpressionError("too_many_alternatives")
        return found
    if kind == "LicenseWithExceptionSymbol":
        exception = tree.exception_symbol  # type: ignore[attr-defined]
        if not getattr(exception, "is_exception", False):
            raise ExpressionError("unknown_exception", name=exception.key)
        return options(tree.license_symbol.key)  # type: ignore[attr-defined]
    return options(tree.key)  # type: ignore[attr-defined]
