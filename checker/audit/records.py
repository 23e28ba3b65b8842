"""The records of text files, plain or compressed, one at a time: whatever is no record comes with its line and what is wrong with it."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.audit.problems import problem
from checker.errors import BadInput, Problem

#: bytes of one line; what is longer is no row
MAX_LINE = 4_000_000

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
    except (EOFError, OSError, ValueError) as error:
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
        except (ValueError, RecursionError):
            yield number, problem("line_no_json", path, number, 1)
            continue
        yield number, record if isinstance(record, dict) else problem("line_no_record", path, number, 1)


def csv_records(path: str) -> Records:
    """The rows of a CSV file with a head."""
    lines = (line for _, line in _lines(path))
    first = next(lines, "")
    delimiter = "\t" if ".tsv" in Path(path).suffixes else ";" if ";" in first and "," not in first else ","
    reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter)
    csv.field_size_limit(MAX_LINE)
    head: list[str] | None = None
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, problem("row_no_csv", path, reader.line_num, 1, why=error)
            continue
        if head is None:
            head = [field.strip() for field in fields]
            twice = [field for number, field in enumerate(head) if field in head[:number]]
            if twice:
                raise BadInput([problem("two_columns_alike", path, 1, 1, name=twice[0])])
        elif len(fields) == len(head):
            yield reader.line_num, dict(zip(head, fields))
        elif fields:
            yield reader.line_num, problem("row_of_other_length", path, reader.line_num, 1, fields=len(fields), head=len(head))
