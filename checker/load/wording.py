"""The wording of a text, whatever its lines, case, punctuation and mark-up: words in order, item labels, clauses, runs of words."""

import hashlib
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import accumulate, chain, compress, count, islice, pairwise
from operator import itemgetter
from typing import NamedTuple
from zlib import crc32

#: words in a run; runs overlap
RUN = 4
#: words that a clause has at least, so that "Provided:" is none
SHORTEST = 4
#: pieces of text whose words are remembered, and characters of a piece that is
MAX_REMEMBERED, MAX_PIECE = 50_000, 40

#: scripts without spaces between words: each character is a piece and a word
_CHINESE = (("\u3040", "\u30ff"), ("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uf900", "\ufaff"), ("\uac00", "\ud7a3"))
_WORD = re.compile(r"[^\W_]+|[%$€£]")
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
_DIGITS = re.compile(r"\d+")
_ASCII = bytes(range(128))
_CUT_ADDRESS = re.compile(r"(https?://\S{0,200}\d)(\s+)(\d\S*)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_FACTORS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)


class Clause(NamedTuple):
    """A sentence or item: its fingerprint, and which words of the text it has (from `start`, `end` left out)."""

    digest: int
    start: int
    end: int


class Label(NamedTuple):
    """A label of an item or a reference to one: the word it stands before, what it says (`1`, `a`, `3.2`), its piece of text."""

    word: int
    value: str
    piece: int


class _Piece(NamedTuple):
    """What stands between two white spaces: words, a number for each, their letters, how many they are, what stands at its ends."""

    words: tuple[str, ...]
    numbers: tuple[int, ...]
    letters: str
    size: int
    marked: bool
    ends: bool
    label: str


class _Pieces(dict[str, _Piece]):
    """What each piece of text is, remembered: a text is made of a few hundred different ones."""

    def __missing__(self, piece: str) -> _Piece:
        label = (_LABEL.fullmatch(piece) or _GLUED.match(piece)) if len(piece) <= MAX_PIECE else None
        said, rest = (piece[:label.end()], piece[label.end():]) if label else ("", piece)
        # A label ends no clause, so that a text without its labels has the same clauses.
        words, ends = _words(rest), _END.search(rest) is not None
        made = _Piece(words, tuple(map(number_of, words)), "".join(map(_spelled, words)), len(words), ends or label is not None, ends, ".".join(_words(said)))
        if len(piece) <= MAX_PIECE:
            if len(self) >= MAX_REMEMBERED:
                self.clear()
            self[piece] = made
        return made


class _Folded(dict[str, "str | None"]):
    """What each character becomes, whatever stands around it; None where that counts: marks, and letters of scripts that combine them."""

    def __missing__(self, character: str) -> str | None:
        kind = unicodedata.category(character)
        made = None if kind[0] == "M" or kind in ("Lm", "Lo") else unicodedata.normalize("NFKC", _INVISIBLE.sub("", character))
        self[character] = made
        return made


class _Numbers(dict[str, int]):
    """A 32-bit number for each word, remembered."""

    def __missing__(self, word: str) -> int:
        if len(self) >= MAX_REMEMBERED:
            self.clear()
        made = self[word] = crc32(word.encode("utf-8", "surrogatepass"))
        return made


def _has_chinese(text: str) -> bool:
    return any(character == "。" or any(first <= character <= last for first, last in _CHINESE) for character in set(_not_ascii(text)))


@cache
def _chinese_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a piece is and what a word is in a text that has such characters. Compiled where needed: so many characters take a while."""
    each = "".join(f"{first}-{last}" for first, last in _CHINESE)
    return re.compile(rf"[{each}。；：！？]|[^\s{each}。；：！？]+"), re.compile(rf"[{each}]|[^\W_{each}]+|[%$€£]")


def _words(text: str) -> tuple[str, ...]:
    word = _chinese_patterns()[1] if _has_chinese(text) else _WORD
    return tuple(found.casefold() for found in word.findall(text))


def _spelled(word: str) -> str:
    """The word with a mark before each number: where a line was broken inside a long word does not count; that two numbers are two does."""
    return word if word.isalpha() else _DIGITS.sub(r"\0\g<0>", word)


_WORDS_OF, _NUMBERS_OF, _LETTERS_OF, _SIZE_OF, _MARKED = map(itemgetter, range(5))
_pieces = _Pieces()
_folded = _Folded()
number_of = _Numbers().__getitem__


class Wording:
    """The words of a text in order, case folded, and apart from them its item labels. `text` is its plain form, line by line the text that was given."""

    def __init__(self, text: str) -> None:
        self.text = plain(text)
        self._piece = _chinese_patterns()[0] if _has_chinese(self.text) else _SPACED
        self._lines = self.text.split("\n")
        self._split = list(map(str.split if self._piece is _SPACED else self._piece.findall, self._lines))
        self._made = list(map(_pieces.__getitem__, chain.from_iterable(self._split)))
        self._places_in: dict[int, list[int]] = {}

    @cached_property
    def words(self) -> list[str]:
        """The words."""
        return list(chain.from_iterable(map(_WORDS_OF, self._made)))

    def head(self, most: int) -> list[str]:
        """The first words, so many at most."""
        return list(islice(chain.from_iterable(map(_WORDS_OF, self._made)), most))

    @property
    def size(self) -> int:
        """How many words there are."""
        return self._firsts[-1]

    @cached_property
    def digest(self) -> str:
        """What stands for exactly these words in this order: 32 hex digits of SHA-256."""
        return _digest(self._joined)

    def digest_of(self, start: int, end: int) -> str:
        """The digest of some of the words."""
        return _digest(self._joined[self.letters_before(start): self.letters_before(end)])

    @cached_property
    def _letters(self) -> list[str]:
        """The letters of each piece."""
        return list(map(_LETTERS_OF, self._made))

    @cached_property
    def _joined(self) -> str:
        return "".join(self._letters)

    @cached_property
    def _letters_to(self) -> list[int]:
        """How many letters stand before each piece, and in the whole text."""
        return [0, *accumulate(map(len, self._letters))]

    def letters_before(self, word: int) -> int:
        """How many letters stand before a word; behind the last word, in the whole text."""
        piece = bisect_right(self._firsts, word) - 1
        inside = self._made[piece].words[:word - self._firsts[piece]] if piece < len(self._made) else ()
        return self._letters_to[piece] + sum(map(len, map(_spelled, inside)))

    def word_behind(self, letters: int) -> int | None:
        """The word before which so many letters stand; None if they end inside a word, or are more than the text has."""
        piece = bisect_left(self._letters_to, letters)
        if piece < len(self._letters_to) and self._letters_to[piece] == letters:
            return self._firsts[piece]
        if piece < len(self._letters_to):
            ends = accumulate(map(len, map(_spelled, self._made[piece - 1].words)), initial=self._letters_to[piece - 1])
            return next((word for word, end in enumerate(ends, self._firsts[piece - 1]) if end == letters), None)
        return None

    @cached_property
    def _marked(self) -> list[int]:
        """The pieces that have a label or end a clause."""
        return list(compress(count(), map(_MARKED, self._made)))

    @cached_property
    def labeled(self) -> list[int]:
        """The pieces that are or begin with a label."""
        return [piece for piece in self._marked if self._made[piece].label]

    def placed(self, pieces: Iterable[int], base: int = 0) -> list[tuple[int, str]]:
        """How many letters behind `base` the label of each of these pieces stands, and what it says."""
        return [(self._letters_to[piece] - base, self._made[piece].label) for piece in pieces]

    @cached_property
    def labels(self) -> list[Label]:
        """The labels in order."""
        return [Label(self._firsts[piece], self._made[piece].label, piece) for piece in self.labeled]

    @cached_property
    def _firsts(self) -> list[int]:
        """The word with which each piece begins."""
        return [0, *accumulate(map(_SIZE_OF, self._made))]

    @cached_property
    def numbers(self) -> list[int]:
        """A number for each word."""
        return list(chain.from_iterable(map(_NUMBERS_OF, self._made)))

    def run(self, word: int) -> int:
        """A 32-bit number for the run of words that begins here; in a text shorter than a run, for all of it."""
        numbers = self.numbers[word: word + RUN]
        a, b, c, d = numbers if len(numbers) == RUN else (*numbers, 0, 0, 0, 0)[:RUN]
        return (a * _FACTORS[0] + b * _FACTORS[1] + c * _FACTORS[2] + d * _FACTORS[3]) & 0xFFFFFFFF

    def runs(self, start: int = 0, end: int | None = None) -> list[int]:
        """The number of each run that begins there, in order."""
        numbers = self.numbers[start: None if end is None else end + RUN - 1]
        if len(self.numbers) < RUN:
            return [self.run(0)] if numbers and not start else []
        first, second, third, fourth = _FACTORS
        return [(a * first + b * second + c * third + d * fourth) & 0xFFFFFFFF
                for a, b, c, d in zip(numbers, numbers[1:], numbers[2:], numbers[3:], strict=False)]

    def context(self, label: Label) -> int:
        """A 32-bit number for a label with the run of words behind it."""
        return (number_of(label.value) + self.run(label.word)) & 0xFFFFFFFF

    @cached_property
    def clauses(self) -> list[Clause]:
        """The clauses in order; together they are the text."""
        firsts, bounds = self._firsts, [0]
        for piece in self._marked:
            if self._made[piece].ends and firsts[piece + 1] - firsts[bounds[-1]] >= SHORTEST:
                bounds.append(piece + 1)
        return [Clause(_clause_digest("".join(self._letters[start:end])), firsts[start], firsts[end])
                for start, end in pairwise([*bounds, len(self._made)]) if firsts[start] < firsts[end]]

    @cached_property
    def _first_pieces(self) -> list[int]:
        """The piece with which each line begins."""
        return [0, *accumulate(map(len, self._split))]

    @cached_property
    def _line_starts(self) -> list[int]:
        """Where in the text each line begins."""
        return [0, *accumulate(len(line) + 1 for line in self._lines)]

    def _place_of(self, piece: int) -> tuple[int, int]:
        """The line (from 0) with a piece, and where on it the piece begins."""
        line = bisect_right(self._first_pieces, piece) - 1
        if line not in self._places_in:
            self._places_in[line] = [found.start() for found in self._piece.finditer(self._lines[line])]
        return line, self._places_in[line][piece - self._first_pieces[line]]

    def place(self, word: int) -> int:
        """Where in the text the piece with this word begins; behind the last word, where the text ends."""
        if word >= self.size:
            return len(self.text)
        line, place = self._place_of(bisect_right(self._firsts, word) - 1)
        return self._line_starts[line] + place

    def line(self, word: int) -> int:
        """The line (from 1) on which a word stands; after the last word, the last line that has one."""
        word = min(word, self.size - 1)
        return bisect_right(self._first_pieces, bisect_right(self._firsts, word) - 1) if self.size else 1

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
        line, place = self._place_of(label.piece)
        return self._lines[line - 1] if line else "", self._lines[line][:place]


def plain(text: str) -> str:
    """The text without mark-up, kinds of characters folded; line ends are kept, so that places can be told."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text and _MARKED_UP.search(text):
        text = _TAG.sub(_blank, _shown(text))
    if "&" in text:
        import html

        text = html.unescape(text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    text = _fold(text, _not_ascii(text))
    if "©" in text or "(c)" in text or "(C)" in text:
        text = _SIGN.sub(_copyright, text)
    return _CUT_ADDRESS.sub(r"\1\3\2", text) if "://" in text else text


def _not_ascii(text: str) -> str:
    """The characters of the text that are not ASCII."""
    return "" if text.isascii() else text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def _fold(text: str, strange: str) -> str:
    """The text with its kinds of characters folded (NFKC), invisible ones left out; character by character where none combines with another."""
    kinds = set(strange)
    if None in map(_folded.__getitem__, kinds):
        return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    for character in kinds:
        becomes = _folded[character]
        if becomes != character:
            text = text.replace(character, becomes or "")
    return text


def _digest(letters: str) -> str:
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:32]


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
