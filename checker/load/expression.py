"""License expressions (AND, OR, WITH, parentheses) to alternatives of license ids.

A single name never imports the license-expression library; an expression does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from checker.core.license import NO_LICENSE, OWN_WORK, UNREAD
from checker.core.scenario import Alternatives

#: alternatives of one expression, after multiplying out
MAX_ALTERNATIVES = 32
#: characters of one expression; a longer one is a mistake, and nesting costs stack
MAX_LENGTH = 1_000
_OPERATOR = re.compile(r"[()]|\b(AND|OR|WITH)\b", re.IGNORECASE)
_SPECIAL = {NO_LICENSE: NO_LICENSE, OWN_WORK: OWN_WORK, UNREAD: UNREAD}


class ExpressionError(ValueError):
    """An expression that cannot be read; the message says what, and what instead."""


_OR_LATER = re.compile(r"(-or-later|\+)$", re.IGNORECASE)


def normalize(name: str) -> str:
    """A single SPDX-like name as licet writes ids: lower case, GNU suffixes and `+` left off."""
    folded = name.strip().casefold()
    return re.sub(r"(-only|-or-later|\+)$", "", folded)


#: a name -> the alternatives it stands for
Options = Callable[[str], list[tuple[str, ...]]]


def alternatives(text: str, resolve: Callable[[str], list[str]], later: Callable[[str], list[str]] | None = None) -> Alternatives:
    """The alternatives (OR) of ids that apply together (AND).

    `resolve` maps a name to the ids it may mean; `later` an id to itself and its later versions, for "or later".
    Raises ExpressionError for syntax errors, unknown exceptions, and names that mean nothing or several licenses.
    """

    def options(name: str) -> list[tuple[str, ...]]:
        one = _single(name, resolve)
        return [(other,) for other in later(one)] if later and _OR_LATER.search(name.strip()) else [(one,)]

    text = text.strip()
    if not _OPERATOR.search(text) or resolve(text):
        return tuple(options(text))
    return _parse(text, options)


def _single(name: str, resolve: Callable[[str], list[str]]) -> str:
    if name.casefold() in _SPECIAL:
        return _SPECIAL[name.casefold()]
    if name.casefold().startswith("licenseref-"):
        found = resolve(name[11:])
        return found[0] if len(found) == 1 else name
    found = resolve(name)
    if len(found) == 1:
        return found[0]
    if found:
        raise ExpressionError(f"`{name}` may be {', '.join(found)}. Write which one.")
    raise ExpressionError(f"No license is known as `{name[:80]}`.")


def _parse(text: str, options: Options) -> Alternatives:
    from license_expression import ExpressionError as LibraryError
    from license_expression import ExpressionParseError, get_spdx_licensing

    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"A license expression of {len(text):,} characters. Write at most {MAX_LENGTH:,}.")
    licensing = get_spdx_licensing()
    try:
        tree = licensing.parse(text, validate=False, strict=True)
    except (ExpressionParseError, LibraryError, ValueError, TypeError, IndexError, AttributeError, RecursionError) as error:
        # what other exceptions say speaks of the library, not of the expression
        first = str(error).partition("\n")[0][:100] if isinstance(error, (ExpressionParseError, LibraryError)) else "it cannot be read"
        if "used as an exception" in first:
            raise ExpressionError(f"`{text[:80]}`: what follows WITH is not a known exception. Write one from the SPDX list, or leave WITH out.") from None
        raise ExpressionError(f"`{text[:80]}` is not a license expression ({first}). Write names joined by AND, OR, WITH.") from None
    if tree is None:
        raise ExpressionError("An empty license expression. Write a license, or `none` if nobody granted anything.")
    found = tuple(dict.fromkeys(tuple(sorted(set(one))) for one in _multiply(tree, options)))
    if len(found) > MAX_ALTERNATIVES:
        raise ExpressionError(f"An expression with {len(found)} alternatives. At most {MAX_ALTERNATIVES}; leave out those you will not use.")
    return found


def _multiply(tree: object, options: Options) -> list[tuple[str, ...]]:
    kind = type(tree).__name__
    if kind == "OR":
        return [one for part in tree.args for one in _multiply(part, options)]  # type: ignore[attr-defined]
    if kind == "AND":
        found: list[tuple[str, ...]] = [()]
        for part in tree.args:  # type: ignore[attr-defined]
            found = [(*left, *right) for left in found for right in _multiply(part, options)]
            if len(found) > 4 * MAX_ALTERNATIVES:
                raise ExpressionError("An expression with too many alternatives. Leave out those you will not use.")
        return found
    if kind == "LicenseWithExceptionSymbol":
        exception = tree.exception_symbol  # type: ignore[attr-defined]
        if not getattr(exception, "is_exception", False):
            raise ExpressionError(f"`{exception.key}` is not a known exception. Write one from the SPDX list, or leave WITH out.")
        return options(tree.license_symbol.key)  # type: ignore[attr-defined]
    return options(tree.key)  # type: ignore[attr-defined]


def resolver(names: Mapping[str, list[str]]) -> Callable[[str], list[str]]:
    """A function from a name to the ids it may mean: exact id first, then the names others use."""

    def resolve(name: str) -> list[str]:
        folded = name.strip().casefold()
        for candidate in (folded, normalize(name)):
            found = names.get(candidate, [])
            if candidate in found:
                return [candidate]
            if found:
                return list(found)
        return []

    return resolve
