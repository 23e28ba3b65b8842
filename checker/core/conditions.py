"""The condition language of the rules: parsed with `ast` against a whitelist, compiled once to closures, three-valued.

A condition is names (`release.form`, `terms.use.beyond`), literals, comparisons, `and or not in`, a fixed list of
functions, and `any` `all` `count` over collections. There is no short circuit: a condition always rests on every name in
it, so the names are known without running it.

Two steps, so that the first can be cached: `parse` gives a tree of plain lists (JSON), `build` makes a closure of it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from checker.core.truth import conjunction, disjunction, negation

Tree = list[Any]
Evaluate = Callable[[Any], Any]

#: function -> (types of its arguments, type of its result). What they mean: docs/reference/conditions.md.
FUNCTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "exceeds": (("any",), "bool"),
    "agreement": ((), "bool"),
    "position": (("text",), "text"),
    "derived": ((), "text"),
    "granted": (("answer",), "bool"),
    "withheld": (("answer",), "bool"),
    "met": (("list",), "bool"),
    "triggered": (("trigger",), "bool"),
    "stated": (("any",), "bool"),
    "overlap": (("list", "list"), "bool"),
    "inside": (("region", "list"), "bool"),
    "commercial_as": (("text",), "bool"),
    "shipped": (("text",), "bool"),
    "displayed": (("list", "any"), "bool"),
    "begins_with": (("text", "text"), "bool"),
    "contains": (("text", "text"), "bool"),
    "admits": (("list", "text"), "bool"),
    "competes": ((), "bool"),
    "taught_for": (("text",), "bool"),
}
QUANTIFIERS = ("any", "all", "count")
MAX_LENGTH = 2_000
MAX_DEPTH = 40

_ANSWER = re.compile(r"item|((other|label)\.)?terms\.[a-z_]+")
_COUNTRY = re.compile("[A-Z]{2}")
_INPUT_FACT = re.compile(r"'input(?:\.|', ')(\w+)'")
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_COMPARE = {"Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "In": "in", "NotIn": "not in"}


class ConditionError(ValueError):
    """A condition that the language does not allow; the message says what and, where it can, what instead."""


# ---- parsing ---------------------------------------------------------------------------------------------------------


def parse(text: str, types: Mapping[str, str]) -> Tree:
    """The tree of a condition whose names are all in `types` (name -> type, see `Vocabulary.types`).

    Raises ConditionError for unknown names, functions, types that cannot be compared and words outside the vocabulary.
    """
    import ast

    if len(text) > MAX_LENGTH:
        raise ConditionError(f"A condition of {len(text)} characters. At most {MAX_LENGTH}; define a part of it by name.")
    if not text.strip():
        raise ConditionError("Not a condition: it is empty.")
    try:
        body = ast.parse(f"({text}\n)", mode="eval").body            # in brackets, line breaks do not matter
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConditionError(f"Not a condition: {getattr(error, 'msg', error)}.") from None
    tree, kind = _Parser(types).node(body, {}, 0)
    if kind not in ("bool", "any"):
        raise ConditionError(f"A condition must be true or false; this is {kind}.")
    return tree


class _Parser:
    """Walks the syntax tree; every method returns (tree, type)."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self.types = types

    def node(self, node: Any, local: dict[str, str], depth: int) -> tuple[Tree, str]:
        if depth > MAX_DEPTH:
            raise ConditionError("A condition nested too deeply. Define a part of it by name.")
        method = getattr(self, "_" + type(node).__name__.lower(), None)
        if method is None:
            raise ConditionError(f"{type(node).__name__} is not part of the condition language.")
        result: tuple[Tree, str] = method(node, local, depth + 1)
        return result

    def _truth(self, node: Any, local: dict[str, str], depth: int) -> Tree:
        tree, kind = self.node(node, local, depth)
        if kind not in ("bool", "any"):
            raise ConditionError(f"`and`, `or` and `not` join true and false; one side is {_plainly(kind)}.")
        return tree

    def _boolop(self, node: Any, local: dict[str, str], depth: int) -> tuple[Tree, str]:
        word = "and" if type(node.op).__name__ == "And" else "or"
        return [word, *(self._truth(value, local, depth) for value in node.values)], "bool"

    def _unaryop(self, node: Any, local: dict[str, str], depth: int) -> tuple[Tree, str]:
        if type(node.op).__name__ != "Not":
            raise ConditionError("Only `not` stands before an operand.")
        return ["not", self._truth(node.operand, local, depth)], "bool"

    def _constant(self, node: Any, local: dict[str, str], depth: int) -> tuple[Tree, str]:
        value = node.value
        if isinstance(value, bool):
            return ["const", value], "bool"
        if isinstance(value, (int, float)):
            return ["const", value], "number"
        if isinstance(value, str):
            return ["const", value], "text"
        raise ConditionError(f"{value!r} is not a literal of the condition language.")

    def _list(self, node: Any, local: dict[str, str], depth: int) -> tuple[Tree, str]:
        parts = [self.node(item, local, depth) for item in node.elts]
        if any(tree[0] != "const" or isinstance(tree[1], list) for tree, _ in parts):
            raise ConditionError("A list in a condition holds literals only.")
        return ["const", [tree[1] for tree, _ in parts]], "list"

    _tuple = _list

    def _name(self, node: Any, local: dict[str, str], depth: int) -> tuple[Tree, str]:
        return self._path([node.id], local)

    def _attribute(self, node: Any, local: dict[str, str], depth: int) -> tuple[Tree, str]:
        import ast

        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            raise ConditionError("A name is words joined by dots.")
        return self._path([node.id, *reversed(parts)], local)

    def _path(self, parts: list[str], local: dict[str, str]) -> tuple[Tree, str]:
        if parts[0] in local:
            return ["local", parts[0], *parts[1:]], self._element(local[parts[0]], parts[1:])
        name = ".".join(parts)
        kind = self.types.get(name)
        if kind is None:
            raise ConditionError(f"Unknown name `{name}`.{nearest(name, [one for one in self.types if '[' not in one and '(' not in one])}")
        return ["name", name], kind

    def _element(self, collection: str, fields: list[str]) -> str:
        """The type of an element, or of a field of it; a collection whose fields are not listed has elements of any form."""
        inner = self.types.get(collection, "").partition(":")[2] if self.types.get(collection, "").startswith("list:") else ""
        if inner:
            if fields:
                raise ConditionError(f"An element of `{collection}` is {_plainly(inner)} and has no `{'.'.join(fields)}`.")
            return inner
        if not fields or not any(name.startswith(collection + "[].") for name in self.types):
            return "any"
        name = f"{collection}[]." + ".".join(fields)
        if name not in self.types:
            raise ConditionError(f"An element of `{collection}` has no `{'.'.join(fields)}`.{nearest(name, self.types)}")
        return self.types[name]

    def _compare(self, node: Any, local: dict[str, str], depth: int) -> tuple[Tree, str]:
        sides = [self.node(side, local, depth) for side in (node.left, *node.comparators)]
        parts: list[Tree] = []
        for sign, (left, left_type), (right, right_type) in zip(node.ops, sides, sides[1:]):
            word = _COMPARE.get(type(sign).__name__)
            if word is None:
                raise ConditionError(f"{type(sign).__name__} is not a comparison of the language.")
            self._comparable(word, (left, left_type), (right, right_type))
            parts.append([word, left, right])
        return (parts[0] if len(parts) == 1 else ["and", *parts]), "bool"

    def _comparable(self, word: str, left: tuple[Tree, str], right: tuple[Tree, str]) -> None:
        (left_tree, left_type), (right_tree, right_type) = left, right
        if word in ("in", "not in"):
            if not (right_type in ("any", "list") or right_type.startswith("list:")):
                raise ConditionError(f"`{word}` wants a list on its right; this is {_plainly(right_type)}.")
            self._words(left_type, right_tree)
            self._words(right_type.removeprefix("list:"), left_tree)
            return
        families = {_family(left_type), _family(right_type)} - {"any"}
        if len(families) > 1:
            raise ConditionError(f"{_plainly(left_type)} and {_plainly(right_type)} cannot be compared by `{word}`.")
        if word not in ("==", "!=") and not families <= {"number", "text"}:
            raise ConditionError(f"`{word}` orders numbers and dates; this is {_plainly(left_type)}.")
        self._words(left_type, right_tree)
        self._words(right_type, left_tree)

    def _words(self, kind: str, tree: Tree) -> None:
        """A literal compared with a word must be one of the words of that list."""
        places = kind in ("region", "list:region")
        if tree[0] != "const" or not (places or kind.startswith("word:")):
            return
        words = (self.types.get("region()", "") if places else kind).removeprefix("word:").split("|")
        for value in tree[1] if isinstance(tree[1], list) else [tree[1]]:
            if value not in words and not (places and _COUNTRY.fullmatch(str(value))):
                raise ConditionError(f"`{value}` is not one of {', '.join(words)}.{nearest(str(value), words)}")

    def _call(self, node: Any, local: dict[str, str], depth: int) -> tuple[Tree, str]:
        import ast

        if not isinstance(node.func, ast.Name) or node.keywords:
            raise ConditionError("A function is called by its bare name, without keywords.")
        name = node.func.id
        if name in QUANTIFIERS:
            return self._quantifier(name, node.args, local, depth)
        if name not in FUNCTIONS:
            raise ConditionError(f"Unknown function `{name}`.{nearest(name, [*FUNCTIONS, *QUANTIFIERS])}")
        wanted, result = FUNCTIONS[name]
        if f"{name}()" in self.types and self.types[f"{name}()"] == "barred":
            raise ConditionError(f"`{name}` speaks of one license; a condition on this subject has none.")
        if len(node.args) != len(wanted):
            raise ConditionError(f"`{name}` takes {len(wanted)} arguments, not {len(node.args)}.")
        arguments = [self._argument(name, argument, kind, local, depth) for argument, kind in zip(node.args, wanted)]
        return ["call", name, *arguments], result

    def _argument(self, function: str, node: Any, kind: str, local: dict[str, str], depth: int) -> Tree:
        tree, found = self.node(node, local, depth)
        if kind == "answer":
            if tree[0] != "name" or not _ANSWER.fullmatch(tree[1]) or not (found == "answer" or found.startswith("word:")):
                raise ConditionError(f"`{function}` takes the answer of a term, like terms.use.")
            return ["answer", tree[1]]
        if "any" not in (kind, found) and _family(kind) != _family(found):
            raise ConditionError(f"`{function}` takes {_plainly(kind)}; this is {_plainly(found)}.")
        self._words(self.types.get(f"{function}()", ""), tree)
        return tree

    def _quantifier(self, name: str, args: list[Any], local: dict[str, str], depth: int) -> tuple[Tree, str]:
        import ast

        if len(args) != 1 or not isinstance(args[0], ast.GeneratorExp) or len(args[0].generators) != 1:
            raise ConditionError(f"Write {name}(condition for x in collection).")
        loop = args[0].generators[0]
        if not isinstance(loop.target, ast.Name) or loop.ifs or loop.is_async:
            raise ConditionError(f"Write {name}(condition for x in collection), without `if`.")
        collection, kind = self.node(loop.iter, local, depth)
        if not (kind in ("any", "list") or kind.startswith("list:")):
            raise ConditionError(f"`{name}` runs over a collection; this is {kind}.")
        inner = {**local, loop.target.id: collection[1] if collection[0] == "name" else ""}
        return [name, loop.target.id, collection, self._truth(args[0].elt, inner, depth)], "number" if name == "count" else "bool"


def _plainly(kind: str) -> str:
    """A type as a reader knows it."""
    return {"word": "a word", "list": "a list", "bool": "true or false"}.get(kind.partition(":")[0], kind)


def _family(kind: str) -> str:
    if kind.startswith("word:") or kind in ("text", "date", "region"):
        return "text"
    return "list" if kind.startswith("list") else kind


def nearest(word: str, known: Any) -> str:
    """` Did you mean …?` for the closest known word, or nothing."""
    import difflib

    found = difflib.get_close_matches(word, list(known), 1)
    return f" Did you mean `{found[0]}`?" if found else ""


# ---- building --------------------------------------------------------------------------------------------------------


def names(tree: Tree) -> list[str]:
    """Every name and function a condition rests on, once each, in order of first mention."""
    found: dict[str, None] = {}

    def walk(part: Any) -> None:
        if not isinstance(part, list) or not part:
            return
        if part[0] in ("name", "answer"):
            found[part[1]] = None
        elif part[0] != "const":
            for inner in part[1:]:
                walk(inner)

    walk(tree)
    return list(found)


def input_facts(trees: Any) -> frozenset[str]:
    """The facts of inputs that parsed conditions ask for, by name or of an element."""
    return frozenset(_INPUT_FACT.findall(repr(trees)))


def build(tree: Tree, hasty: bool = False) -> Evaluate:
    """A closure that evaluates the tree on a frame (see `checker.core.frame`).

    `hasty` stops at the first False of an `and`: the truth is the same, what was looked up is not complete. It tells
    which rules need no closer look.
    """
    word = tree[0]
    if word == "const":
        value = tuple(tree[1]) if isinstance(tree[1], list) else tree[1]
        return lambda frame: value
    if word in ("name", "answer"):
        name = tree[1] if word == "name" else "answer:" + tree[1]
        return lambda frame: frame[name]
    if word == "local":
        return _local(tree[1], tree[2:])
    if word == "not":
        inner = build(tree[1], hasty)
        return lambda frame: negation(inner(frame))
    if word in ("and", "or"):
        parts = [build(part, hasty) for part in tree[1:]]
        if hasty and word == "and":
            return _hasty(parts)
        join = conjunction if word == "and" else disjunction
        return lambda frame: join([part(frame) for part in parts])
    if word == "call":
        name, arguments = tree[1], [build(part) for part in tree[2:]]
        return lambda frame: frame.call(name, [argument(frame) for argument in arguments])
    if word in QUANTIFIERS:
        return _quantify(word, tree[1], build(tree[2]), build(tree[3], hasty))
    return _comparison(word, build(tree[1]), build(tree[2]))


def _local(variable: str, fields: list[str]) -> Evaluate:
    return lambda frame: frame.element(variable, fields)


def _hasty(parts: list[Evaluate]) -> Evaluate:
    def evaluate(frame: Any) -> Any:
        result: Any = True
        for part in parts:
            value = part(frame)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return evaluate


def _quantify(word: str, variable: str, collection: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(frame: Any) -> Any:
        items = collection(frame)
        if items is None:
            return None
        results = []
        outer = frame.local
        for item in items:
            frame.local = {**outer, variable: item}
            results.append(body(frame))
        frame.local = outer
        if word == "any":
            return disjunction(results)
        if word == "all":
            return conjunction(results)
        return None if None in results else results.count(True)

    return evaluate


def _comparison(word: str, left: Evaluate, right: Evaluate) -> Evaluate:
    def evaluate(frame: Any) -> Any:
        return compare(word, left(frame), right(frame), frame)

    return evaluate


def compare(word: str, left: Any, right: Any, frame: Any = None) -> Any:
    """Three-valued comparison; a `Bounds` (a figure known only within limits) is compared as far as its limits tell."""
    if left is None or right is None:
        return None
    if isinstance(left, Bounds):
        return left.compare(word, right, frame)
    if isinstance(right, Bounds):
        return right.compare(_MIRRORED.get(word, word), left, frame)
    if word == "==":
        return bool(left == right)
    if word == "!=":
        return bool(left != right)
    if word == "in":
        return left in right
    if word == "not in":
        return left not in right
    try:
        return bool(_ORDER[word](left, right))
    except TypeError:
        return None


class Bounds:
    """A number known only to lie between `low` and `high` (both included); `fact` is the key of the fact that would settle it.

    `stated` are the limits that the scenario itself gives, before a world assumes any.
    """

    __slots__ = ("low", "high", "fact", "stated")

    def __init__(self, low: float, high: float, fact: str, stated: Any = None) -> None:
        self.low, self.high, self.fact, self.stated = low, high, fact, stated

    def __repr__(self) -> str:
        return f"Bounds({self.low}, {self.high})"

    def compare(self, word: str, right: Any, frame: Any) -> Any:
        if isinstance(right, Bounds) or word not in _ORDER:
            return None
        answers = {
            ">": (self.low > right, self.high <= right),
            ">=": (self.low >= right, self.high < right),
            "<": (self.high < right, self.low >= right),
            "<=": (self.high <= right, self.low > right),
        }
        certain, excluded = answers.get(word, (False, False))
        if certain or excluded:
            return certain
        if frame is not None:
            frame.open_cut(self, right, word in (">", "<="))
        return None
