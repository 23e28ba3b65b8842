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

from checker.core.conditions import nearest
from checker.errors import BadInput, Problem
from checker.load.problems import problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 40
MAX_NODES = 400_000
MAX_ALIASES = 50
#: problems of one file that are told; the rest is counted
MAX_PROBLEMS = 1_000
#: problems of one file that come with the nearest known word; looking for it costs more than all else
MAX_HINTS = 100

Path_ = tuple[Any, ...]
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}\Z")
_WORDS: Mapping[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None,
                             "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
#: where YAML sees the end of a line
_LINE_END = re.compile("\r\n?|\n")
#: characters that no value may hold, even written as an escape, and the problem that they are
_REFUSED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("\x00"), "nul_character"),
    (re.compile("[\u202a-\u202e\u2066-\u2069]"), "direction_character"),
    (re.compile("[\x85\u2028\u2029]"), "hidden_line_end"),
    (re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"), "control_character"),
)


class Document:
    """A YAML document as plain values, and where each value and key stands (line and column from 1)."""

    __slots__ = ("value", "file", "marks", "key_marks", "problems", "faults", "_hints")

    def __init__(self, file: str) -> None:
        self.file = file
        self.value: Any = None
        self.marks: dict[Path_, tuple[int, int]] = {}
        self.key_marks: dict[Path_, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self.faults: list[Path_] = []                          # the paths of the problems
        self._hints = 0

    def problem(self, path: Path_, name: str, /, *, hint: str = "", key: bool = False, **values: object) -> None:
        """Note a problem by its id at a path (or at its key); a hint stands before what to write instead in general."""
        found = problem(name, self.file, **values)
        self.note(path, found.what, hint or found.instead, key=key)

    def note(self, path: Path_, what: str, instead: str = "", *, key: bool = False) -> None:
        """Note a problem that is already in words at a path (or at its key)."""
        line, column = self.place(path, key=key)
        self.faults.append(path)
        self.problems.append(_printable(Problem(self.file, line, column, what, instead)))

    def nearest(self, word: str, known: Any) -> str:
        """`Did you mean …?` for the closest known word, or nothing; nothing any more in a file where almost all is wrong."""
        self._hints += 1
        return nearest(word, known).strip() if self._hints <= MAX_HINTS else ""

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
            found = sorted(set(self.problems), key=lambda one: (one.file, one.line, one.column, one.what))
            more = len(found) - MAX_PROBLEMS
            if more > 0:
                file, line, column, *_ = found[MAX_PROBLEMS]
                found[MAX_PROBLEMS:] = [problem("more_problems", file, line, column, count=f"{more:,}")]
            raise BadInput(found)


def printable(text: str) -> str:
    """A text on one line, without characters that steer a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _printable(found: Problem) -> Problem:
    return found._replace(what=printable(found.what), instead=printable(found.instead))


def read_text(path: Path, name: str | None = None) -> str:
    """The text of a file: UTF-8, bounded, without NUL or bidirectional controls. Raises BadInput."""
    shown = name or str(path)
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput([problem("cannot_be_read", shown, why=error.strerror)]) from None
    return decode(data, shown)


def decode(data: bytes, name: str) -> str:
    """Bytes to text, with the checks of `read_text`."""
    if len(data) > MAX_BYTES:
        raise BadInput([problem("too_many_bytes", name, most=f"{MAX_BYTES:,}")])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput([problem("utf_16", name, 1, 1)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[:error.start].decode()              # without the byte order mark, as `error.start` is
        raise BadInput([problem("not_utf_8", name, *_place(before, len(before)))]) from None
    _refuse(text, name)
    return text


def _refuse(text: str, name: str) -> None:
    """Raise BadInput for the first of each kind of character that no value may hold."""
    found = [(pattern.search(text), refused) for pattern, refused in _REFUSED]
    problems = [problem(refused, name, *_place(text, match.start())) for match, refused in found if match]
    if problems:
        raise BadInput(sorted(problems))


def _place(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a character."""
    ends = [match.end() for match in _LINE_END.finditer(text, 0, index)]
    return len(ends) + 1, index - (ends[-1] if ends else 0) + 1


def load(path: Path, name: str | None = None) -> Document:
    """The document in a file. Raises BadInput for what is not strict YAML."""
    shown = name or str(path)
    return parse(read_text(path, shown), shown)


def parse(text: str, name: str) -> Document:
    """The document in a text. Raises BadInput for what is not strict YAML."""
    import yaml

    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES:
        raise BadInput([problem("too_many_characters", name, most=f"{MAX_BYTES:,}")])
    _refuse(text, name)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(Document(name))
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        builder.document.problems.append(_not_yaml(error, text, builder))
    except _Stop:
        pass
    builder.document.check()
    return builder.document


def _not_yaml(error: Any, text: str, builder: _Builder) -> Problem:
    """What the parser says; of something never closed, where it was opened."""
    name = builder.document.file
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    place: tuple[int, int] = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    end = len(text.rstrip())
    if mark and mark.index >= end:
        place = _place(text, end)
        index, opening = (builder.stack[-1].index, ("[", "{")) if builder.stack else (len(text), ())
        if context and "quoted scalar" in str(getattr(error, "context", "")):
            index, opening = context.index, ('"', "'")
        if text[index:index + 1] in opening:
            return problem("never_closed", name, *_place(text, index), mark=text[index])
    what = getattr(error, "problem", None) or str(getattr(error, "reason", None) or error).partition("\n")[0]
    return _printable(problem("not_yaml", name, *place, what=what))


class _Stop(Exception):
    """Enough is wrong that reading on makes no sense; the problem has been noted."""


class _Open:
    """A collection being built."""

    __slots__ = ("value", "path", "key", "anchor", "start", "index")

    def __init__(self, value: Any, path: Path_, anchor: str | None, start: int, index: int) -> None:
        self.value, self.path, self.anchor, self.start, self.index = value, path, anchor, start, index
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

    def _stop(self, event: Any, name: str, /, **values: object) -> None:
        self._note(event, name, **values)
        raise _Stop

    def _note(self, event: Any, name: str, /, **values: object) -> None:
        mark = event.start_mark
        self.document.problems.append(_printable(problem(name, self.document.file, mark.line + 1, mark.column + 1, **values)))

    def _count(self, event: Any, nodes: int = 1) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            self._stop(event, "too_many_values", most=f"{MAX_NODES:,}")

    def start_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._stop(event, "second_document")

    def scalar(self, event: Any) -> None:
        self._count(event)
        self._tag(event)
        value: Any = event.value
        if event.style:
            self._escapes(event)
        if event.implicit[0] and not event.style:
            value = _resolve(value)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._place(event, value)

    def _tag(self, event: Any) -> None:
        if event.tag is not None:
            self._note(event, "a_tag", tag=event.tag[:40])

    def _escapes(self, event: Any) -> None:
        """The same characters are refused in a value, where an escape such as \\0 can put them."""
        for pattern, refused in _REFUSED:
            if pattern.search(event.value):
                self._note(event, refused)

    def start(self, event: Any) -> None:
        self._count(event)
        self._tag(event)
        if len(self.stack) >= MAX_DEPTH:
            self._stop(event, "too_deep", most=MAX_DEPTH)
        value: Any = {} if type(event).__name__ == "MappingStartEvent" else []
        path = self._place(event, value)
        self.stack.append(_Open(value, path, event.anchor, self.nodes, event.start_mark.index))

    def end(self, event: Any) -> None:
        closed = self.stack.pop()
        if closed.anchor:
            self.anchors[closed.anchor] = (closed.value, self.nodes - closed.start + 1)

    def alias(self, event: Any) -> None:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            self._stop(event, "too_many_aliases", most=MAX_ALIASES)
        found = self.anchors.get(event.anchor)
        if found is None:
            self._stop(event, "alias_of_nothing", alias=event.anchor[:40])
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
            self._stop(event, "key_not_a_word")
        key = str(event.value) if hasattr(event, "value") else str(value)
        if key in parent.value:
            self._note(event, "key_twice", name=key[:60])
        if key == "<<":
            self._note(event, "merge_key")
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
