"""What a reader is given, and what it gives back."""

from __future__ import annotations

import re
from functools import cached_property
from typing import BinaryIO, NamedTuple

#: the largest text that is read whole, in bytes
MAX_TEXT = 16_000_000


class Mention(NamedTuple):
    """A string that stands where a model or data set is named. Nobody has judged yet what it is.

    `place` says what may stand there: `hub` (a loader of the hub: ids, old names, folders), `id` (a telling name or key:
    only what has the form of an id), `api` (a client's model parameter), `ollama`, `sentence` and `reranker` (loaders that add
    a publisher), `path` (a file of weights), `shipped` (weights that lie in the repository, by their own path).
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

    def holds(self, pattern: re.Pattern[bytes]) -> bool:
        """Does the file hold it anywhere? Asked before it is parsed at a cost."""
        return pattern.search(self.data) is not None

    def line_of(self, text: str, first: int, last: int | None = None) -> int:
        """The first line in a range that holds the text; `first` if none does."""
        for number in range(max(first, 1), min(last or first, len(self.lines)) + 1):
            if text in self.lines[number - 1]:
                return number
        return first
