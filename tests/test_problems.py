"""The wording of what is wrong with an input is data: every id is in the file of its package, every wording is used, every placeholder is given."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.core.problems import problems
from checker.core.wording import PLACEHOLDER
from checker.load.paths import data_root

FILES = sorted((data_root() / "checker").glob("*/words/problems.en.json"))
#: the functions that take the id of a problem, or of a piece of one
SPEAKERS = re.compile(r"(problem|fragment|_stop|_note|ExpressionError)\Z")
#: what a problem is given beside the values of its placeholders
PLACE = {"file", "line", "column", "key", "hint"}
_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*\Z")


def trees(words: Path) -> list[ast.Module]:
    """The modules of the package that has these words."""
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(words.parents[1].rglob("*.py"))]


def wordings(words: Path) -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = json.loads(words.read_text(encoding="utf-8"), object_pairs_hook=once)
    return loaded


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    assert len(dict(pairs)) == len(pairs), "an id that stands twice"
    return dict(pairs)


def calls(words: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call that names a problem by its id, with the id; both of an `a if so else b`."""
    for tree in trees(words):
        for call in ast.walk(tree):
            name = getattr(call.func, "attr", getattr(call.func, "id", "")) if isinstance(call, ast.Call) else ""
            if isinstance(call, ast.Call) and SPEAKERS.match(name):
                for name in next(filter(None, map(ids, call.args)), []):
                    yield call, name


def ids(argument: ast.expr) -> list[str]:
    """The ids that an argument may be."""
    branches = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    return [one.value for one in branches if isinstance(one, ast.Constant) and isinstance(one.value, str) and _ID.match(one.value)]


@pytest.mark.parametrize("words", FILES, ids=lambda path: path.parents[1].name)
def test_every_wording_is_used(words: Path) -> None:
    said = {node.value for tree in trees(words) for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert set(wordings(words)) <= said


@pytest.mark.parametrize("words", FILES, ids=lambda path: path.parents[1].name)
def test_every_id_has_a_wording_and_every_placeholder_a_value(words: Path) -> None:
    known = wordings(words)
    found = list(calls(words))
    assert found
    for call, name in found:
        assert name in known, f"line {call.lineno}: {name}"
        wanted, given = placeholders(known[name]), {one.arg for one in call.keywords}
        assert None in given or wanted <= given, f"line {call.lineno}: {name} wants {wanted}"


@pytest.mark.parametrize("words", FILES, ids=lambda path: path.parents[1].name)
def test_no_value_is_given_in_vain(words: Path) -> None:
    known, given = wordings(words), dict[int, tuple[ast.Call, set[str]]]()
    for call, name in calls(words):
        given.setdefault(id(call), (call, set()))[1].update(placeholders(known[name]))
    for call, wanted in given.values():
        assert {one.arg for one in call.keywords if one.arg} - PLACE <= wanted, f"line {call.lineno}"


@pytest.mark.parametrize("words", FILES, ids=lambda path: path.parents[1].name)
def test_a_wording_is_a_sentence_and_what_to_write_instead(words: Path) -> None:
    for name, (what, instead) in wordings(words).items():
        assert _ID.match(name) and what and not placeholders([what, instead]) & PLACE, name


def placeholders(texts: list[str]) -> set[str]:
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


def test_a_value_is_never_read_as_wording(tmp_path: Path) -> None:
    (tmp_path / "problems.en.json").write_text('{"odd": ["No `{name}` in {place}.", "Write {name}."]}', encoding="utf-8")
    problem = problems(tmp_path)
    assert str(problem("odd", "f.yaml", 1, 2, name="{place}", place="§x")) == "f.yaml:1:2: No `{place}` in §x. Write {place}."
    assert problem("odd", "f.yaml") == ("f.yaml", 0, 0, "No `{name}` in {place}.", "Write {name}.")
