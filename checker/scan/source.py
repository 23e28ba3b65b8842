"""What a reader is given, and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property
from itertools import islice
from typing import BinaryIO, NamedTuple

from checker.scan import forms
from checker.scan.words import words

#: the largest text that is read whole, in bytes
MAX_TEXT = 16_000_000


#: strings looked at to tell whether a file names models
MAX_LOOKED_AT = 2_000
#: a quoted string with a slash and no space
_SLASHED = re.compile(rb"[\"'`][^\"'`\s/]{1,96}/[^\"'`\s]{1,200}[\"'`]")


@cache
def _plain_names() -> tuple[bytes, ...]:
    return tuple(word.encode() for word in words("names")["plain_hints"])


class Mention(NamedTuple):
    """A string that stands where a model or data set is named. Nobody has judged yet what it is.

    `place` says what may stand there: `hub` (a loader of the hub: ids, old names, folders), `id` (a telling name or key:
    only what has the form of an id), `api` (a client's model parameter), `ollama`, `sentence` and `reranker` (loaders that add
    a publisher), `form` (anywhere: only what has the form of a model's name), `path` (a file of weights), `shipped` (weights that lie in
    the repository, by their own path), `served by NAME` (asked of that provider's API).
    """

    text: str
    line: int
    role: str
    how: str
    place: str = "hub"
    revision: str | None = None
    confidence: str = "high"


class Label(NamedTuple):
    """A license named in a file: for the file's own project, or for the model or data set `of`. `body` is a whole text to be identified."""

    text: str
    line: int
    how: str
    of: str = ""
    body: str = ""


class Malformed(Exception):
    """A file, or a part of it, is not in the form that its name promises."""

    def __init__(self, why: str, cause: str = "malformed") -> None:
        super().__init__(why)
        self.why, self.cause = why, cause


class Source:
    """One file of the repository: its name from the root, its size, its bytes when asked for."""

    def __init__(self, path: str, size: int, real: str) -> None:
        self.path, self.size = path, size
        self.name = path.rpartition("/")[2]
        self._real = real

    def open(self) -> BinaryIO:
        """The file, to read some bytes of."""
        return open(self._real, "rb")

    def head(self, count: int) -> bytes:
        """The first bytes of the file."""
        with self.open() as handle:
            return handle.read(count)

    @cached_property
    def data(self) -> bytes:
        """The whole file. Raises Malformed if it is too large or no text."""
        if self.size > MAX_TEXT:
            raise Malformed(f"larger than {MAX_TEXT:,} bytes", "too_large")
        with self.open() as handle:
            data = handle.read(MAX_TEXT + 1)
        if len(data) > MAX_TEXT:
            raise Malformed(f"larger than {MAX_TEXT:,} bytes", "too_large")
        return data

    @cached_property
    def text(self) -> str:
        """The file as text with plain line ends. Raises Malformed if it is none."""
        data = self.data
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        if encoding != "utf-16" and b"\0" in data:
            raise Malformed("not text (it holds NUL bytes)", "not_text")
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            text = data.decode("latin-1" if encoding == "utf-8-sig" else encoding, errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text; number n of an editor is `lines[n - 1]`."""
        return self.text.split("\n")

    @cached_property
    def _folded(self) -> bytes:
        return self.data.lower()

    def holds(self, hints: Iterable[bytes]) -> bool:
        """Does the file hold any of these words, in whatever case? Asked before it is parsed at a cost."""
        folded = self._folded
        return any(hint in folded for hint in hints)

    @cached_property
    def promises(self) -> bool:
        """May a quoted string in the file name anything? It has a slash, or the words of names that have none."""
        return _SLASHED.search(self.data) is not None or self.holds(_plain_names())

    @cached_property
    def shows_models(self) -> bool:
        """Has a quoted string in the file the form of a model's name?"""
        return any(forms.is_model(one.group()[1:-1].decode(errors="replace")) for one in islice(_SLASHED.finditer(self.data), MAX_LOOKED_AT))

    def line_of(self, text: str, first: int, last: int | None = None) -> int:
        """The first line in a range that holds the text; `first` if none does."""
        for number in range(max(first, 1), min(last or first, len(self.lines)) + 1):
            if text in self.lines[number - 1]:
                return number
        return first
