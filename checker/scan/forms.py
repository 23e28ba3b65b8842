"""Names that give themselves away: what has the form of a model's name is one, whatever it is handed to."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from checker.scan.words import any_of, words

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,95}/[A-Za-z0-9][A-Za-z0-9._-]{1,95}\Z")

#: answers that are kept; names in hostile files have no end
MAX_KEPT = 20_000


@cache
def _publishers() -> frozenset[str]:
    return frozenset(name.casefold() for name in words("forms")["publishers"])


@cache
def _marks() -> tuple[re.Pattern[str], ...]:
    known = words("forms")
    return tuple(any_of(known[name]) for name in ("families", "sizes", "kinds"))


@cache
def _others() -> re.Pattern[str]:
    return any_of(words("forms")["others"])


@lru_cache(MAX_KEPT)
def is_model(text: str) -> bool:
    """Has the text the form `publisher/name` of a model? A publisher of models and one mark of a model, or two marks.

    A mark is a family (`bert`, `llama`), a size (`7b`) or a kind (`instruct`, `uncased`, `gguf`). The name of a family alone is
    that of its source code.
    """
    if not _ID.match(text):
        return False
    publisher, _, name = text.partition("/")
    if _others().search(name):
        return False
    found = [mark.search(name) for mark in _marks()]
    if found[0] is not None and found[0].group().strip("-_.") == name:
        found[0] = None
    needed = 1 if publisher.casefold() in _publishers() else 2
    return sum(one is not None for one in found) >= needed
