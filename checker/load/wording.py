"""The wording of a text, whatever its lines, case, punctuation and mark-up: words in order, clauses, runs of words."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

#: words in a run; runs overlap, and two texts are as alike as the runs they share
RUN = 4
#: words that a clause has at least, so that "1." is none
SHORTEST = 4

_CHINESE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3"
_WORD_OR_END = re.compile(rf"([{_CHINESE}]|[^\W_{_CHINESE}]+|[%$€£])|[.;:!?](?=\s|$)|[。；：！？]")
_MARKED_UP = re.compile(r"<(?:!doctype|html|head|body|p|div|br|h[1-6]|ul|ol|li|span|table|pre|b|strong|em|i|a)\b[^<>]*>", re.IGNORECASE)
#: what a page does not show: how it opens, how it closes
_HIDDEN = [(re.compile(r"<script\b", re.IGNORECASE), re.compile(r"</script\s*>", re.IGNORECASE)),
           (re.compile(r"<style\b", re.IGNORECASE), re.compile(r"</style\s*>", re.IGNORECASE)),
           (re.compile(r"<head\b", re.IGNORECASE), re.compile(r"</head\s*>", re.IGNORECASE)), (re.compile("<!--"), re.compile("-->"))]
_TAG = re.compile(r"</?(?!https?:)[a-z!][^<>]{0,2000}>", re.IGNORECASE)
_DIGITS_MEET = re.compile(r"(?<=\d) (?=\d)")
_CUT_ADDRESS = re.compile(r"(https?://\S{0,200}\d)\s+(?=\d)")
_WORD = re.compile(rf"[{_CHINESE}]|[^\W_{_CHINESE}]+|[%$€£]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_FACTORS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)


class Clause(NamedTuple):
    """A sentence or item: its fingerprint, and which words of the text it has (from `start`, `end` left out)."""

    digest: int
    start: int
    end: int


class Wording:
    """The words of a text in order, case folded. `text` is its plain form, with the same lines as the text that was given."""

    def __init__(self, text: str) -> None:
        self.text = plain(text)
        self.words: list[str] = []
        self.places: list[int] = []
        self.ends: list[int] = []
        for found in _WORD_OR_END.finditer(self.text):
            if found[1]:
                self.words.append(found[1].casefold())
                self.places.append(found.start())
            elif not self.ends or len(self.words) - self.ends[-1] >= SHORTEST:
                self.ends.append(len(self.words))

    @property
    def digest(self) -> str:
        """What stands for exactly these words in this order."""
        return digest(self.words)

    def runs(self) -> list[int]:
        """A number for each run of words, in order."""
        return runs(self.words)

    def clauses(self) -> list[Clause]:
        """The clauses in order; together they are the text."""
        bounds = [0, *(end for end in self.ends if end), len(self.words)]
        return [Clause(int(digest(self.words[start:end])[:16], 16), start, end) for start, end in zip(bounds, bounds[1:], strict=False) if start < end]

    def line(self, word: int) -> int:
        """The line (from 1) on which a word stands; after the last word, the last line that has one."""
        return self.text.count("\n", 0, self.places[min(word, len(self.places) - 1)]) + 1 if self.places else 1

    def passage(self, start: int, end: int) -> str:
        """What stands there, from one word up to another, on one line."""
        last = self.places[end] if end < len(self.places) else len(self.text)
        return " ".join(self.text[self.places[start]:last].split()) if start < end else ""


def plain(text: str) -> str:
    """The text without mark-up, kinds of characters folded; line ends are kept, so that places can be told."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _MARKED_UP.search(text):
        text = _TAG.sub(_blank, _shown(text))
    if "&" in text:
        text = html.unescape(text)
    return text if text.isascii() else unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def words(text: str) -> list[str]:
    """The words of a text in its plain form, in order; an address that a line break cut between two digits is one again."""
    return _WORD.findall(_CUT_ADDRESS.sub(r"\1", text.casefold()))


def digest(words: Sequence[str]) -> str:
    """What stands for exactly these words in this order: 32 hex digits of SHA-256.

    Where a line was broken inside a long word does not count; that two numbers are two does.
    """
    joined = "".join(_DIGITS_MEET.sub("\0", " ".join(words)).split(" "))
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def runs(words: Sequence[str]) -> list[int]:
    """A 32-bit number for each run of words, in order; fewer words than a run has make one run."""
    numbers = [_number(word) for word in words]
    if len(numbers) < RUN:
        return [sum(numbers) & 0xFFFFFFFF] if numbers else []
    first, second, third, fourth = _FACTORS
    return [(a * first + b * second + c * third + d * fourth) & 0xFFFFFFFF
            for a, b, c, d in zip(numbers, numbers[1:], numbers[2:], numbers[3:], strict=False)]


@lru_cache(maxsize=100_000)
def _number(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def _shown(text: str) -> str:
    """The text without what a page does not show. No one expression does it: it would look for the end again at each beginning."""
    for opening, closing in _HIDDEN:
        kept, place = [], 0
        while found := opening.search(text, place):
            end = closing.search(text, found.end())
            if end is None:
                break
            kept += [text[place:found.start()], "\n" * text.count("\n", found.start(), end.end()) or " "]
            place = end.end()
        text = "".join([*kept, text[place:]])
    return text


def _blank(found: re.Match[str]) -> str:
    """Nothing but the line ends of what is taken out."""
    return "\n" * found[0].count("\n") or " "


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that hold something, with their numbers from 1, without the marks of headings and comments."""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip().strip("#*=-/>_ \t").strip()
        if stripped:
            yield number, stripped
