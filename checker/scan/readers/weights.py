"""Weights that lie in the repository: the headers of GGUF and safetensors, read within bounds. Nothing else of them is read, nothing is loaded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from checker.scan.source import Label, Malformed, Mention, Source
from checker.scan.tree import json_documents

MAX_HEADER = 32_000_000
MAX_METADATA = 4_000_000
MAX_PAIRS = 20_000
MAX_STRING = 1_000_000
#: bytes that all strings and arrays of a GGUF header may have together
MAX_TOTAL = 64_000_000
_WIDTHS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING, _ARRAY = 8, 9
_BASES = ("ss_sd_model_name", "ss_base_model", "base_model", "base_model_name_or_path", "modelspec.merged_from")


def fits(path: str) -> bool:
    """Files of weights that have a header which can be read."""
    return path.lower().endswith((".gguf", ".safetensors"))


def read(source: Source) -> Iterator[Mention | Label]:
    """The weights themselves, what they were made from, the license they state. Raises Malformed for a header that cannot be."""
    yield Mention(source.path, 1, "shipped", "weights in the repository", "shipped")
    with source.open() as handle:
        pairs = _gguf(handle, source.size) if source.path.lower().endswith(".gguf") else _safetensors(handle, source.size)
    yield from _told(pairs, source.path)


def _told(pairs: dict[str, str], path: str) -> Iterator[Mention | Label]:
    for key, value in pairs.items():
        if key.startswith("general.base_model.") and key.endswith(".repo_url"):
            yield Mention(value, 1, "base", f"header: {key}", "id")
        elif key.startswith("general.dataset.") and key.endswith(".repo_url"):
            yield Mention(value, 1, "dataset", f"header: {key}", "id")
        elif key in ("general.source.repo_url", "general.source.huggingface.repository", "general.repo_url", "general.source.url"):
            yield Mention(value, 1, "base" if key.startswith("general.source") else "shipped", f"header: {key}", "id")
        elif key in _BASES:
            for one in value.split(","):
                yield Mention(one.strip(), 1, "base", f"header: {key}", "id")
    license_ = pairs.get("general.license.name") or pairs.get("general.license") or pairs.get("modelspec.license") or pairs.get("license") or ""
    if license_:
        yield Label(license_[:200], 1, "header of weights", path)


# ---- GGUF ------------------------------------------------------------------------------------------------------------


def _gguf(handle: BinaryIO, size: int) -> dict[str, str]:
    """The text values of the header; arrays and numbers are passed over."""
    if handle.read(4) != b"GGUF":
        raise Malformed("not GGUF, though its name says so")
    reader = _Header(handle, size)
    version = reader.number("<I")
    if version > 0xFFFF:
        reader.order, version = ">", struct.unpack(">I", struct.pack("<I", version))[0]
    if version < 2:
        raise Malformed(f"GGUF of version {version}, which is not read")
    reader.number("<Q")
    count = reader.number("<Q")
    if count > MAX_PAIRS:
        raise Malformed(f"a GGUF header of {count:,} values")
    found: dict[str, str] = {}
    for _ in range(count):
        key = reader.string()
        value = reader.value(reader.number("<I"))
        if isinstance(value, str):
            found[key] = value
    return found


class _Header:
    """Reads a header from the front, and stops at the end of the file and at the bounds."""

    def __init__(self, handle: BinaryIO, size: int) -> None:
        self.handle, self.left, self.order = handle, min(size, MAX_TOTAL), "<"

    def take(self, length: int) -> bytes:
        self.left -= length
        if self.left < 0:
            raise Malformed("a GGUF header longer than the file, or than any should be")
        data = self.handle.read(length)
        if len(data) < length:
            raise Malformed("a GGUF header that is cut off")
        return data

    def number(self, form: str) -> int:
        return int(struct.unpack(self.order + form[1:], self.take(struct.calcsize(form)))[0])

    def string(self) -> str:
        length = self.number("<Q")
        if length > MAX_STRING:
            raise Malformed(f"a text of {length:,} bytes in a GGUF header")
        return self.take(length).decode("utf-8", errors="replace")

    def value(self, kind: int, depth: int = 0) -> str | None:
        """A text; anything else is passed over."""
        if kind == _STRING:
            return self.string()
        if kind in _WIDTHS:
            self.skip(_WIDTHS[kind])
        elif kind == _ARRAY and depth < 3:
            inner, count = self.number("<I"), self.number("<Q")
            if inner in _WIDTHS:
                self.skip(_WIDTHS[inner] * count)
            elif count > self.left:
                raise Malformed("an array in a GGUF header longer than the file")
            else:
                for _ in range(count):
                    self.value(inner, depth + 1)
        else:
            raise Malformed(f"a value of unknown type {kind} in a GGUF header")
        return None

    def skip(self, length: int) -> None:
        self.left -= length
        if self.left < 0:
            raise Malformed("a GGUF header longer than the file, or than any should be")
        self.handle.seek(length, 1)


# ---- safetensors -----------------------------------------------------------------------------------------------------


def _safetensors(handle: BinaryIO, size: int) -> dict[str, str]:
    """The texts under `__metadata__`. The tensors' names are not read."""
    start = handle.read(8)
    if len(start) < 8:
        raise Malformed("a safetensors file without a header")
    length = int(struct.unpack("<Q", start)[0])
    if length > min(size - 8, MAX_HEADER):
        raise Malformed(f"a safetensors header of {length:,} bytes, more than the file holds or than any should")
    head = handle.read(min(length, MAX_METADATA))
    if head[:1] != b"{":
        raise Malformed("a safetensors header that is no JSON")
    place = head.find(b'"__metadata__"')
    if place < 0:
        return {}
    text = head[place + len(b'"__metadata__"'):].lstrip(b" \t\r\n:")
    metadata: Any = json_documents(_first_object(text.decode("utf-8", errors="replace")))[:1]
    return {key: value.text for node in metadata for key, value in node.pairs.items()}


def _first_object(text: str) -> str:
    """The first `{…}` of a text; it is flat, so texts in it are all that has to be passed over."""
    quoted = False
    index = 0
    while index < len(text):
        character = text[index]
        if quoted and character == "\\":
            index += 1
        elif character == '"':
            quoted = not quoted
        elif character == "}" and not quoted:
            return text[: index + 1]
        index += 1
    raise Malformed("safetensors metadata that are never closed")
