"""A Parquet file with further columns: those that are there are taken over page by page, as they are; the new ones are places in short lists of texts.

So a result is written without decoding what a snapshot holds: https://github.com/apache/parquet-format has the form of pages and footers.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from checker.audit.thrift import BINARY, I32, I64, LIST, STRUCT, Broken, Fields, Reader, unsigned, written

MAGIC = b"PAR1"
#: bytes of a footer
MAX_FOOTER = 1 << 26

# Fields by number, as parquet.thrift gives them: of a file, …
VERSION, SCHEMA, ROWS, GROUPS, ENTRIES, WRITER, ORDERS = range(1, 8)
KEY, VALUE = 1, 2
# … of its schema, of a group of rows, of a part of a column, …
TYPE, REPETITION, NAME, CHILDREN, CONVERTED, LOGICAL = 1, 3, 4, 5, 6, 10
PARTS, GROUP_BYTES, GROUP_ROWS, GROUP_START, GROUP_PACKED = 1, 2, 3, 5, 6
PART_START, PART = 2, 3
ENCODINGS, PATH, CODEC, COUNT, BYTES, PACKED, DATA, DICTIONARY = 2, 3, 4, 5, 6, 7, 9, 11
#: (filters and sizes of a part that lie elsewhere, or need not be told)
ELSEWHERE = (14, 15, 16)
# … of a page.
PAGE, PAGE_BYTES, PAGE_PACKED, DATA_PAGE, DICTIONARY_PAGE = 1, 2, 3, 5, 7
#: codes of parquet.thrift: text in UTF-8, may be missing, packed with zstd, ways of writing values
TEXT, OPTIONAL, UTF8, ZSTD = 6, 1, 0, 6
PLAIN, RUNS, PLACES = 0, 3, 8
OF_DATA, OF_VALUES = 0, 2


class Places(NamedTuple):
    """A column of texts: the texts there are, each once, and for every row the place of its own among them (-1: none)."""

    texts: Sequence[str]
    place: Any


def footer(file: BinaryIO) -> Fields:
    """What the end of a Parquet file says of it. Raises Broken."""
    try:
        size = file.seek(-8, 2)
        length, magic = struct.unpack("<I4s", file.read(8))
        if magic != MAGIC or not 0 < length <= min(size, MAX_FOOTER):
            raise Broken("no footer")
        file.seek(size - length)
        return Reader(file.read(length)).structure()
    except (IndexError, OSError, struct.error) as error:
        raise Broken(str(error)) from None


def entries(of: Fields) -> dict[str, str]:
    """What the writer of a file added to its footer."""
    return {one[KEY][1].decode(): one[VALUE][1].decode() for one in of[ENTRIES][1][1]} if ENTRIES in of else {}


def extend(source: BinaryIO, target: BinaryIO, columns: Mapping[str, Places], added: Mapping[str, str]) -> None:
    """Write the file again with further columns, and with these entries instead of its own. Raises Broken."""
    try:
        told = footer(source)
        root, *leaves = told[SCHEMA][1][1]
        schema = [{**root, CHILDREN: (I32, len(leaves) + len(columns))}, *leaves, *(_leaf(name) for name in columns)]
        target.write(MAGIC)
        texts = {name: _page(OF_VALUES, _plain(one.texts), len(one.texts)) for name, one in columns.items()}
        groups = []
        first = 0
        for group in told[GROUPS][1][1]:
            rows = slice(first, first := first + group[GROUP_ROWS][1])
            groups.append(_group(source, target, group, {name: (texts[name], one.place[rows]) for name, one in columns.items()}))
        told |= {SCHEMA: (LIST, (STRUCT, schema)), GROUPS: (LIST, (STRUCT, groups)),
                 ENTRIES: (LIST, (STRUCT, [{KEY: (BINARY, key.encode()), VALUE: (BINARY, value.encode())} for key, value in added.items()]))}
        if ORDERS in told:
            of, orders = told[ORDERS][1]
            told[ORDERS] = (LIST, (of, orders + orders[:1] * len(columns)))
        end = written({field: value for field, value in told.items() if field in range(VERSION, ORDERS + 1)})
        target.write(end + struct.pack("<I4s", len(end), MAGIC))
    except (IndexError, KeyError, TypeError, ValueError, struct.error) as error:
        raise Broken(f"{type(error).__name__}: {error}") from None


def _leaf(name: str) -> Fields:
    """A column of texts in the schema."""
    return {TYPE: (I32, TEXT), REPETITION: (I32, OPTIONAL), NAME: (BINARY, name.encode()), CONVERTED: (I32, UTF8), LOGICAL: (STRUCT, {1: (STRUCT, {})})}


def _group(source: BinaryIO, target: BinaryIO, group: Fields, more: Mapping[str, tuple[Page, Any]]) -> Fields:
    """A group of rows, written: its parts as they are, then a part of each new column."""
    start = target.tell()
    parts = [_taken_over(source, target, part[PART][1]) for part in group[PARTS][1][1]]
    parts += [_written(target, name, texts, place) for name, (texts, place) in more.items()]
    size = sum(one[PART][1][BYTES][1] for one in parts)
    return {PARTS: (LIST, (STRUCT, parts)), GROUP_BYTES: (I64, size), GROUP_ROWS: group[GROUP_ROWS], GROUP_START: (I64, start),
            GROUP_PACKED: (I64, target.tell() - start)}


def _taken_over(source: BinaryIO, target: BinaryIO, of: Fields) -> Fields:
    starts = [of[field][1] for field in (DATA, DICTIONARY) if field in of]
    source.seek(min(starts))
    pages = source.read(of[PACKED][1])
    if len(pages) != of[PACKED][1]:
        raise Broken("pages beyond the end")
    moved = target.tell() - min(starts)
    target.write(pages)
    told = {field: value for field, value in of.items() if field not in ELSEWHERE}
    told |= {field: (I64, of[field][1] + moved) for field in (DATA, DICTIONARY) if field in of}
    return {PART_START: (I64, min(starts) + moved), PART: (STRUCT, told)}


def _written(target: BinaryIO, name: str, texts: Page, place: Any) -> Fields:
    """A part of a new column: the page of its texts, and one of places."""
    start = target.tell()
    data = _page(OF_DATA, _places(place), len(place))
    target.write(texts.packed)
    target.write(data.packed)
    told = {TYPE: (I32, TEXT), ENCODINGS: (LIST, (I32, [PLAIN, RUNS, PLACES])), PATH: (LIST, (BINARY, [name.encode()])), CODEC: (I32, ZSTD),
            COUNT: (I64, len(place)), BYTES: (I64, texts.size + data.size), PACKED: (I64, target.tell() - start), DATA: (I64, start + len(texts.packed)),
            DICTIONARY: (I64, start)}
    return {PART_START: (I64, start), PART: (STRUCT, told)}


# ---- pages -----------------------------------------------------------------------------------------------------------


class Page(NamedTuple):
    """A page with its head, packed, and its size before packing."""

    packed: bytes
    size: int


def _page(kind: int, body: bytes, count: int) -> Page:
    import zstandard

    packed = zstandard.ZstdCompressor(level=1).compress(body)
    about: Fields = {1: (I32, count), 2: (I32, PLAIN)} if kind == OF_VALUES else {1: (I32, count), 2: (I32, PLACES), 3: (I32, RUNS), 4: (I32, RUNS)}
    head = written({PAGE: (I32, kind), PAGE_BYTES: (I32, len(body)), PAGE_PACKED: (I32, len(packed)),
                    DICTIONARY_PAGE if kind == OF_VALUES else DATA_PAGE: (STRUCT, about)})
    return Page(head + packed, len(head) + len(body))


def _plain(texts: Sequence[str]) -> bytes:
    """Texts, each behind its length."""
    return b"".join(part for one in texts for part in (struct.pack("<I", len(one.encode())), one.encode()))


def _places(place: Any) -> bytes:
    """Which rows have a text, and the places of those that have, each in whole bytes."""
    import numpy as np

    there = place >= 0
    having = place if there.all() else place[there]
    kind = next(kind for kind in (np.uint8, np.uint16, np.uint32) if int(having.max(initial=0)) <= np.iinfo(kind).max)
    width = np.dtype(kind).itemsize
    levels = b"".join(_run(np.packbits(there, bitorder="little").tobytes(), len(place)))
    return struct.pack("<I", len(levels)) + levels + bytes([8 * width]) + b"".join(_run(having.astype(kind).tobytes(), len(having), width))


def _run(packed: bytes, count: int, width: int = 0) -> Iterator[bytes]:
    """A run of values, eight to a group; `width`: bytes of each (0: one bit)."""
    groups = -(-count // 8)
    yield unsigned(groups << 1 | 1)
    yield packed.ljust(groups * (8 * width or 1), b"\0")
