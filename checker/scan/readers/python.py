"""Python, by its syntax tree: what is loaded, through constants, defaults, environment, f-strings. Comments and docstrings are no code."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from checker.scan import calls, forms, names, telling
from checker.scan.commands import Word
from checker.scan.readers import _processes
from checker.scan.readers._constants import Scope, Value, is_option, scopes
from checker.scan.source import Malformed, Mention, Source
from checker.scan.words import words

MAX_BYTES = 3_000_000


def fits(path: str) -> bool:
    """Python sources."""
    return path.lower().endswith((".py", ".pyw", ".pyi"))


@cache
def hints() -> tuple[bytes, ...]:
    """What a Python file holds at least one of if it names a model, in lower case."""
    found = {*(name.lower().encode() for name in calls.names()), *(word.encode() for word in words("code")["hints"])}
    return tuple(sorted((one for one in found if not any(other in one and other != one for other in found)), key=len))


def read(source: Source) -> Iterator[Mention]:
    """Every model or data set that the code names."""
    if source.size <= MAX_BYTES and not (source.promises and (source.holds(hints()) or source.shows_models)):
        return
    if source.size > MAX_BYTES:
        raise Malformed(f"Python of more than {MAX_BYTES:,} bytes", "too_large")
    yield from mentions(source.text)


def mentions(text: str) -> Iterator[Mention]:
    """What the text of a Python module names. Raises Malformed."""
    yield from Module(text).mentions()


class Module:
    """One module: first who is called what, then what the calls and the telling names say. Raises Malformed."""

    def __init__(self, text: str) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except SyntaxError as error:
            raise Malformed(f"not Python at line {error.lineno or 1}: {error.msg}") from None
        except ValueError as error:
            raise Malformed(f"not Python: {error}") from None
        self.module = scopes(tree)
        #: what is only recognized by its form
        self.open: list[Mention] = []

    def mentions(self) -> Iterator[Mention]:
        """What is loaded by calls, then what only a name tells; not what is only written to a hub."""
        strong: list[Mention] = []
        weak: list[tuple[Value, str, str]] = []
        made: set[tuple[str, int]] = set()
        addresses: list[str] = []
        for node, scope in self.module.nodes:
            if isinstance(node, ast.Call):
                self._call(node, scope, strong, weak, made)
            elif isinstance(node, ast.Constant):
                addresses.append(str(node.value))
                if calls.is_fetched(str(node.value)):
                    strong.append(Mention(str(node.value), node.lineno, "used", "an address", "id"))
            elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
                weak += _fallback(node, scope)
            elif isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        weak += _told(key.value, value, scope, f"key {key.value!r}")
                        self._open(key.value, value, f"key {key.value!r}")
            elif isinstance(node, (ast.List, ast.Tuple)):
                strong += _processes.listed(node, scope)
            elif isinstance(node, ast.Return) and node.value is not None:
                self._open("", node.value, "returned")
        for name, value, scope in self.module.assigned:
            weak += _told(name, value, scope, name)
            self._open(name, value, name)
        yield from _served(strong, names.provider(addresses), made)
        for found, role, how in weak:
            if (found.text, found.line) not in made:
                yield Mention(found.text, found.line, role, how, place="id", confidence="medium")
        yield from (one for one in self.open if (one.text, one.line) not in made)

    def constants(self) -> dict[str, Word]:
        """The names of the module that are set once, to a string."""
        found: dict[str, Word] = {}
        for name, values in self.module.outer.names.items():
            held = self.module.outer.strings(values[0]) if len(values) == 1 else []
            if len(held) == 1:
                found[name] = Word(held[0].text, held[0].line, not held[0].indirect)
        return found

    def _open(self, name: str, value: ast.expr, how: str) -> None:
        """The literal strings in an expression, as what they may be by their form alone; not under a name for one's own."""
        if telling.own(name) or telling.role(name) == "dataset":
            return
        stack: list[ast.AST] = [value]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Constant):
                if isinstance(node.value, str) and forms.is_model(node.value):
                    self.open.append(Mention(node.value, node.lineno, "used", f"{how}, by its form", "form", None, "low"))
            elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
                stack += node.elts
            elif isinstance(node, ast.IfExp):
                stack += [node.body, node.orelse]
            elif isinstance(node, ast.BoolOp):
                stack += node.values
            elif isinstance(node, ast.Dict):
                stack += [one for key, one in zip(node.keys, node.values) if not (isinstance(key, ast.Constant) and isinstance(key.value, str))]

    def _call(self, node: ast.Call, scope: Scope, strong: list[Mention], weak: list[tuple[Value, str, str]], made: set[tuple[str, int]]) -> None:
        name, owner = _callee(node.func)
        if not name:
            return
        if calls.is_output(name):
            made |= {(value.text, value.line) for argument in [*node.args[:2], *(one.value for one in node.keywords)] for value in scope.strings(argument)}
            return
        known = calls.find(name, owner, self._origin(name, owner))
        keywords = {one.arg: one.value for one in node.keywords if one.arg}
        if known is not None:
            strong += self._loaded(node, keywords, known, name, scope)
        elif node.args and calls.loads(name) and telling.role(name):
            weak += [(value, str(telling.role(name)), f"{name}()") for value in scope.strings(node.args[0])]
        if calls.is_default(name) and len(node.args) > 1 and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            weak += _told(node.args[0].value, node.args[1], scope, f"default of {node.args[0].value}")
        if _processes.is_runner(name) and node.args:
            strong += _processes.handed(node.args[-1 if name == "run" and len(node.args) > 1 else 0], scope)
        read = set(known.at) if known is not None else set()
        plain = id(node) not in self.module.asserted and not calls.only_tells(name)
        for keyword, value in keywords.items():
            if _processes.holds_command(keyword):
                strong += _processes.handed(value, scope)
            if keyword not in read:
                weak += _told(keyword, value, scope, f"{name}({keyword}=)")
            if plain and not (keyword == "default" and is_option(name)):
                self._open(keyword, value, f"{name}({keyword}=)")
        for value in node.args if plain else ():
            self._open("", value, f"{name}()")

    def _origin(self, name: str, owner: str) -> str:
        """The module that a name, or its owner, was imported from."""
        return self.module.imports.get(owner.partition(".")[0] or name, "")

    def _loaded(self, node: ast.Call, keywords: dict[str, ast.expr], known: calls.Known, name: str, scope: Scope) -> Iterator[Mention]:
        role = known.role
        if known.typed and known.typed in keywords:
            kind = next((value.text for value in scope.strings(keywords[known.typed])), "")
            if kind == "space":
                return
            role = "dataset" if kind == "dataset" else role
        revision = next((value.text for key in ("revision", "model_revision") if key in keywords for value in scope.strings(keywords[key])), None)
        for place in known.at:
            argument = node.args[place] if isinstance(place, int) and len(node.args) > place else keywords.get(place) if isinstance(place, str) else None
            if argument is None or isinstance(argument, ast.Starred):
                continue
            for value in scope.strings(argument):
                yield from calls.mention(known, value.text, value.line, role, f"{name}()", revision, certain=not value.indirect)


def _served(strong: list[Mention], provider: str, made: set[tuple[str, int]]) -> Iterator[Mention]:
    """What calls load; where the file speaks to a provider's API, what is asked of a client is served there, and nothing else."""
    for one in strong:
        if provider and one.place == "api" and "/" in one.text:
            made.add((one.text, one.line))
            yield one._replace(place=f"{names.SERVED}{provider}")
        else:
            yield one


def _callee(function: ast.expr) -> tuple[str, str]:
    """The last part of what is called, and what stands before it."""
    if isinstance(function, ast.Name):
        return function.id, ""
    if isinstance(function, ast.Subscript):
        return _callee(function.value)
    if not isinstance(function, ast.Attribute):
        return "", ""
    owner: list[str] = []
    inner: Any = function.value
    while isinstance(inner, ast.Attribute):
        owner.append(inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Call):
        inner = inner.func
        while isinstance(inner, ast.Attribute):
            owner.append(inner.attr)
            inner = inner.value
    if isinstance(inner, ast.Name):
        owner.append(inner.id)
    return function.attr, ".".join(reversed(owner))


def _fallback(node: ast.BoolOp, scope: Scope) -> list[tuple[Value, str, str]]:
    """`args.model or "publisher/name"`, `getenv("MODEL") or "publisher/name"`: the first operand tells what the last one is."""
    first = node.values[0]
    name = first.attr if isinstance(first, ast.Attribute) else first.id if isinstance(first, ast.Name) else ""
    if isinstance(first, ast.Call) and calls.is_default(_callee(first.func)[0]) and first.args and isinstance(first.args[0], ast.Constant):
        name = str(first.args[0].value)
    return _told(name, node.values[-1], scope, f"default of {name}") if name else []


def _told(name: str, value: ast.expr, scope: Scope, how: str) -> list[tuple[Value, str, str]]:
    """The literal strings that a telling name is given, in lists and mappings too."""
    role = telling.role(name)
    if role is None:
        return []
    found: list[tuple[Value, str, str]] = []
    stack: list[ast.expr] = [value]
    while stack and len(found) < 500:
        node = stack.pop()
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            stack += reversed(node.elts)
        elif isinstance(node, ast.Dict):
            stack += [one for key, one in zip(node.keys, node.values) if not isinstance(one, (ast.Constant, ast.JoinedStr)) or _keeps(key, node)]
        else:
            found += [(one, role, how) for one in scope.strings(node)]
    return found


def _keeps(key: ast.expr | None, node: ast.Dict) -> bool:
    """Is a key of a mapping a free name (then all its values are meant), or one that carries the name itself?"""
    names = [one.value for one in node.keys if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return True
    plain = any(telling.neutral(name) for name in names)
    return telling.neutral(key.value) or telling.role(key.value) is not None or not plain
