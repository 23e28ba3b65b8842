"""Files inside other files: what a here-document, a cell of a notebook or a pipeline writes or runs."""

from __future__ import annotations

from collections.abc import Iterator

from checker.scan.source import Malformed, Mention, Source


class Embedded(Source):
    """A text that stands in another file, under the name that it would have as a file."""

    def __init__(self, path: str, text: str) -> None:
        data = text.encode(errors="replace")
        super().__init__(path, len(data), "")
        self.data = data

    def head(self, count: int) -> bytes:
        return self.data[:count]


def mentions(name: str, text: str, line: int) -> Iterator[Mention]:
    """What a text names if it is read as a file of this name; its first line is `line` of the file around it."""
    from checker.scan.readers import readers

    source = Embedded(name, text)
    for reader in readers():
        if reader.fits(name):
            try:
                found = list(reader.read(source))
            except (Malformed, ValueError):
                continue
            yield from (one._replace(line=one.line + line - 1) for one in found if isinstance(one, Mention) and one.place != "shipped")


def is_read(name: str) -> bool:
    """Is there a reader for files of this name?"""
    from checker.scan.readers import readers

    return any(reader.fits(name) for reader in readers())
