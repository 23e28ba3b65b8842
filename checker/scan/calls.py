"""The functions and classes that load models and data sets, and what each takes where (`words/code.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from checker.scan import telling
from checker.scan.source import Mention
from checker.scan.words import words

#: addresses that are there to be fetched, wherever they stand in code
FETCHED = re.compile(r"https?://(?:(?:www\.)?huggingface\.co|hf\.co|hf-mirror\.com)/[^\s]+/resolve/|https?://(?:api-inference|router)\.huggingface\.co/[^\s]*models/|hf://[^\s]+/")


_MEDIA = re.compile(r"(?i)\.(png|jpe?g|gif|webp|svg|bmp|mp3|mp4|wav|flac|ogg|webm|avi|mov|pdf|ico)(\?.*)?$")


def is_fetched(text: str) -> bool:
    """Is it an address of weights or data to be fetched? A picture to look at is none."""
    return FETCHED.match(text) is not None and _MEDIA.search(text) is None


class Known(NamedTuple):
    """A loading function: the positions and keywords of its argument, and what may stand there."""

    at: tuple[int | str, ...]
    place: str
    role: str = "used"
    typed: str = ""
    alias: str = ""


@cache
def names() -> tuple[str, ...]:
    """Names that only a file has which loads models; those that much other code has too are left out."""
    known = words("code")
    return tuple(sorted({*known["calls"], *(name.partition(".")[0] for name in known["owned_calls"])} - set(known["common"])))


def _known(one: dict[str, Any]) -> Known:
    return Known(tuple(one["at"]), one.get("place", "hub"), one.get("role", "used"), one.get("typed", ""), one.get("alias", ""))


@cache
def find(name: str, owner: str = "", origin: str = "") -> Known | None:
    """The loading function of this name, called on `owner` or imported from the module `origin`."""
    known = words("code")
    for prefix in (owner.rpartition(".")[2], *reversed(origin.split("."))):
        if prefix and f"{prefix}.{name}" in known["owned_calls"]:
            return _known(known["owned_calls"][f"{prefix}.{name}"])
    one = known["calls"].get(name)
    if one is None or (one.get("owner") and one["owner"] not in (*owner.lower().split("."), *origin.split("."))):
        return None
    found = _known(one)
    return found._replace(place="modelscope") if origin.partition(".")[0] == "modelscope" and found.place == "hub" else found


def is_output(name: str) -> bool:
    """Does a function of this name write to a hub or a folder?"""
    return name in words("code")["outputs"]


def only_tells(name: str) -> bool:
    """Does a function of this name only print, compare or take apart what it is given?"""
    return name in _telling() or name.startswith(("assert", "print", "log_"))


@cache
def _telling() -> frozenset[str]:
    return frozenset(words("code")["telling"])


def is_default(name: str) -> bool:
    """Does a function of this name give back its second argument when nothing is set?"""
    return name in words("code")["defaults"] or "env" in telling.parts(name)


def loads(name: str) -> bool:
    """Does the name begin with a verb of loading?"""
    split = telling.parts(name)
    return bool(split) and split[0] in words("code")["loading_verbs"]


def mention(known: Known, text: str, line: int, role: str, how: str, revision: str | None = None, *, certain: bool = True) -> Iterator[Mention]:
    """The mention of what stands in a loading function; a library's own short names are written out."""
    confidence = "high" if certain else "medium"
    if known.place == "modelscope":
        yield Mention(f"modelscope://{text}" if not text.startswith((".", "/")) else text, line, role, how, revision=revision, confidence=confidence)
    elif known.place == "alias":
        yield from _alias(known.alias, text, line, role, how, confidence)
    elif text.startswith(("hf_hub:", "hf-hub:")):
        yield Mention(text[7:], line, role, how, revision=revision, confidence=confidence)
    else:
        yield Mention(text, line, role, how, known.place, revision, confidence)


def _alias(alias: str, text: str, line: int, role: str, how: str, confidence: str) -> Iterator[Mention]:
    one = words("code")["aliases"][alias]
    if text.startswith(("hf_hub:", "hf-hub:")):
        yield Mention(text[7:], line, role, how, confidence=confidence)
    elif re.match(one["form"], text):
        target = one["to"].replace("{}", text)
        address = target if one["registry"] == "huggingface" else f"{one['registry']}://{target}"
        yield Mention(address, line, role, how, confidence="medium" if target != text else confidence)
    else:
        yield Mention(text, line, role, how, "id", confidence=confidence)
