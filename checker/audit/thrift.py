"""Thrift in its compact form, as far as the footers and page heads of Parquet use it: bytes to structures of numbered fields, and back."""

from __future__ import annotations

from typing import Any

#: structures within each other
MAX_DEPTH = 12
#: kinds of Thrift values
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)

#: a structure: number of a field -> kind and value
Fields = dict[int, tuple[int, Any]]


class Broken(ValueError):
    """The file is not what it should be."""


class Reader:
    """Values one after another."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def byte(self) -> int:
        self.place += 1
        return self.data[self.place - 1]

    def number(self) -> int:
        """An unsigned number, seven bits to a byte."""
        found = shift = 0
        while True:
            one = self.byte()
            found |= (one & 0x7F) << shift
            shift += 7
            if one < 0x80 or shift > 70:
                return found

    def value(self, kind: int, depth: int) -> Any:
        if kind in (I16, I32, I64):
            found = self.number()
            return found >> 1 ^ -(found & 1)
        if kind == BINARY:
            size = self.number()
            self.place += size
            if self.place > len(self.data):
                raise Broken("text beyond the end")
            return self.data[self.place - size:self.place]
        if kind == STRUCT:
            return self.structure(depth + 1)
        if kind in (LIST, SET):
            return self.entries(depth + 1)
        if kind == DOUBLE:
            self.place += 8
            return self.data[self.place - 8:self.place]
        if kind == BYTE:
            return self.byte()
        raise Broken(f"a value of kind {kind}")

    def entries(self, depth: int) -> tuple[int, list[Any]]:
        """The kind of the entries of a list, and the entries."""
        head = self.byte()
        size, kind = head >> 4, head & 0x0F
        size = self.number() if size == 15 else size
        if size > len(self.data) or depth > MAX_DEPTH:
            raise Broken("a list that is too long or too deep")
        return kind, [self.byte() if kind in (TRUE, FALSE) else self.value(kind, depth) for _ in range(size)]

    def structure(self, depth: int = 0) -> Fields:
        if depth > MAX_DEPTH:
            raise Broken("too deep")
        found: Fields = {}
        number = 0
        while head := self.byte():
            number = number + (head >> 4) if head >> 4 else self.value(I16, depth)
            kind = head & 0x0F
            found[number] = (kind, kind == TRUE if kind in (TRUE, FALSE) else self.value(kind, depth))
        return found


def unsigned(value: int) -> bytes:
    """An unsigned number, seven bits to a byte."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _value(kind: int, value: Any) -> bytes:
    if kind in (I16, I32, I64):
        return unsigned((value << 1 ^ value >> 63) & 0xFFFFFFFFFFFFFFFF)
    if kind == BINARY:
        return unsigned(len(value)) + bytes(value)
    if kind == STRUCT:
        return written(value)
    if kind in (LIST, SET):
        of, entries = value
        head = bytes([len(entries) << 4 | of]) if len(entries) < 15 else bytes([0xF0 | of]) + unsigned(len(entries))
        return head + b"".join(bytes([one]) if of in (TRUE, FALSE) else _value(of, one) for one in entries)
    return bytes([value]) if kind == BYTE else bytes(value)


def written(fields: Fields) -> bytes:
    """A structure as bytes."""
    parts = []
    before = 0
    for number, (kind, value) in sorted(fields.items()):
        if kind in (TRUE, FALSE):
            kind = TRUE if value else FALSE
        parts.append(bytes([number - before << 4 | kind]) if number - before < 16 else bytes([kind]) + _value(I16, number))
        if kind not in (TRUE, FALSE):
            parts.append(_value(kind, value))
        before = number
    return b"".join(parts) + b"\0"
