"""YAML, JSON and TOML as trees whose every value knows its lines.

Lenient where it must be (several documents, repeated keys, comments in JSON), bounded where it has to be: built from
tokens with a stack of its own, so depth costs no recursion, and an alias is the same node again, never a copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.scan.source import Malformed

MAX_NODES = 300_000
MAX_DEPTH = 200


class Node:
    """A value with its first and last line: `value` is a dict of nodes, a list of nodes, or text."""

    __slots__ = ("value", "line", "last", "block")

    def __init__(self, value: Any, line: int, last: int, block: bool = False) -> None:
        self.value, self.line, self.last, self.block = value, line, last, block

    @property
    def text(self) -> str:
        """The text of a scalar, empty for anything else."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def items(self) -> list[Node]:
        """The entries of a list; a scalar is a list of itself; nothing for a mapping."""
        if isinstance(self.value, list):
            return self.value
        return [self] if isinstance(self.value, str) and self.value else []

    @property
    def pairs(self) -> dict[str, Node]:
        """The pairs of a mapping, empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def get(self, *keys: str) -> Node:
        """The node along these keys; an empty one if there is none."""
        node = self
        for key in keys:
            node = node.pairs.get(key, EMPTY)
        return node

    def __bool__(self) -> bool:
        return bool(self.value)


EMPTY = Node("", 0, 0)


def nodes(root: Node) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every mapping and every list below and with the root, once, with the keys that lead to it."""
    seen: set[int] = set()
    stack: list[tuple[tuple[str, ...], Node]] = [((), root)]
    while stack:
        path, node = stack.pop()
        if id(node) in seen or isinstance(node.value, str):
            continue
        seen.add(id(node))
        yield path, node
        if len(path) >= MAX_DEPTH:
            continue
        inner = [((*path, key), one) for key, one in node.pairs.items()] if node.pairs else [(path, one) for one in node.value]
        stack.extend(reversed(inner))


# ---- YAML ------------------------------------------------------------------------------------------------------------


def yaml_documents(text: str, *, first_line: int = 1) -> list[Node]:
    """The documents of a YAML text. Raises Malformed."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(first_line)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + first_line}" if mark else ""
        raise Malformed(f"not YAML{where}: {getattr(error, 'problem', None) or 'cannot be parsed'}") from None
    return builder.documents


class _Builder:
    """Builds nodes from YAML events, or from the tokens of JSON."""

    def __init__(self, first_line: int = 1) -> None:
        self.first = first_line
        self.documents: list[Node] = []
        self.stack: list[tuple[Node, list[Any]]] = []
        self.anchors: dict[str, Node] = {}
        self.count = 0

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._mark(event, self.add(event.value, event.start_mark.line + self.first, event.end_mark.line + self.first, event.style in ("|", ">")))
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._mark(event, self.open({} if kind[0] == "M" else [], event.start_mark.line + self.first))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.close(event.end_mark.line + self.first)
        elif kind == "AliasEvent":
            self.put(self.anchors.get(event.anchor, EMPTY))

    def _mark(self, event: Any, node: Node) -> None:
        if event.anchor:
            self.anchors[event.anchor] = node

    def add(self, value: str, line: int, last: int, block: bool = False) -> Node:
        node = Node(value, line, last, block)
        self.put(node)
        return node

    def open(self, value: Any, line: int) -> Node:
        node = Node(value, line, line)
        self.put(node)
        if len(self.stack) >= MAX_DEPTH:
            raise Malformed(f"more than {MAX_DEPTH} levels deep")
        self.stack.append((node, []))
        return node

    def close(self, line: int) -> None:
        if not self.stack:
            raise Malformed("brackets that do not match")
        self.stack.pop()[0].last = line

    def put(self, node: Node) -> None:
        """A node in its place: the document, the list, or key and value of a mapping in turn."""
        self.count += 1
        if self.count > MAX_NODES:
            raise Malformed(f"more than {MAX_NODES:,} values", "too_large")
        if not self.stack:
            self.documents.append(node)
            return
        parent, key = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif not key:
            key.append(node.text)
        elif (name := key.pop()) == "<<":
            for one in [node] if node.pairs else node.items:
                for inner, value in one.pairs.items():
                    parent.value.setdefault(inner, value)
        else:
            parent.value[name] = node


# ---- JSON ------------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r'[\s,:]+|"([^"\\\n]*(?:\\.[^"\\\n]*)*)"|//[^\n]*|/\*[^*]*(?:\*(?!/)[^*]*)*\*/|([\[{])|([\]}])|[^\s,:"\[\]{}/]+|#[^\n]*')
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_WORDS = {"null": ""}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def json_documents(text: str) -> list[Node]:
    """The values of a JSON text (comments and one value per line too). Raises Malformed."""
    builder = _Builder()
    line, place = 1, 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise Malformed(f"not JSON at line {line}")
        token, place = match.group(), match.end()
        if match.group(1) is not None:
            builder.add(_unescaped(match.group(1)), line, line)
        elif match.group(2):
            builder.open({} if match.group(2) == "{" else [], line)
        elif match.group(3):
            builder.close(line)
        elif token[0] not in "/# \t\n,:\r\f\v\u00a0" and not token[0].isspace():
            builder.add(_WORDS.get(token, token), line, line)
        line += token.count("\n")
    if builder.stack:
        raise Malformed("not JSON: a bracket is never closed")
    return builder.documents


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match.group(1)[1:], 16)) if len(match.group(1)) == 5 else _ESCAPES.get(match.group(1), match.group(1)), text)


# ---- TOML ------------------------------------------------------------------------------------------------------------


def toml_documents(text: str) -> list[Node]:
    """The one document of a TOML text; lines are those where the values are first seen after their key. Raises Malformed."""
    import tomllib

    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Malformed(f"not TOML: {error}") from None
    lines = text.split("\n")
    places: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        for quoted in re.findall(r"\"([^\"]*)\"|'([^']*)'", line):
            places.setdefault(quoted[0] or quoted[1], number)

    def built(value: Any) -> Node:
        if isinstance(value, dict):
            return Node({str(key): built(one) for key, one in value.items()}, 1, len(lines))
        if isinstance(value, list):
            return Node([built(one) for one in value], 1, len(lines))
        line = places.get(str(value), 1)
        return Node(str(value), line, line)

    return [built(data)]
