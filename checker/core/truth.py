"""Three-valued truth (Kleene): True, False, and None for "not known".

Nothing here stops early: every operand is looked at, so that a trace can name everything an answer rests on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

Truth = Optional[bool]


def conjunction(values: Iterable[Truth]) -> Truth:
    """False if any is False, else unknown if any is unknown, else True."""
    result: Truth = True
    for value in values:
        if value is False:
            result = False
        elif value is None and result is True:
            result = None
    return result


def disjunction(values: Iterable[Truth]) -> Truth:
    """True if any is True, else unknown if any is unknown, else False."""
    result: Truth = False
    for value in values:
        if value is True:
            result = True
        elif value is None and result is False:
            result = None
    return result


def negation(value: Truth) -> Truth:
    """The other truth value; unknown stays unknown."""
    return None if value is None else not value
