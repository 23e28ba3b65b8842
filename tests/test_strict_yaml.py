"""Strict YAML: the right value, or every problem with its place; never anything else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.errors import BadInput, Problem
from checker.load import strict_yaml
from checker.load.strict_yaml import MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_HINTS, MAX_NODES, MAX_PROBLEMS, decode, load, parse

settings.register_profile("strict_yaml", deadline=None, derandomize=True, database=None)
PROFILE = settings.get_profile("strict_yaml")
#: file:line:column: What is wrong. What to write instead.
SENTENCES = re.compile(r"f\.yaml:[1-9][0-9]*:[1-9][0-9]*: [^\n]+\. [A-Z][^\n]*\.")


def value(text: str) -> Any:
    return parse(text, "f.yaml").value


def refused(text: str | bytes) -> list[Problem]:
    """The problems of a text, each checked for its form."""
    with pytest.raises(BadInput) as caught:
        parse(text if isinstance(text, str) else decode(text, "f.yaml"), "f.yaml")
    assert caught.value.problems
    for problem in caught.value.problems:
        assert SENTENCES.fullmatch(str(problem)), str(problem)
    return caught.value.problems


def places(text: str | bytes) -> list[tuple[int, int]]:
    return [(problem.line, problem.column) for problem in refused(text)]


# ---- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("written", "meant"), [
    ("NO", "NO"), ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("y", "y"), ("tRue", "tRue"),
    ("true", True), ("True", True), ("FALSE", False), ("null", None), ("~", None), ("", None), ("Null", None),
    ("0", 0), ("-0", 0), ("12", 12), ("+5", 5), ("-3", -3), ("999999999999999999", 999999999999999999),
    ("9999999999999999999", "9999999999999999999"),
    ("010", "010"), ("0x1F", "0x1F"), ("0o17", "0o17"), ("0b1", "0b1"), ("1_000", "1_000"), ("1,000", "1,000"), ("12:30:00", "12:30:00"),
    ("7e8", "7e8"), ("1e3", "1e3"), ("1.5e3", "1.5e3"), ("3.10", 3.1), ("0.5", 0.5), ("-3.5", -3.5), ("1.", "1."), (".5", ".5"), ("01.5", "01.5"),
    ("3.10.1", "3.10.1"), (".inf", ".inf"), (".nan", ".nan"), ("2025-12-10", "2025-12-10"), ("2025-12-10T10:00:00Z", "2025-12-10T10:00:00Z"),
    ("١٢", "١٢"), ("0 ", 0), ("=", "="), ("'12'", "12"), ('"true"', "true"), ("''", ""), ('"\\t"', "\t"), ('"\\u00e9"', "é"), ("|\n  a\n  b\n", "a\nb\n"),
    (">-\n  a\n  b", "a b"), ("[a, 1, true, ~]", ["a", 1, True, None]), ("{b: {c: NO}}", {"b": {"c": "NO"}}), ("[]", []), ("{}", {}),
])
def test_a_scalar_means_what_it_says(written: str, meant: Any) -> None:
    found = value(f"a: {written}")["a"]
    assert (found, type(found)) == (meant, type(meant))


@pytest.mark.parametrize(("text", "meant"), [
    ("", None), ("# only a comment\n", None), ("---\n", None), ("- a\n- b", ["a", "b"]), ("word", "word"), ("a: 1\n...\n", {"a": 1}),
    ("%YAML 1.1\n---\na: 1", {"a": 1}),
    ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}), ("a: 1\rb: 2", {"a": 1, "b": 2}), ("a:\t1", {"a": 1}), ("\ufeffa: 1", {"a": 1}),
    ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}), ("&k a: 1", {"a": 1}), ("k: &k word\n*k : 1", {"k": "word", "word": 1}),
    ("1: a\ntrue: b\n~: c\n2025-12-10: d", {"1": "a", "true": "b", "~": "c", "2025-12-10": "d"}),
])
def test_a_document_means_what_it_says(text: str, meant: Any) -> None:
    assert value(text) == meant


def test_fifty_thousand_entries_are_read() -> None:
    found = value("".join(f"key{number}: {number}\n" for number in range(50_000)))
    assert len(found) == 50_000 and found["key49999"] == 49_999


def test_every_key_and_value_has_its_place() -> None:
    document = parse("a: 1\nb:\n  - {c: é, d: 😀, e: x}\n", "f.yaml")
    assert document.place(("b", 0, "e")) == (3, 21)
    assert document.place(("b", 0, "e"), key=True) == (3, 18)
    assert document.place(("b", 0, "missing")) == document.place(("b", 0)) == (3, 5)
    assert document.place(("nowhere", 3)) == (1, 1)


# ---- refusals --------------------------------------------------------------------------------------------------------

LISTS = [(name, ", ".join(["*" + before] * 9)) for before, name in zip("abcdefgh", "bcdefghi")]
NESTED_ALIASES = "a: &a [" + "x, " * 8 + "x]\n" + "".join(f"{name}: &{name} [{aliases}]\n" for name, aliases in LISTS)
DOUBLINGS = "l0: &l0 [x, x]\n" + "".join(f"l{level + 1}: &l{level + 1} [*l{level}, *l{level}]\n" for level in range(24))


@pytest.mark.parametrize(("text", "line", "column", "says"), [
    pytest.param(NESTED_ALIASES, 6, 24, "400,000 values", id="nine nested aliases, nine times each"),
    pytest.param(DOUBLINGS, 17, 18, "400,000 values", id="24 doublings"),
    pytest.param("a: &a x\nb: [" + "*a, " * MAX_ALIASES + "*a]", 2, 5 + 4 * MAX_ALIASES, "aliases", id="too many aliases"),
    pytest.param("- x\n" * (MAX_NODES + 1), MAX_NODES, 3, "400,000 values", id="too many values"),
    pytest.param("[" * 10_000, 1, MAX_DEPTH + 1, "40 levels", id="10,000 lists, never closed"),
    pytest.param("[" * 10_000 + "]" * 10_000, 1, MAX_DEPTH + 1, "40 levels", id="10,000 lists"),
    pytest.param("{a: " * 10_000, 1, 4 * MAX_DEPTH + 1, "40 levels", id="10,000 mappings on one line"),
    pytest.param("- " * 10_000 + "x", 1, 2 * MAX_DEPTH + 1, "40 levels", id="10,000 dashes"),
    pytest.param("".join(" " * level + "a:\n" for level in range(2_500)), MAX_DEPTH + 1, MAX_DEPTH + 1, "40 levels", id="block mappings"),
    pytest.param("a: 1\nb: 2\na: 3", 3, 1, "`a` stands here twice", id="duplicate key"),
    pytest.param("b: {x: 1, y: 2, x: 1}", 1, 17, "`x` stands here twice", id="duplicate key in one line"),
    pytest.param('1: a\n"1": b', 2, 1, "`1` stands here twice", id="duplicate key, once quoted"),
    pytest.param("k: &k a\na: 1\n*k : 2", 3, 1, "`a` stands here twice", id="duplicate key by alias"),
    pytest.param("x: &x {a: 1}\ny:\n  <<: *x", 3, 3, "merge key", id="merge key"),
    pytest.param('y: {"<<": 1}', 1, 5, "merge key", id="quoted merge key"),
    pytest.param("a: 1\n---\nb: 2", 2, 1, "second document", id="two documents"),
    pytest.param("a:\n\tb: 1", 2, 1, "cannot start any token", id="tab as indentation"),
    pytest.param('a: "x\nb: 1\n', 1, 4, '" is opened here', id="unclosed double quote"),
    pytest.param("x: y\na: 'x", 2, 4, "' is opened here", id="unclosed single quote"),
    pytest.param("a: [1, 2\n", 1, 4, "[ is opened here", id="unclosed bracket"),
    pytest.param("a: {b: 1", 1, 4, "{ is opened here", id="unclosed brace"),
    pytest.param("\u00e9: 1\r\nb: [[x], [\r\n", 2, 10, "[ is opened here", id="unclosed empty bracket"),
    pytest.param('"a": 1\n"b"', 2, 4, "could not find expected ':'", id="key without a colon"),
    pytest.param("a: [1\nb: 2\n", 2, 2, "did not find", id="unclosed bracket, seen later"),
    pytest.param("a: b: c", 1, 5, "mapping values", id="two colons"),
    pytest.param("a: @x", 1, 4, "cannot start any token", id="at sign"),
    pytest.param("a: %x", 1, 4, "cannot start any token", id="percent sign"),
    pytest.param("a: ]", 1, 4, "did not find", id="only closed"),
    pytest.param("[a, b]: 1", 1, 1, "A key that is not a word", id="key that is a list"),
    pytest.param("x: 1\n? {a: b}\n: 1", 2, 3, "A key that is not a word", id="key that is a mapping"),
    pytest.param("a: &k [x]\n*k : 1", 2, 1, "A key that is not a word", id="key that is a list by alias"),
    pytest.param("&a [*a]", 1, 5, "does not exist yet", id="alias of what it stands in"),
    pytest.param("a: *b", 1, 4, "does not exist yet", id="alias of nothing"),
    pytest.param("%YAML 3.1\n---\na: 1", 1, 1, "incompatible", id="another YAML"),
    pytest.param('a: "\\ud800"', 1, 7, "Unicode", id="half a character as an escape"),
])
def test_a_problem_has_its_place(text: str, line: int, column: int, says: str) -> None:
    problem = refused(text)[0]
    assert (problem.line, problem.column) == (line, column) and says in problem.what


@pytest.mark.parametrize("tagged", ["!!python/object/apply:os.system [x]", "!!python/name:os.system", "!!str 12", '!!int "12"', "!!set {x}",
                                    "!!binary aGk=", "!local x", "!<tag:yaml.org,2002:str> x", "! 12", '! "x"', "! [a]", "!%1b x"])
def test_tags_do_not_exist(tagged: str) -> None:
    assert places(f"ok: 1\na: {tagged}") == [(2, 4)]
    if "{" not in tagged and "[" not in tagged:
        assert places(f"ok: 1\n? {tagged}\n: 1") == [(2, 3)]


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\u202a", "\u202e",
                                       "\u2066", "\u2069", "\ufffe", "\uffff"])
@pytest.mark.parametrize("where", ["# comment {}", "b: x{}", 'b: "{}"', "{}: x"])
def test_characters_that_hide_or_steer_are_refused(character: str, where: str) -> None:
    assert places("é: 1\r\n" + where.replace("{}", character)) == [(2, where.index("{}") + 1)]


@pytest.mark.parametrize("escape", ["\\0", "\\x1b", "\\e", "\\a", "\\N", "\\L", "\\P", "\\u202e", "\\U00002066", "\\x7f"])
def test_nor_as_an_escape(escape: str) -> None:
    assert places(f'ok: 1\na: "{escape}"') == [(2, 4)]
    assert places(f'ok: 1\n"{escape}": a') == [(2, 1)]


def test_half_a_character_in_a_text_is_refused() -> None:
    assert places("a: \ud800") == [(1, 4)]


def test_every_problem_is_found() -> None:
    assert places("a: !x 1\na: 2\nb: !y\n  <<: 1\n") == [(1, 4), (2, 1), (3, 4), (4, 3)]


def test_what_is_wrong_everywhere_is_told_once() -> None:
    problems = refused("a: 1\n" * (MAX_PROBLEMS + 500))
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1].what == "499 more problems here and below." and problems[-1].line == MAX_PROBLEMS + 2


def test_a_problem_stays_on_its_line() -> None:
    document = parse("a: 1", "f.yaml")
    document.note(("a",), "Not `x\n\x1b[31my`.", "Write\tz.")
    assert [str(problem) for problem in document.problems] == ["f.yaml:1:4: Not `x??[31my`. Write?z."]


def test_suggestions_end_where_almost_all_is_wrong() -> None:
    document = parse("a: 1", "f.yaml")
    hints = [document.nearest("licence", ["license"]) for _ in range(MAX_HINTS + 1)]
    assert hints == ["Did you mean `license`?"] * MAX_HINTS + [""]


# ---- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("data", "line", "column", "says"), [
    pytest.param("a: 1".encode("utf-16"), 1, 1, "UTF-16", id="UTF-16"),
    pytest.param("a: 1".encode("utf-16-be"), 1, 1, "NUL", id="UTF-16 without a mark"),
    pytest.param("a: 1".encode("utf-32"), 1, 1, "UTF-16", id="UTF-32"),
    pytest.param(b"a: 1\n\xc3\xa9: \xe9\n", 2, 4, "Not UTF-8", id="Latin-1"),
    pytest.param(b"\xef\xbb\xbfa: \xff", 1, 4, "Not UTF-8", id="byte order mark, then junk"),
    pytest.param(b"a: \xed\xa0\x80", 1, 4, "Not UTF-8", id="half a character"),
])
def test_a_file_in_another_encoding(data: bytes, line: int, column: int, says: str) -> None:
    problem = refused(data)[0]
    assert (problem.line, problem.column) == (line, column) and says in problem.what


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert parse(decode(b"\xef\xbb\xbfa: 1\r\n", "f.yaml"), "f.yaml").value == {"a": 1}


def test_a_file_has_a_size(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"# " + b"x" * (MAX_BYTES - 3) + b"\n")
    assert load(path).value is None
    path.write_bytes(b"# " + b"x" * (MAX_BYTES - 2) + b"\n")
    with pytest.raises(BadInput, match=r"large\.yaml: Larger than 4,000,000 bytes\. Split it"):
        load(path)
    with pytest.raises(BadInput, match=r"Longer than 4,000,000 characters\. Split it"):
        parse("#" * (MAX_BYTES + 1), "f.yaml")


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()], ids=["missing", "folder"])
def test_a_file_that_cannot_be_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "a.yaml")
    with pytest.raises(BadInput, match=r"a\.yaml: Cannot be read \(.+\)\. Give the path of a readable file\."):
        load(tmp_path / "a.yaml")


# ---- laws ------------------------------------------------------------------------------------------------------------

HIDDEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"), exclude_characters=HIDDEN))
SIMPLE = st.recursive(st.none() | st.booleans() | st.integers(-10**17, 10**17) | PRINTABLE,
                      lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTABLE.filter(lambda key: key != "<<"), inner, max_size=4), max_leaves=12)


class Plain(yaml.SafeDumper):
    """Writes shared values out: aliases are bounded when read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@settings(PROFILE, max_examples=400)
@given(SIMPLE, st.sampled_from([None, True, False]), st.booleans())
def test_what_a_yaml_library_writes_is_read_back(data: Any, flow: bool | None, ascii_only: bool) -> None:
    assert value(yaml.dump(data, Dumper=Plain, default_flow_style=flow, allow_unicode=not ascii_only, sort_keys=False)) == data


@settings(PROFILE, max_examples=600)
@given(st.text() | st.text("ab:-?[]{}&*!|>'\"%@`#,<= \n\t\r~\\0", max_size=60))
def test_arbitrary_text_is_read_or_refused(text: str) -> None:
    try:
        value(text)
    except BadInput as error:
        for problem in error.problems:
            assert SENTENCES.fullmatch(str(problem)), str(problem)
            assert problem.line <= len(re.split("\r\n|\r|\n", text))


@settings(PROFILE, max_examples=300)
@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse(decode(data, "f.yaml"), "f.yaml")
    except BadInput as error:
        assert all(SENTENCES.fullmatch(str(problem)) for problem in error.problems)


@pytest.mark.parametrize("text", ["a: 1\nb: [x, {c: NO}]\n", "a: !!str 1", "a: ! 1", "a: 1\na: 2", "[" * 5_000, "a: &x [1]\nb: *x", "a: [1",
                                  "a: 1\n---\nb: 2", "<<: 1", "a:\n\tb: 1", ": 1", "a: \u202e"])
def test_without_libyaml_it_is_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser in Python serves where the one in C is missing."""
    def read() -> Any:
        try:
            return value(text)
        except BadInput as error:
            return [(problem.line, problem.column) for problem in error.problems]

    fast = read()
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert read() == fast


def test_nothing_is_ever_constructed(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: Any, **__: Any) -> None:
        raise AssertionError("a YAML constructor was called")

    for name in ("load", "safe_load", "full_load", "unsafe_load", "load_all"):
        monkeypatch.setattr(yaml, name, forbidden)
    monkeypatch.setattr(yaml.constructor.BaseConstructor, "construct_document", forbidden)
    assert strict_yaml.parse("a: 1", "f.yaml").value == {"a": 1}
