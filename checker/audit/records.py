"""The records of text files, plain or compressed, one at a time: whatever is no record comes with its line and what is wrong with it."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.audit.problems import problem
from checker.errors import BadInput, Problem

#: bytes of one line; what is longer is no row
MAX_LINE = 4_000_000
#: lines of CSV that are read again, in all, because a quotation mark before them was never closed
MAX_AGAIN = 20_000_000
#: half of a character, as JSON may write it
_HALF = re.compile(r"\\u[dD][89a-fA-F]")

#: line and record, or line and what is wrong with it; what to do about it depends on what the table is for
Records = Iterator[tuple[int, dict[str, Any] | Problem]]


def _open(path: str) -> io.BufferedIOBase | gzip.GzipFile:
    """The file's bytes, unpacked as they are read."""
    with open(path, "rb") as handle:
        magic = handle.read(4)
    if magic[:2] == b"\x1f\x8b":
        return gzip.open(path, "rb")
    if magic == b"\x28\xb5\x2f\xfd":
        return io.BufferedReader(_Zstandard(path))
    return open(path, "rb")                                     # noqa: SIM115  (closed by whoever reads it)


class _Zstandard(io.RawIOBase):
    """The unpacked bytes of a zstd file. One that ends too early is an error (the library's own reader takes it for whole)."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "rb")                           # noqa: SIM115  (closed below)
        self._frame: Any = None
        self._ready = b""

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        import zstandard

        while not self._ready:
            packed = (self._frame.unused_data if self._frame is not None and self._frame.eof else b"") or self._file.read(4096)
            if not packed:
                if self._frame is not None and not self._frame.eof:
                    raise EOFError("compressed data ended too early")
                return 0
            if self._frame is None or self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
            self._ready = self._frame.decompress(packed)
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


def _lines(path: str) -> Iterator[tuple[int, str]]:
    """Line number and text, or an empty text for a line that is too long; bytes that are no UTF-8 are marked. Raises BadInput."""
    number = 0
    try:
        with _open(path) as handle:
            while raw := handle.readline(MAX_LINE):
                number += 1
                if number == 1 and raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    raise BadInput([problem("written_as_utf_16", path, 1, 1)])
                if len(raw) == MAX_LINE and not raw.endswith(b"\n"):
                    while (rest := handle.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                        pass
                    raw = b""
                yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace")
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise BadInput([problem("file_breaks_off", path, number + 1, 1, why=str(error)[:120])]) from None
    except Exception as error:
        if type(error).__name__ != "ZstdError":
            raise
        raise BadInput([problem("file_breaks_off", path, number + 1, 1, why=str(error)[:120])]) from None


def json_records(path: str) -> Records:
    """The lines of JSON Lines."""
    for number, line in _lines(path):
        if not line.strip():
            if line:
                continue
            yield number, problem("line_too_long", path, number, 1)
            continue
        try:
            record = json.loads(line)
            if isinstance(record, dict) and line.count('":') > len(record):
                json.loads(line, object_pairs_hook=_each_once)
        except _Twice as twice:
            yield number, problem("key_twice", path, number, 1, name=str(twice)[:80])
            continue
        except (ValueError, RecursionError):
            yield number, problem("line_no_json", path, number, 1)
            continue
        if _HALF.search(line):
            record = _whole(record)
        yield number, record if isinstance(record, dict) else problem("line_no_record", path, number, 1)


class _Twice(Exception):
    """A key that stands twice."""


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    """Raises _Twice where a key comes again."""
    if len(dict(pairs)) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(next(key for place, key in enumerate(keys) if key in keys[:place]))


def _whole(record: Any) -> Any:
    """The record with a mark where half a character stood."""
    written = json.dumps(record, ensure_ascii=False)
    return json.loads(written.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


class _Lines:
    """Lines one by one. Those of the record that is read, all but its first, can be had again, as long as they are not too many."""

    def __init__(self, path: str, lines: Iterator[tuple[int, str]]) -> None:
        self._path, self._lines = path, lines
        self._again: list[str] = []
        self._left = MAX_AGAIN
        self.number = 0                                         # of the first line of the record
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)[1]
        self.taken.append(line)
        return line

    def next_record(self) -> None:
        """What was taken is a record."""
        self.number += len(self.taken)
        self.taken.clear()

    def only_first(self) -> None:
        """Of what was taken, only the first line is a record, a broken one. Raises BadInput where that is so too often."""
        again = self.taken[:0:-1]
        del self.taken[1:]
        self._left -= len(again)
        if self._left < 0:
            raise BadInput([problem("quotes_broken", self._path, self.number, 1)])
        self._again += again


def csv_records(path: str) -> Records:
    """The rows of a CSV file with a head. Where a quotation mark is never closed, the row it stands in is broken, and those after it are read."""
    numbered = _lines(path)
    first = next(numbered, None)
    if first is None:
        return
    lines = _Lines(path, itertools.chain([first], numbered))
    tabs = any(suffix.casefold() == ".tsv" for suffix in Path(path).suffixes)
    delimiter = "\t" if tabs else ";" if ";" in first[1] and "," not in first[1] else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    csv.field_size_limit(MAX_LINE)
    head: list[str] | None = None
    while True:
        lines.next_record()
        number = lines.number + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.only_first()
            yield number, problem("row_no_csv", path, number, 1, why=error)
            continue
        if not fields:
            if lines.taken == [""]:
                yield number, problem("line_too_long", path, number, 1)
        elif head is None:
            head = [field.strip() for field in fields]
            twice = [field for place, field in enumerate(head) if field in head[:place]]
            if twice:
                raise BadInput([problem("two_columns_alike", path, 1, 1, name=twice[0])])
        elif len(fields) == len(head):
            yield number, dict(zip(head, fields))
        else:
            lines.only_first()
            yield number, problem("row_of_other_length", path, number, 1, fields=len(fields), head=len(head))
