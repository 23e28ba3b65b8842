"""The wording of a text, whatever its lines, case, punctuation and mark-up: words in order, item labels, clauses, runs of words."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, chain, compress, count, pairwise
from operator import itemgetter
from typing import NamedTuple
from zlib import crc32

#: words in a run; runs overlap
RUN = 4
#: words that a clause has at least, so that "Provided:" is none
SHORTEST = 4
#: pieces of text whose words are remembered, and characters of a piece that is
MAX_REMEMBERED, MAX_PIECE = 50_000, 40
#: places asked for one by one; for more of them all are found at once
MAX_ASKED = 12

_CHINESE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3"
_PIECE = re.compile(rf"[{_CHINESE}。；：！？]|[^\s{_CHINESE}。；：！？]+")
_HAS_CHINESE = re.compile(f"[{_CHINESE}。]")
_WORD = re.compile(rf"[{_CHINESE}]|[^\W_{_CHINESE}]+|[%$€£]")
_END = re.compile(r"[.;:!?][*_\"'”’)\]]*\Z|[。；：！？]\Z")
_ITEM = r"(?:\d{1,2}|[a-z]|[ivxl]{2,6})"
#: "1.", "(a)", "3.2", "iv)", "2.(a)": what numbers an item, or refers to one
_LABEL = re.compile(rf"[*_\"“>#|]*(?:[(\[]*{_ITEM}(?:[.()]+{_ITEM})*[.)\]、]+|\d{{1,2}}(?:\.\d{{1,2}})+)[*_|\"”]*", re.IGNORECASE)
#: the same where no space follows: "1.Definitions", "(a)the"
_GLUED = re.compile(rf"[*_\"“]*(?:\d{{1,2}}[.)]|[(\[]{_ITEM}[)\]])(?=[*_\"“]*[^\W\d_]{{2}})", re.IGNORECASE)
_MARKED_UP = re.compile(r"<(?:!doctype|html|head|body|p|div|br|h[1-6]|ul|ol|li|span|table|pre|b|strong|em|i|a)\b[^<>]*>", re.IGNORECASE)
#: what a page does not show: how it opens, how it closes
_HIDDEN = [(re.compile(r"<script\b", re.IGNORECASE), re.compile(r"</script\s*>", re.IGNORECASE)),
           (re.compile(r"<style\b", re.IGNORECASE), re.compile(r"</style\s*>", re.IGNORECASE)),
           (re.compile(r"<head\b", re.IGNORECASE), re.compile(r"</head\s*>", re.IGNORECASE)), (re.compile("<!--"), re.compile("-->"))]
_TAG = re.compile(r"</?(?!https?:)[a-z!][^<>]{0,2000}>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SIGN = re.compile(r"©|\([cC]\)")
_COPYRIGHT, _YEAR = re.compile(r"copyright[\s*_]{0,9}\Z", re.IGNORECASE), re.compile(r"\s{0,9}(?:19|20)\d\d")
_SPACED = re.compile(r"\S+")
_CUT_ADDRESS = re.compile(r"(https?://\S{0,200}\d)(\s+)(\d\S*)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_FACTORS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)


class Clause(NamedTuple):
    """A sentence or item: its fingerprint, and which words of the text it has (from `start`, `end` left out)."""

    digest: int
    start: int
    end: int


class Label(NamedTuple):
    """A label of an item or a reference to one: the letters before it, the word it stands before, what it says (`1`, `a`, `3.2`), its piece of text."""

    place: int
    word: int
    value: str
    piece: int


class _Piece(NamedTuple):
    """What stands between two white spaces."""

    words: tuple[str, ...]
    ends: bool
    label: str
    digits: bool


class _Pieces(dict[str, _Piece]):
    """What each piece of text is, remembered: a text is made of a few hundred different ones."""

    def __missing__(self, piece: str) -> _Piece:
        label = (_LABEL.fullmatch(piece) or _GLUED.match(piece)) if len(piece) <= MAX_PIECE else None
        said, rest = (piece[:label.end()], piece[label.end():]) if label else ("", piece)
        # A label ends no clause, so that a text without its labels has the same clauses.
        made = _Piece(_words(rest), _END.search(rest) is not None, ".".join(_words(said)), any(map(str.isdigit, rest)))
        if len(piece) <= MAX_PIECE:
            if len(self) >= MAX_REMEMBERED:
                self.clear()
            self[piece] = made
        return made


class _Numbers(dict[str, int]):
    """A 32-bit number for each word, remembered."""

    def __missing__(self, word: str) -> int:
        if len(self) >= MAX_REMEMBERED:
            self.clear()
        made = self[word] = crc32(word.encode("utf-8", "surrogatepass"))
        return made


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(text))


_WORDS_OF, _ENDS, _LABEL_OF, _DIGITS_OF = map(itemgetter, range(4))
_pieces = _Pieces()
number_of = _Numbers().__getitem__


class Wording:
    """The words of a text in order, case folded, and apart from them its item labels. `text` is its plain form, line by line the text that was given."""

    def __init__(self, text: str) -> None:
        self.text = plain(text)
        self._chinese = not self.text.isascii() and _HAS_CHINESE.search(self.text) is not None
        self._asked = 0
        split = _PIECE.findall(self.text) if self._chinese else self.text.split()
        self._made = list(map(_pieces.__getitem__, split))
        words = list(map(_WORDS_OF, self._made))
        self.words: list[str] = list(chain.from_iterable(words))
        #: the word with which each piece begins
        self._firsts = [0, *accumulate(map(len, words))]

    @cached_property
    def digest(self) -> str:
        """What stands for exactly these words in this order: 32 hex digits of SHA-256.

        Where a line was broken inside a long word does not count; that two numbers are two does.
        """
        return self.digest_of(0, len(self.words))

    def digest_of(self, start: int, end: int) -> str:
        """The digest of some of the words."""
        first, last = self.letters[start], self.letters[end]
        edges = [first, *(place for place in self._meets if first < place < last), last]
        joined = "\0".join(self._joined[one:other] for one, other in pairwise(edges))
        return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @cached_property
    def _joined(self) -> str:
        return "".join(self.words)

    @cached_property
    def _meets(self) -> list[int]:
        """The places between two numbers: letters before each."""
        words, firsts = self.words, self._firsts
        near = (word for piece in compress(count(), map(_DIGITS_OF, self._made)) for word in range(max(1, firsts[piece]), firsts[piece + 1]))
        return [self.letters[word] for word in near if words[word][0].isdigit() and words[word - 1][-1].isdigit()]

    @cached_property
    def letters(self) -> list[int]:
        """How many letters stand before each word, and in the whole text."""
        return [0, *accumulate(map(len, self.words))]

    @cached_property
    def labels(self) -> list[Label]:
        """The labels in order."""
        return [Label(self.letters[self._firsts[number]], self._firsts[number], self._made[number].label, number)
                for number in compress(count(), map(_LABEL_OF, self._made))]

    @cached_property
    def numbers(self) -> list[int]:
        """A number for each word."""
        return list(map(number_of, self.words))

    def run(self, word: int) -> int:
        """A 32-bit number for the run of words that begins here; in a text shorter than a run, for all of it."""
        numbers = self.numbers[word: word + RUN]
        a, b, c, d = numbers if len(numbers) == RUN else (*numbers, 0, 0, 0, 0)[:RUN]
        return (a * _FACTORS[0] + b * _FACTORS[1] + c * _FACTORS[2] + d * _FACTORS[3]) & 0xFFFFFFFF

    def runs(self) -> list[int]:
        """The number of each run, in order."""
        numbers = self.numbers
        if len(numbers) < RUN:
            return [self.run(0)] if numbers else []
        first, second, third, fourth = _FACTORS
        return [(a * first + b * second + c * third + d * fourth) & 0xFFFFFFFF
                for a, b, c, d in zip(numbers, numbers[1:], numbers[2:], numbers[3:], strict=False)]

    def context(self, label: Label) -> int:
        """A 32-bit number for a label with the run of words behind it."""
        return (crc32(label.value.encode()) + self.run(label.word)) & 0xFFFFFFFF

    @cached_property
    def clauses(self) -> list[Clause]:
        """The clauses in order; together they are the text."""
        bounds = [0]
        for end in compress(self._firsts[1:], map(_ENDS, self._made)):
            if end - bounds[-1] >= SHORTEST:
                bounds.append(end)
        joined, letters = self._joined, self.letters
        return [Clause(_clause_digest(joined[letters[start]:letters[end]]), start, end)
                for start, end in zip(bounds, [*bounds[1:], len(self.words)], strict=True) if start < end]

    @cached_property
    def _places(self) -> list[int]:
        """Where in the text each piece begins."""
        return [found.start() for found in (_PIECE if self._chinese else _SPACED).finditer(self.text)]

    def place(self, word: int) -> int:
        """Where in the text the piece with this word begins; behind the last word, where the text ends."""
        if word >= len(self.words):
            return len(self.text)
        piece = bisect_right(self._firsts, word) - 1
        self._asked += 1
        if self._asked <= MAX_ASKED and not self._chinese:
            return len(self.text) - len(self.text.split(None, piece)[-1])
        return self._places[piece]

    def line(self, word: int) -> int:
        """The line (from 1) on which a word stands; after the last word, the last line that has one."""
        return self.text.count("\n", 0, self.place(min(word, len(self.words) - 1))) + 1 if self.words else 1

    def passage(self, start: int, end: int) -> str:
        """What stands there, from one word up to another, on one line."""
        return " ".join(self.between(start, end).split())

    def between(self, start: int, end: int) -> str:
        """What stands there, as it stands there: from one word up to another, with what is around them at the ends of the text."""
        if start >= end:
            return ""
        return self.text[self.place(start) if start else 0: self.place(end)]

    def before(self, label: Label) -> tuple[str, str]:
        """The line before the one on which a label stands, and what stands before it on its own."""
        start = self._places[label.piece]
        lines = self.text[max(0, start - 2_000): start].split("\n")
        return lines[-2] if len(lines) > 1 else "", lines[-1]


def plain(text: str) -> str:
    """The text without mark-up, kinds of characters folded; line ends are kept, so that places can be told."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text and _MARKED_UP.search(text):
        text = _TAG.sub(_blank, _shown(text))
    if "&" in text:
        text = html.unescape(text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if "©" in text or "(c)" in text or "(C)" in text:
        text = _SIGN.sub(_copyright, text)
    return _CUT_ADDRESS.sub(r"\1\3\2", text) if "://" in text else text


def _clause_digest(letters: str) -> int:
    return int.from_bytes(hashlib.blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


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


def _copyright(found: re.Match[str]) -> str:
    """The sign is the word, said once; "(c)" without a year may be an item."""
    if _COPYRIGHT.search(found.string, max(0, found.start() - 20), found.start()):
        return " "
    return "Copyright " if found[0] == "©" or _YEAR.match(found.string, found.end()) else found[0]


def _blank(found: re.Match[str]) -> str:
    """Nothing but the line ends of what is taken out."""
    return "\n" * found[0].count("\n") or " "


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that hold something, with their numbers from 1, without the marks of headings and comments."""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip().strip("#*=-/>_ \t").strip()
        if stripped:
            yield number, stripped
