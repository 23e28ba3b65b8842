"""Command lines inside Python: lists of arguments, and strings that are handed to a shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from itertools import islice, product

from checker.scan.commands import Word
from checker.scan.containers import arguments
from checker.scan.readers._constants import Scope, Value
from checker.scan.shell import script
from checker.scan.source import Malformed, Mention
from checker.scan.words import words

#: a piece of a command that nobody knows before it runs
UNKNOWN = "$_"
MAX_ARGUMENTS = 200
MAX_COMMANDS = 20


@cache
def _runners() -> frozenset[str]:
    return frozenset(words("code")["processes"])


@cache
def _programs() -> frozenset[str]:
    known = words("commands")
    return frozenset({one["words"][0] for one in known["programs"]} | set(known["interpreters"]) | set(known["shells"]))


def is_runner(name: str) -> bool:
    """Does a function of this name run a command?"""
    return name in _runners()


def holds_command(name: str) -> bool:
    """Is a parameter of this name a command line?"""
    return name in words("code")["command_parameters"]


def listed(node: ast.List | ast.Tuple, scope: Scope) -> Iterator[Mention]:
    """What a list names that is a command line: it begins with a program, or holds an option."""
    given = node.elts[:MAX_ARGUMENTS]
    literal = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    has_options = any(text.startswith("--") for text in literal)
    if len(given) < 2 or not (has_options or (literal and literal[0].rpartition("/")[2] in _programs())):
        return
    pieces = [scope.strings(one) or [Value(UNKNOWN, getattr(one, "lineno", 1))] for one in given]
    first = [Word(piece[0].text, piece[0].line, not piece[0].indirect) for piece in pieces]
    others = [[*first[:place], Word(other.text, other.line, not other.indirect), *first[place + 1:]]
              for place, piece in enumerate(pieces) for other in piece[1:]]
    for one in [first, *others[:MAX_COMMANDS]]:
        yield from (mention._replace(how=mention.how.replace(UNKNOWN, "command")) for mention in arguments(one, {}))


def handed(node: ast.expr, scope: Scope) -> Iterator[Mention]:
    """What a string names that is handed to a shell, if it begins with a known program."""
    for text, lines in _texts(node, scope):
        if not _begins(text.text):
            continue
        try:
            found = list(script(text.text, text.line))
        except Malformed:
            continue
        yield from (one._replace(line=lines.get(one.text, one.line), confidence="medium" if text.indirect else one.confidence) for one in found)


def _begins(text: str) -> bool:
    """Does a command begin with a program that is known, or with options of one?"""
    for word in text[:300].split():
        if word.startswith("--"):
            return True
        if word.rpartition("/")[2] in _programs():
            return True
        if "=" not in word and word not in words("commands")["wrappers"]:
            return False
    return False


def _texts(node: ast.expr, scope: Scope) -> Iterator[tuple[Value, dict[str, int]]]:
    """The strings that a command may be, unknown pieces left open; with each the lines of its pieces."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        node = node.args[0] if node.args and isinstance(node.func.value, ast.Name) and node.func.value.id == "shlex" else node.func.value
    if isinstance(node, ast.Name):
        for one in scope.literals(node):
            if isinstance(one, ast.JoinedStr):
                yield from _texts(one, scope)
    if not isinstance(node, ast.JoinedStr):
        yield from ((one, {}) for one in scope.strings(node))
        return
    pieces = [scope.strings(part.value if isinstance(part, ast.FormattedValue) else part) or [Value(UNKNOWN, node.lineno)] for part in node.values]
    for parts in islice(product(*pieces), MAX_COMMANDS):
        yield Value("".join(part.text for part in parts), node.lineno, any(part.indirect for part in parts)), {part.text: part.line for part in parts}
