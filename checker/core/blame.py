"""Why is a condition unknown? Walks the parsed condition once more and keeps the open facts under the part that is unknown.

`x or True` is true whatever x is, so x is not to blame. Only conditions that came out unknown are ever walked.
"""

from __future__ import annotations

from typing import Any

from checker.core.conditions import Bounds, Tree, compare
from checker.core.frame import Frame
from checker.core.truth import conjunction, disjunction, negation

Blame = tuple[Any, frozenset[str]]
NOBODY: frozenset[str] = frozenset()


def open_facts(tree: Tree, frame: Frame) -> frozenset[str]:
    """Keys of the unknown facts and open positions that make the condition unknown; none if it is known."""
    value, keys = _blame(tree, frame)
    return keys if value is None else NOBODY


def _blame(tree: Tree, frame: Frame) -> Blame:
    word = tree[0]
    if word == "const":
        return (tuple(tree[1]) if isinstance(tree[1], list) else tree[1]), NOBODY
    if word in ("name", "answer"):
        return _name(tree, frame)
    if word == "local":
        return _element(tree, frame)
    if word == "not":
        value, keys = _blame(tree[1], frame)
        return negation(value), keys
    if word in ("and", "or"):
        return _joined(word, [_blame(part, frame) for part in tree[1:]])
    if word == "call":
        return _call(tree, frame)
    if word in ("any", "all", "count"):
        return _quantified(tree, frame)
    (left, left_keys), (right, right_keys) = _blame(tree[1], frame), _blame(tree[2], frame)
    value = compare(word, left, right, frame)
    if value is not None:
        return value, NOBODY
    figures = frozenset(side.fact for side in (left, right) if isinstance(side, Bounds))
    return None, left_keys | right_keys | figures


def _element(tree: Tree, frame: Frame) -> Blame:
    """An element of a collection: a frame is asked itself; a record that leaves a field open is named by its own id."""
    element, fields = frame.local[tree[1]], tree[2:]
    if isinstance(element, Frame) and fields:
        return _name(["name", ".".join(fields)], element)
    value = frame.element(tree[1], fields)
    if value is not None or not fields:
        return value, NOBODY
    return None, frozenset((f"steps.{element.get('id', '')}.{fields[-1]}",))


def _joined(word: str, parts: list[Blame]) -> Blame:
    value = (conjunction if word == "and" else disjunction)([value for value, _ in parts])
    return value, NOBODY.union(*(keys for one, keys in parts if one is None)) if value is None else NOBODY


def _name(tree: Tree, frame: Frame) -> Blame:
    name = tree[1]
    value = frame["answer:" + name if tree[0] == "answer" else name]
    if value is not None or tree[0] == "answer":
        return value, NOBODY
    definition = frame.world.vocabulary.trees.get("def:" + name)
    if definition is not None:
        return None, _blame(definition, frame)[1]
    key = frame.atom(name)
    return None, frozenset((key,)) if key else NOBODY


def _call(tree: Tree, frame: Frame) -> Blame:
    arguments = [_blame(part, frame) for part in tree[2:]]
    world = frame.world
    outer, world.calls = world.calls, []
    value = frame.call(tree[1], [one for one, _ in arguments])
    calls, world.calls = world.calls, outer
    if value is not None and not isinstance(value, Bounds):
        return value, NOBODY
    looked_up = frozenset(key for _, one, key in calls if key and (one is None or isinstance(one, Bounds)))
    return value, looked_up.union(*(keys for _, keys in arguments))


def _quantified(tree: Tree, frame: Frame) -> Blame:
    word, variable, collection, body = tree
    items, keys = _blame(collection, frame)
    if items is None:
        return None, keys
    outer = frame.local
    parts = []
    for item in items:
        frame.local = {**outer, variable: item}
        parts.append(_blame(body, frame))
    frame.local = outer
    if word == "count":
        unknown = [keys for value, keys in parts if value is None]
        return (None, NOBODY.union(*unknown)) if unknown else (sum(value is True for value, _ in parts), NOBODY)
    return _joined("or" if word == "any" else "and", parts)
