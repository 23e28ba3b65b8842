"""Strict YAML with positions.

Built on libyaml's events, so that nothing is ever executed and depth costs no stack. Stricter than YAML where YAML
surprises: only `true` and `false` are booleans (`NO` is Norway), dates and `3.10.1` stay text, a key stands once, tags
and merge keys do not exist, aliases may not multiply what they name. Every problem is found, not only the first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checker.errors import BadInput, Problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 40
MAX_NODES = 400_000
MAX_ALIASES = 50

Path_ = tuple[Any, ...]
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}\Z")
_WORDS: Mapping[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None,
                             "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
#: characters that make a line read differently from what it says
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Document:
    """A YAML document as plain values, and where each value and key stands (line and column from 1)."""

    __slots__ = ("value", "file", "marks", "key_marks", "problems")

    def __init__(self, file: str) -> None:
        self.file = file
        self.value: Any = None
        self.marks: dict[Path_, tuple[int, int]] = {}
        self.key_marks: dict[Path_, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def problem(self, path: Path_, what: str, instead: str = "", *, key: bool = False) -> None:
        """Note a problem at a path (or at its key)."""
        line, column = self.place(path, key=key)
        self.problems.append(Problem(self.file, line, column, what, instead))

    def place(self, path: Path_, *, key: bool = False) -> tuple[int, int]:
        """Line and column of a value, or of the nearest thing around it that has a place."""
        while True:
            found = (self.key_marks.get(path) if key else None) or self.marks.get(path)
            if found or not path:
                return found or (1, 1)
            path, key = path[:-1], False

    def check(self) -> None:
        """Raise BadInput if any problem was noted."""
        if self.problems:
            raise BadInput(sorted(set(self.problems), key=lambda one: (one.file, one.line, one.column, one.what)))


def read_text(path: Path, name: str | None = None) -> str:
    """The text of a file: UTF-8, bounded, without NUL or bidirectional controls. Raises BadInput."""
    shown = name or str(path)
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput([Problem(shown, 0, 0, f"Cannot be read ({error.strerror}).", "Give the path of a readable file.")]) from None
    return decode(data, shown)


def decode(data: bytes, name: str) -> str:
    """Bytes to text, with the checks of `read_text`."""
    if len(data) > MAX_BYTES:
        raise BadInput([Problem(name, 0, 0, f"Larger than {MAX_BYTES:,} bytes.", "Split it into several files.")])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput([Problem(name, 1, 1, "Written in UTF-16.", "Save it as UTF-8.")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise BadInput([Problem(name, line, column, "Not UTF-8.", "Save it as UTF-8.")]) from None
    problems = []
    for pattern, what, instead in ((re.compile("\x00"), "A NUL character.", "Remove it."),
                                   (_BIDI, "A character that changes the direction of the text.", "Remove it; it hides what the line says.")):
        found = pattern.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            problems.append(Problem(name, line, found.start() - text.rfind("\n", 0, found.start()), what, instead))
    if problems:
        raise BadInput(problems)
    return text


def load(path: Path, name: str | None = None) -> Document:
    """The document in a file. Raises BadInput for what is not strict YAML."""
    shown = name or str(path)
    return parse(read_text(path, shown), shown)


def parse(text: str, name: str) -> Document:
    """The document in a text. Raises BadInput for what is not strict YAML."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(Document(name))
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = getattr(error, "problem", None) or str(getattr(error, "reason", None) or error).splitlines()[0]
        builder.document.problems.append(Problem(name, line, column, f"Not YAML: {what}.", "Check quotation marks, brackets and indentation."))
    except _Stop:
        pass
    builder.document.check()
    return builder.document


class _Stop(Exception):
    """Enough is wrong that reading on makes no sense; the problem has been noted."""


class _Open:
    """A collection being built."""

    __slots__ = ("value", "path", "key", "anchor", "start")

    def __init__(self, value: Any, path: Path_, anchor: str | None, start: int) -> None:
        self.value, self.path, self.anchor, self.start = value, path, anchor, start
        self.key: Any = _NO_KEY


_NO_KEY = object()


class _Builder:
    """Builds plain values from events, with a stack of its own."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.aliases = 0
        self.documents = 0

    def take(self, event: Any) -> None:
        handler = _HANDLERS.get(type(event).__name__)
        if handler is not None:
            handler(self, event)

    def _stop(self, event: Any, what: str, instead: str) -> None:
        self._note(event, what, instead)
        raise _Stop

    def _note(self, event: Any, what: str, instead: str) -> None:
        mark = event.start_mark
        self.document.problems.append(Problem(self.document.file, mark.line + 1, mark.column + 1, what, instead))

    def _count(self, event: Any, nodes: int = 1) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            self._stop(event, f"More than {MAX_NODES:,} values.", "Split it into several files.")

    def start_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._stop(event, "A second document in one file.", "Write one file per document.")

    def scalar(self, event: Any) -> None:
        self._count(event)
        self._tags(event, plain=event.implicit[0], quoted=event.implicit[1])
        value: Any = event.value
        if event.implicit[0] and not event.style:
            value = _resolve(value)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._place(event, value)

    def _tags(self, event: Any, *, plain: bool, quoted: bool) -> None:
        if event.tag is not None and not (plain or quoted):
            self._note(event, f"A tag ({event.tag[:40]}).", "Write the plain value; tags are not read.")

    def start(self, event: Any) -> None:
        self._count(event)
        if event.tag is not None:
            self._note(event, f"A tag ({event.tag[:40]}).", "Write the plain value; tags are not read.")
        if len(self.stack) >= MAX_DEPTH:
            self._stop(event, f"More than {MAX_DEPTH} levels deep.", "Nothing that licet reads is nested like this.")
        value: Any = {} if type(event).__name__ == "MappingStartEvent" else []
        path = self._place(event, value)
        self.stack.append(_Open(value, path, event.anchor, self.nodes))

    def end(self, event: Any) -> None:
        closed = self.stack.pop()
        if closed.anchor:
            self.anchors[closed.anchor] = (closed.value, self.nodes - closed.start + 1)

    def alias(self, event: Any) -> None:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            self._stop(event, f"More than {MAX_ALIASES} aliases.", "Write the values out.")
        found = self.anchors.get(event.anchor)
        if found is None:
            self._stop(event, f"An alias of something that does not exist yet (*{event.anchor[:40]}).", "Write the value out.")
        else:
            self._count(event, found[1])
            self._place(event, found[0])

    def _place(self, event: Any, value: Any) -> Path_:
        """Put a value where it belongs; a mapping's scalar is first its key."""
        mark = (event.start_mark.line + 1, event.start_mark.column + 1)
        if not self.stack:
            self.document.value = value
            self.document.marks[()] = mark
            return ()
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            path = (*parent.path, len(parent.value))
            parent.value.append(value)
        elif parent.key is _NO_KEY:
            parent.key = self._key(event, parent, value, mark)
            return (*parent.path, parent.key)
        else:
            path = (*parent.path, parent.key)
            parent.value[parent.key] = value
            parent.key = _NO_KEY
        self.document.marks[path] = mark
        return path

    def _key(self, event: Any, parent: _Open, value: Any, mark: tuple[int, int]) -> str:
        if isinstance(value, (dict, list)):
            self._stop(event, "A key that is not a word.", "Write a plain word before the colon.")
        key = str(event.value) if hasattr(event, "value") else str(value)
        if key in parent.value:
            self._note(event, f"`{key[:60]}` stands here twice.", "Keep one of them.")
        if key == "<<":
            self._note(event, "A merge key.", "Write the values out.")
        self.document.key_marks[(*parent.path, key)] = mark
        return key


_HANDLERS = {
    "DocumentStartEvent": _Builder.start_document,
    "ScalarEvent": _Builder.scalar,
    "MappingStartEvent": _Builder.start,
    "SequenceStartEvent": _Builder.start,
    "MappingEndEvent": _Builder.end,
    "SequenceEndEvent": _Builder.end,
    "AliasEvent": _Builder.alias,
}


def _resolve(text: str) -> Any:
    """What a plain scalar means: null, true, false, a number, else the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
