"""What the name of a variable, key, option or parameter tells of its value."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from checker.scan.words import words

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
#: answers that are kept; names in hostile files have no end
MAX_KEPT = 20_000


@cache
def _sets() -> dict[str, frozenset[str]]:
    known = words("telling")
    return {name: frozenset(known[name]) for name in ("model", "dataset", "silent", "never", "neutral", "hub_names", "own")}


@lru_cache(MAX_KEPT)
def parts(name: str) -> tuple[str, ...]:
    """The words of a name, however they are joined."""
    return tuple(word.lower() for word in _WORD.findall(name[:100]))


@lru_cache(MAX_KEPT)
def role(name: str) -> str | None:
    """`used` where the name tells of a model, `dataset` of a data set, None where it tells of neither."""
    known = _sets()
    split = parts(name)
    joined = "_".join(split)
    if joined in known["never"]:
        return None
    always: dict[str, str] = words("telling")["always"]
    if joined in always or "".join(split) in always:
        return always.get(joined) or always["".join(split)]
    if set(split) & known["silent"]:
        return None
    if set(split) & known["dataset"]:
        return "dataset"
    return "used" if set(split) & known["model"] or any(one.endswith("model") for one in split) else None


def place(name: str) -> str:
    """What may stand under a telling name: a name of Ollama's, an old id without publisher, else only what has the form of an id."""
    if "ollama" in parts(name):
        return "ollama"
    return "hub" if "_".join(parts(name)) in _sets()["hub_names"] else "id"


def neutral(name: str) -> bool:
    """Does a key of this name carry the value that the key above it told of?"""
    return "_".join(parts(name)) in _sets()["neutral"]


@lru_cache(MAX_KEPT)
def own(name: str) -> bool:
    """Does the name hold what is made here, or said to people?"""
    split = parts(name)
    return "_".join(split) in _sets()["never"] or bool(set(split) & _sets()["own"])
